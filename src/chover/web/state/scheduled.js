/** Messages that are sent later, and reminders (docs/protocol.md, "Messages that are sent later"). No I/O. */

import { shortTime } from "../dates.js";
import { t } from "../i18n.js";
import { bytes, format, readTime } from "../irc.js";
import { refusal } from "./refusal.js";
import { batched, limits, room } from "./sending.js";

/** @import { State } from "../state.js" */
/** @import { Message } from "./shapes.js" */
/**
 * @typedef {object} Scheduled
 * @property {string} id
 * @property {string} name Of the conversation.
 * @property {string} kind "say" or "remind".
 * @property {string} status "waiting", "due" or "refused".
 * @property {number} at Milliseconds since 1970.
 * @property {string} msgid The message that is answered, or that the reminder is about; or "".
 * @property {string} author Of the message that the reminder is about.
 * @property {string} text
 * @property {string} why Why it was refused.
 */

export const OFFERED = "chover.chat/scheduled";
/** More are not kept: a server has at most 50. */
const MOST = 200;

/** The complete list. @param {State} state @param {Message[]} messages */
export function everything(state, messages) {
  const reasons = new Map(messages.filter(({ params }) => params[2] === "why").map(({ params: [id = "", , , why = ""] }) => [id, why]));
  state.scheduled = messages.filter(({ params }) => params.length > 7).slice(0, MOST).map((message) => row(message, reasons));
  const due = state.scheduled.filter(({ status }) => status !== "waiting");
  for (const item of due) if (!state.toldDue.has(item.id)) state.notifications.push({ kind: "due", item });
  state.toldDue = new Set(due.map(({ id }) => id));
  state.changed("scheduled");
}

/** @param {Message} message @param {Map<string, string>} reasons @returns {Scheduled} */
function row({ params }, reasons) {
  const [id = "", name = "", kind = "", status = "", when = "", msgid = "", author = "", text = ""] = params;
  const given = (/** @type {string} */ word) => (word === "*" ? "" : word);
  return { id, name, kind, status, at: readTime(when.replace("timestamp=", "")), msgid: given(msgid), author: given(author), text, why: whyOf(name, reasons.get(id) ?? "") };
}

/** Why it was not done, as a person reads it. @param {string} name @param {string} why */
function whyOf(name, why) {
  return why && refusal({ tags: {}, source: "", nick: "", command: "FAIL", params: ["SCHEDULE", "NOT_SENT", name, why] });
}

/** NOTE SCHEDULE SCHEDULED and the like, in the person's time; false for another note. @param {State} state @param {Message} message */
export function scheduledNote(state, { params: [, code, , when = ""] }) {
  if (code !== "SCHEDULED") return false;
  state.tell(t("Scheduled for {time}. The inbox lists it.", { time: shortTime(readTime(when.replace("timestamp=", ""))) }));
  return true;
}

/** Have a text sent at a time. @param {State} state @param {string} name @param {string} when @param {string} text @param {string} [reply] */
export function sayLater(state, name, when, text, reply = "") {
  const head = [name, when];
  /** @type {Record<string, string>} */
  const tags = reply && state.caps.has("message-tags") ? { "+draft/reply": reply } : {};
  const width = room(state, name) - bytes(when) - 1;
  const long = text.includes("\n") || bytes(text) > width;
  state.outgoing.push(...(long && limits(state) ? batched("SCHEDULE", head, text, width, "later", tags) : [format("SCHEDULE", [...head, text.replace(/\s*\n\s*/g, " ")], tags)]));
}

/** @param {State} state @param {string} name @param {string} msgid @param {string} when */
export function remindOf(state, name, msgid, when) {
  state.outgoing.push(format("REMIND", [name, msgid, when]));
}

/** Cancel it, or dismiss what is over. @param {State} state @param {string} id */
export function unschedule(state, id) {
  state.outgoing.push(format("UNSCHEDULE", [id]));
}

/** How many wait for the person: past reminders, and messages that were not sent. @param {State} state */
export function openScheduled(state) {
  return state.scheduled.filter(({ status }) => status !== "waiting").length;
}
