/** Times as people write them; the table is the terminal client's. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { nextMorning, splitTime } from "../../../src/chover/web/commands/times.js";

process.env.TZ = "UTC";
const table = JSON.parse(readFileSync(new URL("../../client/commands/times.json", import.meta.url), "utf8"));
const now = Date.parse(table.now);

for (const [text, when, rest] of table.times) {
  test(`a time is read and the text behind it is left: ${text}`, () => {
    assert.deepEqual(splitTime(text, now), { when, rest, problem: "" });
  });
}

for (const text of table.refused) {
  test(`what is no time or has passed is refused: ${text}`, () => {
    assert.notEqual(splitTime(text, now).problem, "");
  });
}

test("the next morning of a weekday is never today", () => {
  assert.equal(nextMorning(now, 1).toISOString(), "2026-12-07T09:00:00.000Z");
  assert.equal(nextMorning(now, 2).toISOString(), "2026-12-01T09:00:00.000Z");
});
