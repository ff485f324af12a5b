import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes } from "../../../src/chover/web/irc.js";
import { pieces, sending } from "../../../src/chover/web/state/sending.js";
import { ALL, Scene } from "./scene.js";

const pending = (text) => ({ nonce: "abcdefghijklmnop-q", target: "#a", text, action: false, replyTo: "", at: 0, sent: false, reason: "" });
const single = ALL.filter((cap) => cap !== "draft/multiline");

/** The text that the other side puts together again. */
function received(lines) {
  return lines.filter((line) => line.includes(" PRIVMSG ")).map((line, at) => {
    const text = /PRIVMSG #a :?([^]*)$/.exec(line)[1];
    return (at && !line.includes("multiline-concat") ? "\n" : "") + text;
  }).join("");
}

test("several lines are one message where the server takes that", () => {
  const { state } = new Scene();
  assert.deepEqual(pieces(state, "#a", "one\ntwo"), ["one\ntwo"]);
  const lines = sending(state, pending("one\n\ntwo"));
  assert.match(lines[0], /^@\+chover.chat\/nonce=abcdefghijklmnop-q;label=abcdefghijklmnop-q BATCH \+abcdefghijklmnop draft\/multiline #a$/);
  assert.equal(received(lines), "one\n\ntwo");
  assert.equal(lines.at(-1), "BATCH -abcdefghijklmnop");
});

test("several lines are several messages where it does not", () => {
  const { state } = new Scene({ caps: single });
  assert.deepEqual(pieces(state, "#a", "one\n\ntwo\n"), ["one", "two"]);
});

test("a line that is too long for the wire arrives as it was", () => {
  const { state } = new Scene();
  for (const text of ["word ".repeat(200).trim(), "x".repeat(1500), "❯ü ".repeat(300).trim(), `${"a  b ".repeat(150)}end`]) {
    const lines = sending(state, pending(text));
    assert.equal(received(lines), text);
    for (const line of lines) assert.ok(bytes(line.replace(/^@\S+ /, "")) <= 510);
  }
});

test("a text beyond all limits becomes as many messages as it needs, and loses nothing", () => {
  const { state } = new Scene();
  const text = Array.from({ length: 100 }, (_, at) => `line ${at} ${"x".repeat(60)}`).join("\n");
  const messages = pieces(state, "#a", text);
  assert.ok(messages.length >= 2);
  assert.equal(messages.join("\n"), text);
  for (const message of messages) {
    assert.ok(bytes(message) <= 4096);
    assert.ok(message.split("\n").length <= 32);
  }
});

test("nothing but white space is no message", () => {
  const { state } = new Scene();
  assert.deepEqual(pieces(state, "#a", " \n \n"), []);
});
