/** From a server's message to a line of a conversation. */

import { fold, readTime } from "../irc.js";

/** @import { Message, Line, Kind } from "./shapes.js" */
/**
 * @typedef {object} Reader What a line depends on besides the message.
 * @property {string} nick Ours.
 * @property {number} now Milliseconds since 1970, for servers that send no time.
 */

export const NONCE = "+chover.chat/nonce";
/** The time at which the author edited a message (docs/protocol.md). */
const EDITED = "chover.chat/edited";
const ACTION = /^\x01ACTION ([^\x01]*)\x01?$/;

/**
 * The text without the markup of an action.
 * @param {string} raw
 */
export function bare(raw) {
  return ACTION.exec(raw)?.[1] ?? raw;
}

let serial = 0;

/**
 * A line with only the given properties set.
 * @param {Partial<Line> & {kind: Kind}} given
 * @returns {Line}
 */
export function blank(given) {
  serial += 1;
  return {
    id: `line-${serial}`, msgid: "", at: 0, nick: "", account: "", bot: false, text: "", about: "", replyTo: "",
    mine: false, mentions: false, edited: false, deleted: false, reacted: null, reactions: null, nonce: "", delivery: "",
    reason: "", version: 0, ...given,
  };
}

/**
 * @param {Message} message
 * @param {Reader} reader
 * @param {Partial<Line> & {kind: Kind}} more
 */
function from(message, reader, more) {
  const { tags, nick } = message;
  const msgid = tags.msgid ?? "";
  const line = blank({
    msgid, nick, account: tags.account ?? "", bot: "bot" in tags, at: readTime(tags.time) || reader.now,
    mine: fold(nick) === fold(reader.nick), ...more,
  });
  if (msgid) line.id = msgid;
  return line;
}

/**
 * PRIVMSG and NOTICE; null for CTCP requests.
 * @param {Message} message
 * @param {Reader} reader
 */
export function said(message, reader) {
  const raw = message.params[1] ?? "";
  const action = ACTION.exec(raw);
  if (message.params.length < 2 || (raw.startsWith("\x01") && !action)) return null;
  const text = action?.[1] ?? raw;
  return from(message, reader, {
    kind: action ? "action" : message.command === "NOTICE" ? "notice" : "message",
    text,
    replyTo: message.tags["+draft/reply"] ?? message.tags["+reply"] ?? "",
    nonce: message.tags[NONCE] ?? "",
    edited: EDITED in message.tags,
  });
}

/** The properties of an event's line, besides who did it. @type {Record<string, (params: string[]) => Partial<Line> & {kind: Kind}>} */
const EVENTS = {
  JOIN: () => ({ kind: "join" }),
  PART: (params) => ({ kind: "part", text: params[1] ?? "" }),
  QUIT: (params) => ({ kind: "quit", text: params[0] ?? "" }),
  KICK: (params) => ({ kind: "kick", about: params[1] ?? "", text: params[2] ?? "" }),
  NICK: (params) => ({ kind: "nick", about: params[0] ?? "" }),
  TOPIC: (params) => ({ kind: "topic", text: params[1] ?? "" }),
  MODE: (params) => ({ kind: "mode", text: params.slice(1).join(" ") }),
  RENAME: (params) => ({ kind: "rename", about: params[1] ?? "" }),
  INVITE: (params) => ({ kind: "invite", about: params[0] ?? "" }),
};

/**
 * Joins, parts and the like; null for anything else.
 * @param {Message} message
 * @param {Reader} reader
 */
export function happened(message, reader) {
  const event = EVENTS[message.command];
  return event ? from(message, reader, event(message.params)) : null;
}
