/** Requests between programs (https://modern.ircdocs.horse/ctcp), which people are not meant to read. */

import { format, formatTime } from "../irc.js";

/** @import { Message } from "./shapes.js" */
/** @import { State } from "../state.js" */

/** Milliseconds between two answers, so that nobody makes us flood. */
const GAP = 2_000;
/** The maximum number of characters of a PING that are sent back. */
const PING = 64;

/** The time is in UTC, so that it does not reveal where we are. @type {Record<string, (state: State, rest: string) => string>} */
const ANSWERS = {
  VERSION: () => "chover web client",
  PING: (_, rest) => [...rest].slice(0, PING).join(""),
  TIME: ({ now }) => formatTime(now),
};

/** Answer a program that asks ours directly. @param {State} state @param {Message} message */
export function answer(state, message) {
  const [target = "", text = ""] = message.params;
  const [, verb = "", rest = ""] = /^([^ ]*) ?(.*)$/s.exec(text.replace(/^\x01+|\x01+$/g, "")) ?? [];
  const words = ANSWERS[verb.toUpperCase()];
  const asked = message.command === "PRIVMSG" && state.isMe(target) && !state.isMe(message.nick);
  if (!words || !asked || state.ignores(message.nick, message.tags.account) || state.now - state.answeredAt < GAP) return;
  state.answeredAt = state.now;
  state.outgoing.push(format("NOTICE", [message.nick, `\x01${verb.toUpperCase()} ${words(state, rest)}\x01`]));
}
