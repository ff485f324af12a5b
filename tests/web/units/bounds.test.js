import assert from "node:assert/strict";
import { test } from "node:test";

import { CHANNELS, CONVERSATIONS, LISTED, PEOPLE } from "../../../src/chover/web/state/bounds.js";
import { Scene } from "./scene.js";

/** @param {Scene} scene */
const notes = (scene) => scene.state.current?.lines.map(({ text }) => text).filter((text) => text.includes("than a client can keep")) ?? [];
/** @param {number} count @param {(number: number) => string} line */
const lines = (count, line) => Array.from({ length: count }, (_, number) => line(number));

test("a million members are not all kept, and that is said once", () => {
  const scene = new Scene();
  const room = scene.inside("#a");
  scene.hear(...lines(PEOPLE / 400 + 100, (line) => `:srv 353 ann = #a :${lines(400, (number) => `n${line}x${number}`).join(" ")}`));
  assert.ok(room && room.naming && room.naming.size <= PEOPLE + 400);
  scene.hear(":srv 366 ann #a :End", ...lines(50, (number) => `:j${number}!u@h JOIN #a`));
  assert.ok(room && room.members.size <= PEOPLE + 400);
  assert.ok(scene.state.users.size <= PEOPLE);
  assert.equal(notes(scene).length, 1);
});

test("a hundred thousand channels are not all kept nor joined again", () => {
  const scene = new Scene();
  scene.inside("#a");
  scene.hear(...lines(CHANNELS + 500, (number) => `:ann!a@h JOIN #c${number}`));
  assert.equal(scene.state.conversations.size, CONVERSATIONS);
  assert.equal(scene.state.wanted.size, CHANNELS);
  assert.equal(scene.state.active, "#a");
  assert.equal(notes(scene).length, 1);
});

test("a list without end is cut", () => {
  const scene = new Scene();
  scene.inside("#a");
  scene.hear(...lines(LISTED + 500, (number) => `:srv 322 ann #c${number} 1 :topic`));
  assert.equal(scene.state.channels.length, LISTED);
  assert.equal(notes(scene).length, 1);
});

test("batches that never end are bounded in number and size, and free again when they end", () => {
  const scene = new Scene();
  scene.inside("#a");
  const text = "x".repeat(100_000);
  scene.hear(...lines(500, (number) => `:srv BATCH +b${number} chathistory #a`), ...lines(300, (number) => `@batch=b${number % 16} :b!u@h PRIVMSG #a :${text}`));
  assert.equal(notes(scene).length, 1);
  assert.equal(scene.state.batches._open.size, 16);
  assert.ok(scene.state.batches._size <= 16 * 1024 * 1024);
  scene.hear(...lines(16, (number) => `:srv BATCH -b${number}`));
  assert.equal(scene.state.batches._size, 0);
});
