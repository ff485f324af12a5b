/** Actions of the user. Each function adds to `outgoing` or the outbox what brings it about. */

import { t } from "../i18n.js";
import { fold, format } from "../irc.js";
import { write } from "./drafts.js";
import { pieces } from "./sending.js";

/** @import { State } from "../state.js" */
/** @import { Conversation } from "./conversation.js" */
/** @import { Line } from "./shapes.js" */

/** The minimum time between two typing notifications, in milliseconds. */
const TYPING_GAP = 3_000;

/**
 * @param {State} state
 * @param {string} target
 * @param {string} text
 * @param {{nonce: () => string, action?: boolean, replyTo?: string}} how `nonce` draws 128 random bits.
 */
export function say(state, target, text, { nonce, action = false, replyTo = "" }) {
  const conversation = state.conversation(target);
  for (const piece of pieces(state, target, text, action)) {
    state.outbox.add({
      nonce: nonce(), target: conversation.name, text: piece, action, replyTo, at: state.now, sent: false, reason: "",
    });
  }
  state.changed("outbox");
  state.changed("lines", conversation.key);
  state.changed("said", conversation.key);
}

/** Continue with messages that an earlier page could not send. @param {State} state @param {import("./shapes.js").Pending[]} left */
export function takeOver(state, left) {
  state.outbox.takeOver(left);
  for (const { target } of left) outboxChanged(state, target);
}

/** @param {State} state @param {string} nonce */
export function retry(state, nonce) {
  const pending = state.outbox.retry(nonce);
  if (pending) outboxChanged(state, pending.target);
}

/** @param {State} state @param {string} nonce */
export function giveUp(state, nonce) {
  const pending = state.outbox.get(nonce);
  state.outbox.settle(nonce);
  if (pending) outboxChanged(state, pending.target);
}

/**
 * Put a refused message back into the input, to change it: text, action and reply. The addresses of files are in its
 * text.
 * @param {State} state @param {string} nonce
 */
export function rewrite(state, nonce) {
  const pending = state.outbox.get(nonce);
  if (!pending) return;
  const { target, action, replyTo } = pending;
  if (state.drafts.get(target)?.text.trim()) return state.tell(t("There is something in the field already: send it or clear it first."));
  const typed = action ? `/me ${pending.text}` : pending.text.startsWith("/") ? `/${pending.text}` : pending.text;
  write(state, target, typed, replyTo);
  giveUp(state, nonce);
  state.changed("drafts");
}

/** @param {State} state @param {string} target */
function outboxChanged(state, target) {
  state.changed("outbox");
  state.changed("lines", fold(target));
}

/**
 * Add a reaction to a message, or remove it.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {Line} line
 * @param {string} reaction
 */
export function react(state, conversation, line, reaction) {
  if (!state.can("message-tags") || !line.msgid) return;
  const mine = line.reactions?.get(reaction)?.has(state.nick);
  const tag = mine ? "+draft/unreact" : "+draft/react";
  state.outgoing.push(format("TAGMSG", [conversation.name], { [tag]: reaction, "+draft/reply": line.msgid }));
}

/**
 * Have a message deleted.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {Line} line
 * @param {string} [reason]
 */
export function remove(state, conversation, line, reason = "") {
  const failed = (/** @type {string} */ why) => state.tell(t("Not deleted: {why}", { why }));
  state.ask({ kind: "wish", key: "", failed }, "REDACT", [conversation.name, line.msgid, ...(reason ? [reason] : [])]);
}

/**
 * Send a typing notification, or end it (https://ircv3.net/specs/client-tags/typing).
 * @param {State} state
 * @param {Conversation} conversation
 * @param {"active" | "done"} how
 */
export function typing(state, conversation, how) {
  const { typingSent } = state;
  const active = typingSent.key === conversation.key && typingSent.at > 0;
  if (!state.can("message-tags") || !state.settled) return;
  if (how === "active" && active && state.now - typingSent.at < TYPING_GAP) return;
  if (how === "done" && !active) return;
  if (conversation.channel && !conversation.joined) return;
  state.typingSent = how === "active" ? { key: conversation.key, at: state.now } : { key: "", at: 0 };
  state.outgoing.push(format("TAGMSG", [conversation.name], { "+typing": how }));
}

/** The text was sent, which also ends the typing notification. @param {State} state */
export function typed(state) {
  state.typingSent = { key: "", at: 0 };
}

/** @param {State} state @param {string} channel @param {string} [key] */
export function join(state, channel, key) {
  const conversation = state.conversations.get(fold(channel));
  if (conversation) state.show(conversation.key);
  if (conversation?.joined) return;
  state.wanted.set(fold(channel), channel);
  state.opening = fold(channel);
  state.bringsDraft = !state.drafts.get(state.active)?.text;
  state.outgoing.push(format("JOIN", key ? [channel, key] : [channel]));
}

/** Open a conversation. @param {State} state @param {string} name */
export function talkTo(state, name) {
  state.show(state.conversation(name).key);
}
