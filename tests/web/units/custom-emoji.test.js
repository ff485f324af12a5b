import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { customNames, isCustomEmoji, parts, pictureOf, supported, told } from "../../../src/chover/web/custom-emoji.js";
import { emojiOf, findEmoji } from "../../../src/chover/web/emoji.js";
import { State } from "../../../src/chover/web/state.js";
import { isEmoji, tokens } from "../../../src/chover/web/text.js";

/** The same for the terminal client: tests/client/test_custom_emoji.py. */
const CASES = JSON.parse(readFileSync(new URL("../../custom_emoji.json", import.meta.url), "utf8"));
const ID = "A".repeat(22);

for (const { text, emoji, parts: expected } of CASES) {
  test(`which emoji are in: ${text}`, () => {
    assert.deepEqual(parts(text, (name) => emoji.includes(name)).map(([piece]) => piece), expected);
  });
}

let state;

beforeEach(() => {
  state = new State();
  told(state, { params: ["v1", `party=${ID} ship-it=${"B".repeat(22)}`] });
  told(state, { params: ["v1"] });
});

test("a list that is not known is asked for, once", () => {
  state.support.learn(["chover.chat/EMOJI=v2"]);
  supported(state);
  assert.deepEqual(state.outgoing, ["EMOJI"]);
  state.outgoing.length = 0;
  told(state, { params: ["v2", `tea=${ID}`] });
  told(state, { params: ["v2"] });
  supported(state);
  assert.deepEqual(state.outgoing, []);
  assert.deepEqual(customNames(), ["tea"]);
});

test("without a list there are none", () => {
  state.support.learn(["-chover.chat/EMOJI"]);
  supported(state);
  assert.deepEqual(customNames(), []);
  assert.deepEqual(state.outgoing, []);
});

test("what is no entry is left out, and a list has bounds", () => {
  told(state, { params: ["v3", `tea=${ID} <b>=${ID} x=../../etc bad=javascript:alert(1)`] });
  for (let part = 0; part < 30; part += 1) {
    told(state, { params: ["v3", Array.from({ length: 100 }, (_, at) => `n${part}-${at}=${ID}`).join(" ")] });
  }
  told(state, { params: ["v3"] });
  assert.equal(customNames().length, 1000);
  assert.equal(customNames()[0], "tea");
});

test("a picture has the address of its id, and nothing else has one", () => {
  assert.equal(pictureOf(":party:"), `emoji/${ID}`);
  for (const text of ["party", ":none:", "::", ":", "👍", ":__proto__:"]) assert.equal(pictureOf(text), "");
});

test("up to three alone are large", () => {
  assert.ok(isCustomEmoji(":party: :party: :ship-it:"));
  assert.ok(isEmoji(":party:"));
  for (const text of [":party: x", ":party:".repeat(4), "", "  ", ":none:"]) assert.ok(!isCustomEmoji(text), text);
});

test("they are found by name, before others", () => {
  assert.equal(findEmoji("shi", 5)[0].emoji, ":ship-it:");
  assert.equal(findEmoji("ship-it", 5)[0].emoji, ":ship-it:");
  assert.equal(emojiOf("party"), ":party:");
  assert.equal(emojiOf(":party:"), ":party:");
});

test("an emoji is one also if somebody has that name", () => {
  assert.deepEqual(tokens(":party: party", (nick) => nick === "party").map(({ kind, text }) => `${kind}:${text}`), ["text::party:", "text: ", "nick:party"]);
});
