/**
 * Leaving, which can be undone for ten seconds. No I/O.
 *
 * The server is told only after that time, or when the page goes away, because it may be impossible to come back to an
 * invite-only channel. Until then the conversation is hidden, and it does not notify. Showing it again in any way
 * undoes it.
 */

import { N_ } from "../i18n.js";
import { format } from "../irc.js";

/** @import { State } from "../state.js" */
/** @import { Conversation } from "./conversation.js" */

/** Milliseconds. */
export const UNDO = 10_000;

export const NOTHING_LEFT = N_("Nothing was left in the last ten seconds.");

/**
 * Leave a channel, or close a private conversation.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {string} [reason]
 */
export function leave(state, conversation, reason = "") {
  conversation.leaving = { until: state.now + UNDO, reason, sent: false };
  // A page that is reloaded meanwhile does not join it again.
  state.wanted.delete(conversation.key);
  if (state.active === conversation.key) state.show(state.beside(conversation.key));
  state.notifications.push({ kind: "leaving", conversation });
  changed(state);
}

/** Cancel leaving it. @param {State} state @param {Conversation} conversation */
export function stay(state, conversation) {
  conversation.leaving = null;
  if (conversation.joined) state.wanted.set(conversation.key, conversation.name);
  changed(state);
}

/** The last conversation left, as long as that can be undone. @param {State} state */
export function undoable(state) {
  return [...state.conversations.values()].filter(({ leaving }) => leaving && !leaving.sent)
    .sort((a, b) => (a.leaving?.until ?? 0) - (b.leaving?.until ?? 0)).at(-1);
}

/** Leave what has waited long enough. @param {State} state @param {{now: boolean}} [how] `now`: all of it, the page goes away. */
export function depart(state, { now } = { now: false }) {
  if (!state.settled) return;
  for (const conversation of [...state.conversations.values()]) {
    const { leaving, name } = conversation;
    if (!leaving || leaving.sent || (!now && leaving.until > state.now)) continue;
    if (!conversation.joined) state.left(conversation);
    else state.outgoing.push(format("PART", leaving.reason ? [name, leaving.reason] : [name]));
    leaving.sent = true;
  }
}

/** @param {State} state */
function changed(state) {
  state.changed("wanted");
  state.changed("conversations");
}
