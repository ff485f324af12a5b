import assert from "node:assert/strict";
import { test } from "node:test";
import { notice, pushed } from "../../../src/chover/web/pushed.js";

const AT = "2026-11-28T10:00:00.000Z";
const FROM = `@msgid=m1;time=${AT} :bob!b@h`;

test("a private message is called by who said it, and leads to them", () => {
  assert.deepEqual(pushed(`${FROM} PRIVMSG ann :are you there?`), {
    kind: "said",
    notice: { title: "bob", options: { body: "are you there?", tag: "bob", icon: "icon.svg", data: { name: "bob", msgid: "m1", at: Date.parse(AT) } } },
  });
});

test("a mention is called by who and where, and leads to the channel", () => {
  const { title, options } = pushed(`${FROM} PRIVMSG #Tea :ann: tea?`).notice;
  assert.deepEqual([title, options.body, options.tag, options.data.name], ["bob in #Tea", "ann: tea?", "#tea", "#Tea"]);
});

test("what is hidden stays hidden, also when the message is cut", () => {
  assert.equal(pushed(`${FROM} PRIVMSG ann :it was ||the butler||`).notice.options.body, "it was ▒▒▒");
  assert.doesNotMatch(pushed(`${FROM} PRIVMSG ann :||${"the butler ".repeat(40)}!||`).notice.options.body, /butler/);
});

test("without tags it is shown all the same", () => {
  assert.deepEqual(pushed(":bob!b@h PRIVMSG ann hi").notice.options.data, { name: "bob", msgid: "", at: 0 });
});

test("what somebody does is told as that, and other requests of programs are nothing", () => {
  assert.equal(pushed(`${FROM} PRIVMSG ann :\x01ACTION waves\x01`).notice.options.body, "bob waves");
  assert.equal(pushed(`${FROM} PRIVMSG ann :\x01VERSION\x01`), null);
  assert.equal(pushed(`${FROM} PRIVMSG ann :\x01PING 1`), null);
});

test("text is text: no styles, no control characters, nothing that turns", () => {
  const line = `${FROM} PRIVMSG ann :\x02<img src=x>\x02 \u202egnp.exe\x07 \x0304,01red`;
  assert.equal(pushed(line).notice.options.body, "<img src=x> gnp.exe red");
});

test("long texts and names are cut, never inside a character", () => {
  const { title, options } = notice({ name: `#${"c".repeat(300)}`, who: "n".repeat(300), text: "🍵".repeat(300), action: false, msgid: "", at: 0 });
  assert.equal([...options.body].length, 201);
  assert.ok(options.body.endsWith("🍵…"));
  assert.ok(title.length < 150);
});

test("what was read elsewhere is read up to a time", () => {
  assert.deepEqual(pushed(`:srv MARKREAD Bob timestamp=${AT}`), { kind: "read", key: "bob", upTo: Date.parse(AT) });
  assert.deepEqual(pushed("MARKREAD #tea *"), { kind: "read", key: "#tea", upTo: 0 });
});

test("anything else is nothing", () => {
  for (const line of ["", "   ", ":bob!b@h", "NOTE WEBPUSH REGISTERED :hi", ":bob!b@h PRIVMSG", ":bob!b@h PRIVMSG ann", "PRIVMSG ann :from nobody", "MARKREAD", "\0\0"]) {
    assert.equal(pushed(line), null, JSON.stringify(line));
  }
});
