/** Times and days in the format of the page's language. */

import { LOCALE, t } from "./i18n.js";

const HOURS = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });
const DAY_AND_YEAR = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const WHOLE = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "medium" });
const SHORT = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** @param {number} at Milliseconds since 1970. */
export const hours = (at) => HOURS.format(at);
/** @param {number} at */
export const wholeTime = (at) => WHOLE.format(at);
/** @param {number} at */
export const shortTime = (at) => SHORT.format(at);

/**
 * A number that is the same for two times on the same day here.
 * @param {number} at
 */
export function dayOf(at) {
  const date = new Date(at);
  return date.getFullYear() * 10_000 + date.getMonth() * 100 + date.getDate();
}

/** The same day in HTML's format: 2026-11-29. @param {number} at */
export function dateOf(at) {
  const date = new Date(at);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** @param {number} at @param {number} now */
export function dayName(at, now) {
  if (dayOf(at) === dayOf(now)) return t("Today");
  if (dayOf(at) === dayOf(dayBefore(now))) return t("Yesterday");
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? DAY.format(at) : DAY_AND_YEAR.format(at);
}

/** A time on the previous day. Days have 23 to 25 hours, and may lack a midnight, but every day has a noon. @param {number} at */
function dayBefore(at) {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1, 12).getTime();
}
