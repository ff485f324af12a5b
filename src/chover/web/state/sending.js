/** From what somebody wants to say to lines of the wire (draft/multiline, https://ircv3.net/specs/extensions/multiline). */

import { bytes, format, LINE_BYTES, splitText } from "../irc.js";
import { NONCE } from "./lines.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("./outbox.js").Pending} Pending */

/** The longest user and host that the server may put in front of our lines. */
const MASK_BYTES = 100;
const MULTILINE = "draft/multiline";

/**
 * Bytes of text in one line to this target.
 * @param {State} state
 * @param {string} target
 */
export function room(state, target) {
  return LINE_BYTES - 2 - MASK_BYTES - bytes(`${state.nick} PRIVMSG ${target} :`);
}

/**
 * What the server takes in one message; null where a message is one line.
 * @param {State} state
 * @returns {{bytes: number, lines: number} | null}
 */
export function limits(state) {
  if (!state.caps.has(MULTILINE) || !state.caps.has("batch")) return null;
  const values = new Map((state.caps.get(MULTILINE) ?? "").split(",").map((item) => /** @type {[string, string]} */ (item.split("="))));
  return { bytes: Number(values.get("max-bytes")) || 4096, lines: Number(values.get("max-lines")) || 24 };
}

/**
 * Text as messages: as few as the server allows.
 * @param {State} state
 * @param {string} target
 * @param {string} text
 * @returns {string[]}
 */
export function pieces(state, target, text) {
  const most = limits(state);
  const width = room(state, target);
  const lines = text.replace(/\r\n?/g, "\n").replace(/\0/g, "").replace(/\s+$/, "").split("\n");
  if (!most) return lines.filter(Boolean).flatMap((line) => splitText(line, width));
  /** @type {string[]} */
  const messages = [];
  let used = { bytes: 0, lines: 0 };
  for (const line of lines.flatMap((each) => splitText(each, most.bytes))) {
    const cost = { bytes: bytes(line) + 1, lines: splitText(line, width).length };
    const fits = messages.length && used.bytes + cost.bytes <= most.bytes && used.lines + cost.lines <= most.lines;
    if (fits) messages[messages.length - 1] += `\n${line}`;
    else messages.push(line);
    used = fits ? { bytes: used.bytes + cost.bytes, lines: used.lines + cost.lines } : cost;
  }
  return messages.filter((message) => message.trim());
}

/**
 * The lines of a message of the outbox.
 * @param {State} state
 * @param {Pending} pending
 * @returns {string[]}
 */
export function sending(state, pending) {
  const { target, nonce, text, action } = pending;
  const tags = tagsOf(state, pending);
  const width = room(state, target);
  const several = text.includes("\n") || bytes(text) > width;
  if (!several || !limits(state)) return [format("PRIVMSG", [target, action ? `\x01ACTION ${text}\x01` : text], tags)];
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
