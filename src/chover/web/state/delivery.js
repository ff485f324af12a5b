/** What becomes of our messages: kept, refused, or never to be sent. */

import { fold } from "../irc.js";

/** @typedef {import("../irc.js").Message} Message */
/** @typedef {import("../state.js").State} State */

/** The server has it, or has it already. @param {State} state @param {string} nonce */
export function kept(state, nonce) {
  const pending = state.outbox.get(nonce);
  if (!pending) return;
  state.outbox.settle(nonce);
  state.changed("outbox");
  state.changed("lines", fold(pending.target));
}

/** Whether the answer is about a message of ours. @param {State} state @param {Message} message */
export function refusedMessage(state, { tags, params }) {
  const pending = state.outbox.refuse(tags.label ?? "", params.at(-1) ?? "");
  if (!pending) return false;
  state.changed("outbox");
  state.changed("lines", fold(pending.target));
  return true;
}

/**
 * Whether it is a channel that we wanted to be in; what waits for it will not be sent.
 * @param {State} state
 * @param {string} channel
 * @param {string} reason
 */
export function refusedJoin(state, channel, reason) {
  if (!state.wanted.delete(fold(channel))) return false;
  state.tell(`${channel}: ${reason}`);
  if (state.opening === fold(channel)) state.opening = "";
  state.showFirst();
  state.changed("wanted");
  for (const pending of state.outbox) if (fold(pending.target) === fold(channel)) pending.reason = reason;
  state.changed("lines", fold(channel));
  return true;
}
