/** Asks for a time in the future: one of some presets, or any. */

import { nextMorning, stampOf } from "../commands/times.js";
import { dateOf, shortTime } from "../dates.js";
import { icon, make } from "../html.js";
import { t } from "../i18n.js";
import { dialog, field } from "./dialog.js";

/** @import { Child } from "../html.js" */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MONDAY = 1;
const YEAR = 365 * DAY;

/**
 * @param {string} title
 * @param {(when: string) => void} then Gets the time as the server takes it.
 * @param {...Child} about What it is about.
 */
export function askTime(title, then, ...about) {
  const now = Date.now();
  const choose = (/** @type {Date} */ moment) => {
    box.close();
    then(stampOf(moment));
  };
  const { input, element } = field(t("Another time"), { type: "datetime-local", value: local(now + DAY), min: local(now), max: local(now + YEAR), required: true });
  const form = make("form.fields", { onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    const moment = new Date(input.value);
    if (moment.getTime() > Date.now()) return choose(moment);
    input.setCustomValidity(t("This time has passed; name a later one."));
    input.reportValidity();
  } }, element, make("button.primary", { type: "submit" }, t("Schedule")));
  input.addEventListener("input", () => input.setCustomValidity(""));
  const buttons = presets(now).map(([label, moment]) => make("button.action", { type: "button", onclick: () => choose(moment) }, icon("clock"), make("span.label", null, label), make("time.soft", null, shortTime(moment.getTime()))));
  const box = dialog(title, ...about, make("div.actions.times", null, ...buttons), form);
  buttons[0]?.focus();
}

/** @param {number} now @returns {[string, Date][]} */
function presets(now) {
  const tomorrow = nextMorning(now, (new Date(now).getDay() + 1) % 7);
  const monday = nextMorning(now, MONDAY);
  return [
    [t("In 20 minutes"), new Date(now + 20 * MINUTE)], [t("In 1 hour"), new Date(now + 60 * MINUTE)], [t("In 3 hours"), new Date(now + 180 * MINUTE)],
    [t("Tomorrow morning"), tomorrow],
    ...(monday.getTime() === tomorrow.getTime() ? [] : [/** @type {[string, Date]} */ ([t("Monday morning"), monday])]),
  ];
}

/** A time here in HTML's format: 2026-11-29T09:00. @param {number} at */
function local(at) {
  const date = new Date(at);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${dateOf(at)}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
