/** What a browser stores of the conversations, to show it before there is a connection. Pure. */

import { fold } from "../irc.js";

/** @import { Conversation } from "./conversation.js" */
/** @import { Line } from "./shapes.js" */
/** @import { State } from "../state.js" */
/**
 * @typedef {object} Stored
 * @property {string} key
 * @property {string} name
 * @property {string} topic
 * @property {string} owner Whose it is (`ownerOf`).
 * @property {Line[]} lines
 */

/** The newest lines of a conversation that are stored. */
export const LINES = 60;
/** Conversations that are shown again. */
const CONVERSATIONS = 60;

/** An account or a guest. @param {{account: string, nick: string} | null} identity */
export function ownerOf(identity) {
  return identity ? (identity.account ? `a ${fold(identity.account)}` : `g ${fold(identity.nick)}`) : "";
}

/**
 * What was said behind the last words of somebody ignored: who they are is known only with a connection, and without their words there would
 * be a gap that nothing fills.
 *
 * @param {Conversation} conversation @param {string} owner @returns {Stored}
 */
export function toStore(conversation, owner) {
  const { key, name, topic, lines } = conversation;
  const from = lines.findLastIndex((line) => conversation.ignores(line)) + 1;
  return { key, name, topic, owner, lines: lines.slice(from).filter(({ msgid, delivery }) => msgid && !delivery).slice(-LINES) };
}

/** Whether it is stored at all: a guest's private messages may be read by the next guest of this computer. @param {Conversation} conversation @param {string} owner */
export function isStored({ channel, leaving }, owner) {
  return owner !== "" && leaving === null && (channel || owner.startsWith("a "));
}

/** Show what was stored. What the server has sent meanwhile is newer, and stays. @param {State} state @param {Stored[]} all @returns {number} How many conversations it were. */
export function restore(state, all) {
  const wanted = all.filter(({ key, name, lines }) => lines.length && (state.isChannel(name) ? state.wanted.has(key) : !state.closed.has(key)));
  const newest = wanted.sort((a, b) => (b.lines.at(-1)?.at ?? 0) - (a.lines.at(-1)?.at ?? 0)).slice(0, CONVERSATIONS);
  return newest.filter((each) => restoreOne(state, each)).length;
}

/** @param {State} state @param {Stored} stored */
function restoreOne(state, { name, topic, lines }) {
  const conversation = state.conversation(name);
  // What is being fetched at this moment starts from nothing.
  if (conversation.lines.length || conversation.held) return false;
  conversation.topic ||= topic;
  for (const line of lines) conversation.append(line);
  conversation.judgeUnread();
  conversation.count();
  state.changed("lines", conversation.key);
  state.changed("conversation", conversation.key);
  state.changed("conversations");
  return true;
}
