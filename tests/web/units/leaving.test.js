import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder } from "../../../src/chover/web/state/preferences.js";
import { depart, leave, undoable, UNDO } from "../../../src/chover/web/state/leaving.js";
import { kept, Scene } from "./scene.js";
import { connected, disconnected } from "../../../src/chover/web/state/session.js";

function leaving(name = "#a") {
  const scene = new Scene();
  scene.inside();
  const conversation = scene.state.conversation(name);
  if (name !== "#a") scene.answer("LATEST", name);
  scene.take();
  leave(scene.state, conversation, "");
  return { scene, conversation };
}

const parts = (lines) => lines.filter((line) => line.startsWith("PART"));
const listed = ({ state }) => Object.values(inOrder(state)).flat().map(({ key }) => key);

test("a channel that is left is hidden at once, and the server hears of it ten seconds later", () => {
  const { scene } = leaving();
  assert.deepEqual(listed(scene), []);
  scene.state.now += UNDO - 1;
  scene.state.tick();
  assert.deepEqual(parts(scene.take()), []);
  scene.state.now += 1;
  scene.state.tick();
  scene.state.tick();
  assert.deepEqual(parts(scene.take()), ["PART #a"]);
  scene.hear(":ann!a@h PART #a");
  assert.equal(scene.state.conversations.has("#a"), false);
});

test("showing it again undoes it, and nothing is ever sent", () => {
  const { scene } = leaving();
  assert.equal(undoable(scene.state)?.key, "#a");
  scene.state.show("#a");
  scene.state.now += 2 * UNDO;
  scene.state.tick();
  assert.deepEqual(parts(scene.take()), []);
  assert.deepEqual([listed(scene), scene.state.wanted.has("#a"), undoable(scene.state)], [["#a"], true, undefined]);
});

test("when the page goes away it is left at once", () => {
  const { scene } = leaving();
  depart(scene.state, { now: true });
  assert.deepEqual(parts(scene.take()), ["PART #a"]);
});

test("what is said meanwhile in a channel calls nobody; somebody who writes in private opens it again", () => {
  const { scene } = leaving();
  scene.state.notifications.length = 0;
  scene.hear(kept("m1", "ann: wait"));
  assert.deepEqual(scene.state.notifications, []);
  const { scene: other } = leaving("bob");
  other.hear(kept("m2", "are you there?", { target: "ann" }));
  assert.deepEqual(listed(other), ["#a", "bob"]);
});

test("without a connection it waits for the next, where a guest is not in it any more", () => {
  const { scene } = leaving();
  disconnected(scene.state);
  scene.state.now += UNDO;
  scene.state.tick();
  connected(scene.state, "ann", scene.state.caps);
  scene.hear(":srv PONG srv settled");
  scene.state.tick();
  assert.deepEqual(scene.take().filter((line) => /^(?:PART|JOIN)/.test(line)), []);
  assert.equal(scene.state.conversations.has("#a"), false);
});
