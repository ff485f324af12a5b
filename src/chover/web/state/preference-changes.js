/** What somebody wants noted about a conversation, a message or a person. Loaded when something is. */

import { N_, t } from "../i18n.js";
import { fold, format } from "../irc.js";
import { ask, BLOCKED, note, OFFERED, PINS, UNREAD } from "./preferences.js";

/** @import { State } from "../state.js" */

/** Bytes of the msgids in one conversation: as much as a server takes. */
const PINS_BYTES = 300;
export const OFFLINE = N_("There is no connection, and this is stored in your account: try again when it is back.");

/**
 * Note something; "" takes it back. What is wrong, or "".
 * @param {State} state
 * @param {string} name Of a conversation, or a nick.
 * @param {string} which
 * @param {string} value
 */
export function put(state, name, which, value) {
  const { preferences } = state;
  if (preferences.follows && state.status !== "online") return t(OFFLINE);
  note(state, name, which, value);
  // What a guest does not want to hear in private the server drops, for as long as they are here.
  if (preferences.follows || (which === BLOCKED && state.can(OFFERED))) ask(state, name, which, value);
  else if (which === BLOCKED && state.status === "online" && state.support.has("SILENCE")) silence(state, name, value ? "+" : "-");
  return "";
}

/** Where the server has a list of masks alone. @param {State} state @param {string} nick @param {"+" | "-"} sign */
function silence(state, nick, sign) {
  const account = state.users.get(fold(nick))?.account;
  state.outgoing.push(format("SILENCE", [sign + (account ? `account:${account}` : `${nick}!*@*`)]));
}

/** The messages that are at hand in a conversation. @param {State} state @param {string} name */
export function pinsOf(state, name) {
  return (state.preferences.get(name, PINS) ?? "").split(" ").filter(Boolean);
}

/**
 * Have a message at hand, or no longer; a word about it.
 * @param {State} state
 * @param {string} name Of its conversation.
 * @param {string} msgid
 */
export function pin(state, name, msgid) {
  const held = pinsOf(state, name);
  const goes = held.includes(msgid);
  const after = (goes ? held.filter((other) => other !== msgid) : [...held, msgid]).join(" ");
  if (!goes && new TextEncoder().encode(after).length > PINS_BYTES) return t("At most {n} messages can be saved in {name}; remove one first.", { n: held.length, name });
  return put(state, name, PINS, after) || (goes ? t("Removed from your saved messages.") : t("Saved (only you see this); /pins lists what is."));
}

/**
 * Have a message and everything after it unread again, on all devices; a word about it.
 * @param {State} state
 * @param {import("./conversation.js").Conversation} conversation
 * @param {import("./shapes.js").Line} line
 */
export function markUnread(state, conversation, line) {
  const problem = put(state, conversation.name, UNREAD, String(line.at));
  if (problem) return problem;
  conversation.keepsUnread = true;
  conversation.newFrom = line.at - 1;
  state.changed("lines", conversation.key);
  return t("Unread from here on, until you come back to it.");
}
