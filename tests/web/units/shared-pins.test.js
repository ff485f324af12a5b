import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { State } from "../../../src/chover/web/state.js";
import { parse } from "../../../src/chover/web/irc.js";
import { receive } from "../../../src/chover/web/state/dispatch.js";
import { connected } from "../../../src/chover/web/state/session.js";
import { mayPin, pinForAll } from "../../../src/chover/web/state/shared-pins.js";

let state;
let tea;

function hear(...lines) {
  for (const line of lines) receive(state, parse(line));
}

beforeEach(() => {
  state = new State();
  connected(state, "ann", new Map([["chover.chat/pins", ""]]));
  hear(":ann!a@h JOIN #tea", ":s 353 ann = #tea :@ann bob", ":s 366 ann #tea :End");
  tea = state.conversation("#tea");
  state.take();
});

test("a list replaces the one before when its end has come", () => {
  hear(":s PINNED #tea :a b");
  assert.deepEqual(tea.pins, []);
  hear(":s PINNED #tea :c", ":s PINNED #tea");
  assert.deepEqual(tea.pins, ["a", "b", "c"]);
  hear(":s PINNED #tea");
  assert.deepEqual(tea.pins, []);
});

test("joining again without a list means that nothing is pinned", () => {
  hear(":s PINNED #tea :a", ":s PINNED #tea", ":ann!a@h JOIN #tea");
  assert.deepEqual(tea.pins, []);
});

test("a list has bounds, and one of an unknown channel is dropped", () => {
  hear(":s PINNED #none :a", ":s PINNED #none");
  for (let at = 0; at < 200; at += 1) hear(`:s PINNED #tea :a${at}`);
  hear(":s PINNED #tea");
  assert.equal(tea.pins.length, 100);
  assert.equal(state.conversations.has("#none"), false);
});

test("an operator pins, and the same again unpins", () => {
  assert.ok(mayPin(state, tea));
  pinForAll(state, tea, "a");
  hear(":s PINNED #tea :a", ":s PINNED #tea");
  pinForAll(state, tea, "a");
  assert.deepEqual(state.outgoing, ["PIN #tea a", "UNPIN #tea a"]);
});

test("who is no operator is not offered it, and nobody in private", () => {
  hear(":s MODE #tea -o ann");
  assert.ok(!mayPin(state, tea));
  assert.ok(!mayPin(state, state.conversation("bob")));
});
