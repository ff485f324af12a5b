/** The results of sending our messages: kept, refused, or never to be sent. */

import { bytes, fold, LINE_BYTES } from "../irc.js";
import { refusal } from "./refusal.js";

/** @import { Message } from "./shapes.js" */
/** @import { State } from "../state.js" */

/** The server has kept it, or had it already. @param {State} state @param {string} nonce */
export function kept(state, nonce) {
  const pending = state.outbox.get(nonce);
  if (!pending) return;
  state.outbox.settle(nonce);
  state.changed("outbox");
  state.changed("lines", fold(pending.target));
}

/** The target accepts only certain people's messages: a refusal, although the number does not say so. */
export const CALLER_ID = "716";
const TOO_LONG = "417";
/** Numerics about messages; any other may be an answer to something else. */
const SPEECH = new Set([CALLER_ID, ..."401 402 403 404 407 408 411 412 413 414 415 417 437 439 442 477 486 489 492 494 505 531".split(" ")]);
const NO_TARGET = new Set(["411", "412"]);
/** Commands that FAIL names for a message. */
const SENDING = new Set(["PRIVMSG", "BATCH", "NOTICE"]);

/**
 * Our message that a refusal without a label refers to; old servers and other implementations send those.
 * @param {State} state
 * @param {Message} message
 */
function meant(state, message) {
  const { command, params } = message;
  const { sent } = state.outbox;
  // A shorter line is not too long for any server, whatever else was refused.
  if (command === TOO_LONG) return longest(sent.filter(({ text }) => bytes(text) >= LINE_BYTES / 2));
  for (const target of targetsOf(state, message)) {
    const pending = sent.find((each) => fold(each.target) === fold(target));
    if (pending) return pending;
  }
  return NO_TARGET.has(command) || (command === "FAIL" && SENDING.has(params[0] ?? "")) ? sent[0] : undefined;
}

/**
 * The targets of a refused message. If the server supports labels, only messages are refused without one.
 * @param {State} state
 * @param {Message} message
 */
function targetsOf(state, { command, params }) {
  if (command === "FAIL") return SENDING.has(params[0] ?? "") || params[0] === "*" ? params.slice(2, -1) : [];
  const speech = SPEECH.has(command) || !state.caps.has("labeled-response");
  return speech && params.length > 2 ? params.slice(1, 2) : [];
}

/** @param {import("./shapes.js").Pending[]} sent */
function longest(sent) {
  return sent.reduce((most, each) => (!most || bytes(each.text) > bytes(most.text) ? each : most), /** @type {import("./shapes.js").Pending | undefined} */ (undefined));
}

/** Whether the answer refers to one of our messages. @param {State} state @param {Message} message */
export function refusedMessage(state, message) {
  const nonce = message.tags.label || meant(state, message)?.nonce || "";
  const pending = state.outbox.refuse(nonce, refusal(message));
  if (!pending) return false;
  state.changed("outbox");
  state.changed("lines", fold(pending.target));
  return true;
}

/**
 * Whether it is a channel that we wanted to join; pending messages to it will not be sent.
 * @param {State} state
 * @param {string} channel
 * @param {string} reason
 */
export function refusedJoin(state, channel, reason) {
  if (state.conversations.get(fold(channel))?.joined || !state.wanted.delete(fold(channel))) return false;
  state.tell(reason.includes(channel) ? reason : `${channel}: ${reason}`);
  if (state.opening === fold(channel)) state.opening = "";
  state.showFirst();
  state.changed("wanted");
  for (const pending of state.outbox) if (fold(pending.target) === fold(channel)) pending.reason = reason;
  state.changed("lines", fold(channel));
  return true;
}
