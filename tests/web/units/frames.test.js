import assert from "node:assert/strict";
import { test } from "node:test";
import { Frames } from "../../../src/chover/web/frames.js";

/** A page whose frames and time are made by the test. */
function page() {
  const [frames, behind, timers, drawn] = [[], [], [], []];
  let now = 1000;
  const clock = {
    now: () => now,
    frame: (act) => frames.push(act),
    behind: (act) => behind.push(act),
    after: (act, pause) => timers.push([now + pause, act]),
  };
  return {
    frames: new Frames((topics) => drawn.push([...topics].join()), clock),
    /** Make a frame; what was drawn in it. */
    frame() {
      for (const act of frames.splice(0)) act();
      const made = drawn.splice(0);
      for (const act of behind.splice(0)) act();
      return made;
    },
    pass(milliseconds) {
      now += milliseconds;
      for (const row of timers.splice(0)) row[0] <= now ? row[1]() : timers.push(row);
    },
  };
}

const LINES = new Set(["lines #tea", "conversations"]);

test("what happens until the next frame is drawn once", () => {
  const { frames, frame } = page();
  frames.soon(["drafts"]);
  frames.arrived(LINES);
  frames.soon(["drafts"]);
  assert.deepEqual(frame(), ["drafts,lines #tea,conversations"]);
  assert.deepEqual(frame(), []);
  frames.soon([]);
  assert.deepEqual(frame(), []);
});

test("what arrives while somebody types is drawn in the frame behind the one of the key", () => {
  const { frames, frame, pass } = page();
  frames.typed();
  frames.soon(["drafts"]);
  frames.arrived(LINES);
  assert.deepEqual(frame(), ["drafts"]);
  assert.deepEqual(frame(), ["lines #tea,conversations"]);
  frames.arrived(LINES);
  assert.deepEqual(frame(), []);
  pass(60);
  frames.typed();
  frames.soon(["drafts"]);
  assert.deepEqual(frame(), ["drafts"]);
  assert.deepEqual(frame(), ["lines #tea,conversations"]);
});

test("it waits at most until nobody types any more", () => {
  const { frames, frame, pass } = page();
  frames.typed();
  frame();
  frames.arrived(LINES);
  pass(200);
  assert.deepEqual(frame(), []);
  pass(100);
  assert.deepEqual(frame(), ["lines #tea,conversations"]);
  frames.arrived(LINES);
  assert.deepEqual(frame(), ["lines #tea,conversations"]);
});

test("a key puts the end off, but draws what waits behind it", () => {
  const { frames, frame, pass } = page();
  frames.typed();
  frame();
  frames.arrived(LINES);
  pass(250);
  frames.typed();
  frame();
  frames.arrived(LINES);
  assert.deepEqual(frame(), ["lines #tea,conversations"]);
  pass(100);
  assert.deepEqual(frame(), []);
  pass(200);
  assert.deepEqual(frame(), ["lines #tea,conversations"]);
});

test("the answer to what somebody did does not wait, nor does another conversation that is opened", () => {
  const { frames, frame } = page();
  frames.typed();
  frame();
  frames.arrived(new Set(["lines #tea", "active"]));
  assert.deepEqual(frame(), ["lines #tea,active"]);
});
