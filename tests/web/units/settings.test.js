import assert from "node:assert/strict";
import { test } from "node:test";

/** What an earlier visit has stored. */
const stored = new Map();
globalThis.localStorage = { getItem: (name) => stored.get(name) ?? null, setItem: (name, value) => stored.set(name, value) };
globalThis.document = { documentElement: { dataset: {} } };
const { Settings, SETTINGS } = await import("../../../src/chover/web/settings.js");

const holding = (events) => {
  const settings = new Settings();
  if (events) settings.set("events", events);
  return settings;
};

test("channels of up to 50 members show joins and leaves, as in the terminal", () => {
  const settings = holding("auto");
  assert.deepEqual([2, 50, 51].map((members) => settings.showsEvents(members)), [true, true, false]);
});

test("a setting shows them in all channels, or in none", () => {
  assert.ok(holding("short").showsEvents(1000) && holding("yes").showsEvents(1000));
  assert.ok(!holding("no").showsEvents(2));
});

test("what an earlier version has stored keeps its meaning", () => {
  holding("auto");
  stored.set([...stored.keys()].find((name) => name.includes("settings")), JSON.stringify({ events: "hide" }));
  assert.equal(new Settings().get("events"), "no");
});

test("a switch has two values, and the one that is on is one of them", () => {
  const switches = SETTINGS.filter(({ on }) => on);
  assert.ok(switches.length >= 2);
  for (const { on, choices } of switches) assert.ok(choices.length === 2 && choices.some(([value]) => value === on));
});
