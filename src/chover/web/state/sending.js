/** From what somebody wants to say to lines of the wire (draft/multiline, https://ircv3.net/specs/extensions/multiline). */

import { bytes, format, LINE_BYTES, splitText } from "../irc.js";
import { NONCE } from "./lines.js";

/** @import { State } from "../state.js" */
/** @import { Pending } from "./shapes.js" */

/** What others receive around the text of an action. */
const ACTION_BYTES = bytes("\x01ACTION \x01");
const MULTILINE = "draft/multiline";

/**
 * Ours, as long as nobody has told.
 * @param {string} nick
 */
export function guessedMask(nick) {
  return `${nick}!chover@${"x".repeat(64)}`;
}

/**
 * Bytes of text in one line to this target, as others receive it.
 * @param {State} state
 * @param {string} target
 * @param {boolean} [action]
 */
export function room(state, target, action = false) {
  const place = state.mask.slice(state.mask.indexOf("!") + 1);
  return LINE_BYTES - 2 - bytes(`:${state.nick}!${place} PRIVMSG ${target} :`) - (action ? ACTION_BYTES : 0);
}

/**
 * What the server takes in one message; null where a message is one line.
 * @param {State} state
 * @returns {{bytes: number, lines: number} | null}
 */
export function limits(state) {
  if (!state.caps.has(MULTILINE) || !state.caps.has("batch")) return null;
  const values = new Map((state.caps.get(MULTILINE) ?? "").split(",").map((item) => /** @type {[string, string]} */ (item.split("="))));
  return { bytes: Number(values.get("max-bytes")) || 4096, lines: Number(values.get("max-lines")) || 32 };
}

/**
 * Text as messages: as few as the server allows. An action is one line, always.
 * @param {State} state
 * @param {string} target
 * @param {string} text
 * @param {boolean} [action]
 * @returns {string[]}
 */
export function pieces(state, target, text, action = false) {
  const most = limits(state);
  const width = room(state, target, action);
  const lines = text.replace(/\r\n?/g, "\n").replace(/\0/g, "").replace(/\s+$/, "").split("\n");
  if (action) return splitText(lines.filter(Boolean).join(" "), width).filter((piece) => piece.trim());
  if (!most) return lines.filter(Boolean).flatMap((line) => splitText(line, width));
  /** @type {string[]} */
  const messages = [];
  let used = { bytes: 0, lines: 0 };
  for (const line of lines.flatMap((each) => splitText(each, most.bytes))) {
    const cost = costOf(line, width);
    const fits = messages.length && used.bytes + cost.bytes <= most.bytes && used.lines + cost.lines <= most.lines;
    if (fits) messages[messages.length - 1] += `\n${line}`;
    else messages.push(line);
    used = fits ? { bytes: used.bytes + cost.bytes, lines: used.lines + cost.lines } : cost;
  }
  return messages.filter((message) => message.trim());
}

/** @param {string} line @param {number} width */
function costOf(line, width) {
  return { bytes: bytes(line) + 1, lines: splitExactly(line, width).length };
}

/**
 * Whether it is one message for this server: it may have been given to another one, or under a shorter name.
 * @param {State} state
 * @param {Pending} pending
 */
function fits(state, { target, text, action }) {
  const most = limits(state);
  const width = room(state, target, action);
  if (!text.includes("\n") && bytes(text) <= width) return true;
  if (action || !most) return false;
  const costs = text.split("\n").map((line) => costOf(line, width));
  const sum = (/** @type {"bytes" | "lines"} */ what) => costs.reduce((all, cost) => all + cost[what], 0);
  return sum("bytes") <= most.bytes && sum("lines") <= most.lines;
}

/**
 * The lines of a message of the outbox; of several, if it does not fit any more.
 * @param {State} state
 * @param {Pending} pending
 * @returns {string[]}
 */
export function sending(state, pending) {
  return (fits(state, pending) ? [pending] : divided(state, pending)).flatMap((part) => message(state, part));
}

/**
 * @param {State} state
 * @param {Pending} pending
 * @returns {string[]}
 */
function message(state, pending) {
  const { target, nonce, text, action } = pending;
  const tags = tagsOf(state, pending);
  const width = room(state, target);
  if (action || (!text.includes("\n") && bytes(text) <= width)) return [format("PRIVMSG", [target, action ? `\x01ACTION ${text}\x01` : text], tags)];
  return batched("PRIVMSG", [target], text, width, nonce, tags);
}

/** @param {string} command @param {string[]} head @param {string} text @param {number} width @param {string} name @param {Record<string, string>} tags */
export function batched(command, head, text, width, name, tags) {
  const batch = name.slice(0, 16).replace(/[^A-Za-z0-9]/g, "x");
  const lines = text.split("\n").flatMap((line) => splitExactly(line, width).map((piece, at) => {
    return format(command, [...head, piece], { batch, ...(at ? { "draft/multiline-concat": "" } : {}) });
  }));
  return [format("BATCH", [`+${batch}`, MULTILINE, head[0] ?? ""], tags), ...lines, `BATCH -${batch}`];
}

/** A message that does not fit, as several. @param {State} state @param {Pending} pending */
function divided(state, pending) {
  state.changed("outbox");
  return state.outbox.divide(pending, pieces(state, pending.target, pending.text, pending.action));
}

/** @param {State} state @param {Pending} pending */
function tagsOf(state, { nonce, replyTo }) {
  if (!state.caps.has("message-tags")) return {};
  return {
    [NONCE]: nonce,
    ...(state.caps.has("labeled-response") ? { label: nonce } : {}),
    ...(replyTo ? { "+draft/reply": replyTo } : {}),
  };
}

/**
 * Pieces that are put together again without a gap: the space at which a line is cut stays in front of the next piece.
 * @param {string} line
 * @param {number} width
 */
function splitExactly(line, width) {
  const cut = splitText(line, width - 1);
  let at = 0;
  return cut.map((piece, index) => {
    const start = at;
    at = line.indexOf(piece, at) + piece.length;
    return index ? line.slice(start, at) : piece;
  });
}
