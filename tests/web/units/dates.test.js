import assert from "node:assert/strict";
import { test } from "node:test";
import { dateOf, dayName, dayOf } from "../../../src/chover/web/dates.js";

/**
 * Where the clock is changed, and the last day before it is: Berlin and New York at two or three, Santiago and Cairo at midnight,
 * which one of their days lacks and another has twice, Lord Howe by half an hour.
 */
const CHANGES = [
  ["Europe/Berlin", 2026, 2, 29], ["Europe/Berlin", 2026, 9, 25], ["America/New_York", 2026, 2, 8], ["America/New_York", 2026, 10, 1],
  ["America/Santiago", 2026, 8, 6], ["America/Santiago", 2026, 3, 4], ["Africa/Cairo", 2026, 3, 24], ["Africa/Cairo", 2026, 9, 29],
  ["Australia/Lord_Howe", 2026, 9, 4], ["Australia/Lord_Howe", 2026, 3, 5], ["UTC", 2026, 11, 31],
];
const MINUTE = 60_000;

/** All minutes of seven days around one. */
function* minutes(year, month, day) {
  const end = new Date(year, month, day + 4).getTime();
  for (let at = new Date(year, month, day - 3).getTime(); at < end; at += MINUTE) yield at;
}

/** Days since some day, by the calendar alone. */
function calendar(at) {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
}

for (const [zone, ...day] of CHANGES) {
  test(`yesterday is the day before on the calendar: ${zone}, ${day}`, () => {
    process.env.TZ = zone;
    for (const now of minutes(...day)) {
      for (const hours of [0, 1, 12, 23, 24, 25, 26, 47, 48, 49]) {
        const at = now - hours * 60 * MINUTE;
        const expected = ["Today", "Yesterday"][calendar(now) - calendar(at)];
        if (expected) assert.equal(dayName(at, now), expected, `${new Date(at)} at ${new Date(now)}`);
        else assert.ok(!["Today", "Yesterday"].includes(dayName(at, now)), `${new Date(at)} at ${new Date(now)}`);
      }
    }
  });

  test(`each day of the calendar is one day: ${zone}, ${day}`, () => {
    process.env.TZ = zone;
    const days = [];
    for (const at of minutes(...day)) {
      if (dayOf(at) !== dayOf(days.at(-1) ?? -1)) days.push(at);
    }
    assert.deepEqual(days.map((at) => new Date(at).getDate()), Array.from({ length: 7 }, (_, at) => new Date(day[0], day[1], day[2] - 3 + at, 12).getDate()));
  });
}

test("a date is the one of the calendar here", () => {
  process.env.TZ = "Pacific/Auckland";
  assert.equal(dateOf(Date.UTC(2026, 0, 4, 20)), "2026-01-05");
});
