import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isEmoji, oneLine, plain, tokens } from "../../../src/chover/web/text.js";

const nobody = () => false;
const shape = (text, known = nobody) => tokens(text, known).map(({ kind, text: part }) => `${kind}:${part}`);

/** The same for the terminal client: tests/client/screen/test_addresses.py. */
const LINKS = JSON.parse(readFileSync(new URL("../../links.json", import.meta.url), "utf8"));

for (const { text, links } of LINKS) {
  test(`what is an address in: ${text}`, () => {
    assert.deepEqual(tokens(text, nobody).filter(({ kind }) => kind === "link").map(({ text: link }) => link), links);
  });
}

test("links end before the punctuation of their sentence", () => {
  assert.deepEqual(shape("see https://a.example/x_(y). ok"), ["text:see ", "link:https://a.example/x_(y)", "text:. ok"]);
  assert.deepEqual(shape("(https://a.example/x)"), ["text:(", "link:https://a.example/x", "text:)"]);
});

test("only addresses of the web are links", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", "http://[", "vbscript:x"]) {
    assert.ok(tokens(text, nobody).every(({ kind }) => kind !== "link"), text);
  }
});

test("a link is not longer than anybody's address", () => {
  assert.equal(tokens(`https://a.example/${"x".repeat(3000)}`, nobody)[0].kind, "text");
});

test("channels and people are found as words", () => {
  assert.deepEqual(shape("ann: see #dev, not a#b", (nick) => nick === "ann"), ["nick:ann", "text:: see ", "channel:#dev", "text:, not a#b"]);
});

test("code is shown as it stands", () => {
  assert.deepEqual(shape("run `rm #x https://a.example` now"), ["text:run ", "code:rm #x https://a.example", "text: now"]);
  assert.deepEqual(shape("```js\nlet a = 1;\n```"), ["block:let a = 1;"]);
});

test("the styles of IRC are read and its colours are left out", () => {
  const found = tokens("\x02bold\x02 \x0304,05red\x03 \x1di\x0fn", nobody);
  assert.deepEqual(found.filter(({ text }) => text.trim()).map(({ text, styles }) => [text, styles]), [["bold", ["bold"]], ["red", []], ["i", ["italic"]], ["n", []]]);
});

test("text that hides itself is a spoiler", () => {
  assert.deepEqual(tokens("\x0301,01the butler\x03", nobody)[0].styles, ["spoiler"]);
});

/** The same for the terminal client: tests/client/display/test_message.py. */
for (const { text, line } of JSON.parse(readFileSync(new URL("../../one_lines.json", import.meta.url), "utf8"))) {
  test(`in one line: ${JSON.stringify(text)}`, () => assert.equal(oneLine(text), line));
}

test("what would turn the text around it or hide in it is left out", () => {
  assert.equal(plain("a\u202eb\u2066c\x07d\x00"), "abcd");
  assert.deepEqual(shape("\u202egnp.exe"), ["text:gnp.exe"]);
});

test("a few emoji alone are shown large", () => {
  assert.ok(isEmoji("👍"));
  assert.ok(isEmoji("👨‍👩‍👧 ❤️"));
  assert.ok(!isEmoji("ok 👍"));
  assert.ok(!isEmoji("1"));
  assert.ok(!isEmoji(""));
});

test("no text takes as long as what tries all ways", () => {
  const began = performance.now();
  for (const text of ["`".repeat(4000), "https://".repeat(500), "#".repeat(4000), "((((".repeat(1000), "\x03".repeat(4000), "😀".repeat(2000)]) {
    tokens(text, nobody);
    isEmoji(text);
  }
  assert.ok(performance.now() - began < 20_000, "linear takes milliseconds on any machine, all ways take days");
});
