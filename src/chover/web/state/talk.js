/** What people say, and what is done to what was said: reactions, edits, deletions, typing. */

import { fold } from "../irc.js";
import { kept } from "./delivery.js";
import { bare, NONCE, said } from "./lines.js";

/** @import { Message, Line } from "./shapes.js" */
/** @import { Conversation } from "./conversation.js" */
/** @import { State } from "../state.js" */

/** For how long somebody who was typing is shown as typing, in milliseconds. */
const TYPING = { active: 6_000, paused: 30_000 };

/**
 * The conversation that a message belongs to; null for a notice that opens none.
 * @param {State} state
 * @param {Message} message
 */
export function conversationOf(state, message) {
  const name = placeOf(state, message);
  if (message.command === "PRIVMSG" && !state.isChannel(name)) return state.conversation(name);
  return state.conversations.get(fold(name)) ?? null;
}

/** The name of the conversation that a message belongs to. @param {State} state @param {Message} message */
function placeOf(state, message) {
  const target = (message.params[0] ?? "").replace(state.statusPrefixes, "");
  return state.isChannel(target) || state.isMe(message.nick) ? target : message.nick;
}

/** Whether programs say it to each other (state/ctcp.js): nobody is meant to read it. @param {Message} message */
function isCtcp({ params }) {
  const text = params[1] ?? "";
  return text.startsWith("\x01") && !text.startsWith("\x01ACTION ");
}

/**
 * @param {State} state
 * @param {Message} message
 */
function privmsg(state, message) {
  if (message.params.length < 2) return;
  if (isCtcp(message)) return void state.notifications.push({ kind: "asked", message });
  const mine = state.isMe(message.nick);
  const nonce = (mine && message.tags[NONCE]) || message.tags.label || "";
  // The answer of a service stands for the echo, which there is none of: what was said to it may hold a password.
  if (nonce) kept(state, nonce);
  // What the ignored say begins nothing.
  if (state.ignores(message.nick, message.tags.account) && !state.conversations.has(fold(placeOf(state, message)))) return;
  const conversation = conversationOf(state, message);
  if (!conversation) return state.note(message.params[1] ?? "", message.nick);
  const line = said(message, state);
  if (line) state.add(conversation, line);
}

/**
 * From the server itself it is a word for us; from anybody else it is said.
 * @param {State} state
 * @param {Message} message
 */
function notice(state, message) {
  if (message.source.includes("!") || isCtcp(message)) privmsg(state, message);
  else if (state.settled) state.note(message.params[1] ?? "", "");
}

/**
 * @param {State} state
 * @param {Message} message
 */
function tagmsg(state, message) {
  const conversation = conversationOf(state, { ...message, command: "TAGMSG" });
  if (!conversation) return;
  const typing = message.tags["+typing"] ?? message.tags["+draft/typing"];
  if (typing !== undefined) typed(state, conversation, message, typing);
  else state.touch(conversation, message);
}

/**
 * @param {State} state
 * @param {Conversation} conversation
 * @param {Message} message
 * @param {string} how
 */
function typed(state, conversation, { nick, tags }, how) {
  if (state.isMe(nick) || state.ignores(nick, tags.account)) return;
  const lasts = how === "active" ? TYPING.active : how === "paused" ? TYPING.paused : 0;
  if (lasts) conversation.typing.set(fold(nick), { nick, until: state.now + lasts });
  else conversation.typing.delete(fold(nick));
  state.changed("typing", conversation.key);
}

/** End old typing notifications. @param {State} state */
export function stopTyping(state) {
  for (const { key, typing } of state.conversations.values()) {
    for (const [nick, { until }] of typing) {
      if (until > state.now) continue;
      typing.delete(nick);
      state.changed("typing", key);
    }
  }
}

/**
 * @param {State} state
 * @param {Message} message
 */
function touching(state, message) {
  const conversation = conversationOf(state, message);
  if (conversation) state.touch(conversation, message);
}

/**
 * Do to a message what was done to it; whatever is said of messages that are not here is kept for when they come.
 * @param {Conversation} conversation
 * @param {Message} message TAGMSG with a reaction, REDACT, EDIT.
 */
export function apply(conversation, message) {
  const msgid = touched(message);
  const line = msgid ? conversation.find(msgid) : undefined;
  if (line) {
    change(conversation, line, message);
  } else if (msgid) conversation.loose.set(msgid, [...(conversation.loose.get(msgid) ?? []), message]);
  return line;
}

/**
 * What was said of this line before it was here.
 * @param {Conversation} conversation
 * @param {Line} line
 */
export function applyLoose(conversation, line) {
  const waiting = line.msgid ? conversation.loose.get(line.msgid) : undefined;
  if (!waiting) return;
  conversation.loose.delete(line.msgid);
  for (const message of waiting) change(conversation, line, message);
}

/** @param {Message} message */
function touched(message) {
  if (message.command === "REDACT") return message.params[1] ?? "";
  if (message.command === "EDIT") return message.params[1] ?? "";
  return message.tags["+draft/reply"] ?? message.tags["+reply"] ?? "";
}

/**
 * @param {Conversation} conversation
 * @param {Line} line
 * @param {Message} message
 */
function change(conversation, line, message) {
  // What is deleted stays so: nothing is done to it any more.
  if (line.deleted) return;
  line.version += 1;
  if (message.command === "REDACT") Object.assign(line, { deleted: true, text: "", reacted: null });
  else if (message.command === "EDIT") Object.assign(line, { edited: true, text: bare(message.params[2] ?? line.text) });
  else react(line, message);
  conversation.judge(line);
  conversation.reflect(line);
}

/**
 * @param {Line} line
 * @param {Message} message
 */
function react(line, { tags, nick }) {
  const added = tags["+draft/react"] ?? tags["+react"];
  const removed = tags["+draft/unreact"] ?? tags["+unreact"];
  const reaction = added ?? removed;
  if (!reaction) return;
  const reactions = line.reacted ?? new Map();
  const nicks = new Set([...(reactions.get(reaction) ?? [])].filter((other) => fold(other) !== fold(nick)));
  if (added) nicks.add(nick);
  if (nicks.size) reactions.set(reaction, nicks);
  else reactions.delete(reaction);
  line.reacted = reactions.size ? reactions : null;
}

/** @type {Record<string, (state: State, message: Message) => void>} */
export const TALK = { PRIVMSG: privmsg, NOTICE: notice, TAGMSG: tagmsg, REDACT: touching, EDIT: touching };
