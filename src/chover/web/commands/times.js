/**
 * Times as people write them: "20m", "2h", "9:00", "tomorrow 9:00", "monday", "2026-12-01 14:30". The terminal has the same
 * rules (client/commands/times.py); both are tried with tests/client/commands/times.json.
 */

import { N_, t } from "../i18n.js";
import { formatTime } from "../irc.js";

export const HELP = N_("Write the time as 20m, 2h, 3d, 9:00, tomorrow 9:00, monday 9:00 or 2026-12-01 14:30.");
/** Hours and minutes of a day that is named without a time. */
const MORNING = [9, 0];
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/**
 * The time at the beginning of a text as the server takes it, and the rest; or the problem.
 * @param {string} text
 * @param {number} now Milliseconds since 1970.
 * @returns {{when: string, rest: string, problem: string}}
 */
export function splitTime(text, now) {
  const [, first = "", rest = ""] = /^\s*(\S*)\s*([^]*)$/.exec(text) ?? [];
  if (/^(?:\d{1,6}[mhdw])+$/i.test(first)) return { when: first.toLowerCase(), rest: rest.trim(), problem: "" };
  const today = new Date(now);
  const day = dayOf(first.toLowerCase(), today);
  const [, clock = "", after = ""] = /^(\S*)\s*([^]*)$/.exec(rest) ?? [];
  const at = clockOf(day ? clock : first);
  if (!day && !at) return { when: "", rest: "", problem: t(HELP) };
  const moment = day ?? new Date(today.getFullYear(), today.getMonth(), today.getDate());
  moment.setHours(...(/** @type {[number, number]} */ (at ?? MORNING)));
  if (!day && moment.getTime() <= now) moment.setDate(moment.getDate() + 1);
  if (!(moment.getTime() > now)) return { when: "", rest: "", problem: t("This time has passed; name a later one.") };
  return { when: stampOf(moment), rest: (day && at ? after : rest).trim(), problem: "" };
}

/** A time as the server takes it. @param {Date} moment */
export function stampOf(moment) {
  return `timestamp=${formatTime(moment.getTime())}`;
}

/** @param {string} word */
function clockOf(word) {
  const found = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(word);
  return found && [Number(found[1]), Number(found[2])];
}

/** The midnight of a day; null for another word. A day that does not exist has passed. @param {string} word @param {Date} today */
function dayOf(word, today) {
  const ahead = (/** @type {number} */ days) => new Date(today.getFullYear(), today.getMonth(), today.getDate() + days);
  const date = /^(\d{4})-(\d{2})-(\d{2})$/.exec(word);
  if (date) return existing(date.slice(1).map(Number));
  if (word === "today" || word === "tomorrow") return ahead(word === "today" ? 0 : 1);
  const number = WEEKDAYS.findIndex((name) => word === name || word === name.slice(0, 3));
  return number < 0 ? null : ahead(((number - today.getDay() + 6) % 7) + 1);
}

/** @param {number[]} date */
function existing([year = 0, month = 0, day = 0]) {
  const found = new Date(year, month - 1, day);
  return found.getMonth() === month - 1 && found.getDate() === day ? found : new Date(0);
}

/** The next day of the week at nine. @param {number} now @param {number} weekday 0 is Sunday. */
export function nextMorning(now, weekday) {
  const today = new Date(now);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + ((weekday - today.getDay() + 6) % 7) + 1, ...MORNING);
}
