/**
 * What a channel is asked for when it is shown for the first time after a join: its modes, and of each member the account
 * and whether they are away, which NAMES does not say. No I/O.
 */

import { fold } from "../irc.js";
import { meet } from "./people.js";

/** @import { State } from "../state.js" */
/** @import { Conversation } from "./conversation.js" */
/** @import { Message } from "./shapes.js" */

/** In a larger channel nobody reads the list; who is looked at there is asked for alone (parts/person-card.js). */
const MOST = 300;
/** Which fields of WHOX (https://ircv3.net/specs/extensions/whox): nick, flags, account. */
export const FIELDS = "%nfa";
/** For a member without an account. */
const NONE = "0";

/** Ask once, as soon as the channel is shown and its members are known. @param {State} state @param {Conversation | undefined} conversation */
export function askFacts(state, conversation) {
  if (!conversation?.channel || !conversation.joined || conversation.asked || !conversation.named || conversation.key !== state.active) return;
  if (!state.can("labeled-response") || !state.support.has("WHOX")) return;
  conversation.asked = true;
  const { key, name, members } = conversation;
  state.ask({ kind: "modes", key, then: (message) => modesAre(state, message) }, "MODE", [name]);
  if (members.size <= MOST) state.ask({ kind: "who", key, page: ({ messages }) => whoIs(state, messages), failed: () => {} }, "WHO", [name, FIELDS]);
}

/** 324: the modes of a channel. @param {State} state @param {Message} message */
export function modesAre(state, { command, params }) {
  const conversation = state.conversations.get(fold(params[1] ?? ""));
  if (command === "324" && conversation) conversation.modes = params.slice(2).join(" ");
}

/** A mode of a channel has changed; which ones it has was known. @param {Conversation} conversation @param {string} sign @param {string} letter */
export function modeIs(conversation, sign, letter) {
  if (!conversation.modes) return;
  const letters = new Set(conversation.modes.split(" ")[0]);
  if (sign === "+") letters.add(letter);
  else letters.delete(letter);
  conversation.modes = [...letters].join("");
}

/** Whether every member may set the topic and pin messages, as far as the modes are known. @param {Conversation} conversation */
export function isOpen({ modes }) {
  return modes !== "" && !modes.split(" ")[0]?.includes("t");
}

/** 354: people, as `FIELDS` says. @param {State} state @param {Message[]} messages */
export function whoIs(state, messages) {
  for (const { params: [, nick = "", flags = "", account = NONE] } of messages.filter(({ command }) => command === "354")) {
    meet(state, nick, { away: flags.startsWith("G"), account: account === NONE ? "" : account });
  }
  for (const { key } of state.conversations.values()) state.changed("members", key);
  state.changed("conversations");
}
