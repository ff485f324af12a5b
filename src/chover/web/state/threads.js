/**
 * Threads, as far as their messages are loaded: a message, and all replies that lead to it (docs/protocol.md,
 * "Threads"). Everything that is loaded reaches the present, so the replies to a loaded message are all here. No I/O.
 */

import { THREADS } from "./preferences.js";

/** @import { Conversation } from "./conversation.js" */
/** @import { Line } from "./shapes.js" */
/** @import { State } from "../state.js" */

/**
 * The msgid of the message that begins the thread of a line. A deleted message begins one of its own, as on the server.
 * @param {Conversation} conversation
 * @param {Line} line
 */
export function rootOf(conversation, line) {
  /** @type {Line | undefined} */
  let at = line;
  let { msgid } = line;
  const seen = new Set();
  while (at?.replyTo && !at.deleted && !seen.has(at.replyTo)) {
    msgid = at.replyTo;
    seen.add(msgid);
    at = conversation.find(msgid);
  }
  return msgid;
}

/** The loaded replies that lead to a message, in order. @param {Conversation} conversation @param {string} root Its msgid. */
export function repliesOf(conversation, root) {
  /** @type {Line[]} */
  const found = [];
  const seen = new Set([root]);
  // What is added to the set is visited, too.
  for (const above of seen) {
    for (const msgid of conversation.answers.get(above) ?? []) {
      const line = conversation.find(msgid);
      if (!line || line.deleted || seen.has(msgid)) continue;
      seen.add(msgid);
      found.push(line);
    }
  }
  return found.sort((a, b) => a.at - b.at);
}

/**
 * How many replies a message has, when the last one came, and how many are unread. Only threads that we began or replied in are unread.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {string} root
 */
export function summaryOf(state, conversation, root) {
  const replies = repliesOf(conversation, root).filter((line) => !conversation.ignores(line));
  const follows = conversation.find(root)?.mine || replies.some(({ mine }) => mine);
  const since = readUpTo(state, conversation, root, replies);
  const unread = follows ? replies.filter(({ at, mine }) => !mine && at > since).length : 0;
  return { count: replies.length, lastAt: replies.at(-1)?.at ?? 0, unread };
}

/**
 * Up to when a thread was read: with its conversation, by itself, or by replying.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {string} root
 * @param {Line[]} replies
 */
export function readUpTo(state, conversation, root, replies) {
  const mark = markersOf(state, conversation.name).get(root) ?? 0;
  return Math.max(conversation.readAt, mark, replies.findLast(({ mine }) => mine)?.at ?? 0);
}

/** Up to when threads were read by themselves, by the msgid of their beginning. @param {State} state @param {string} name */
export function markersOf({ preferences }, name) {
  const pairs = (preferences.get(name, THREADS) ?? "").split(" ").map((pair) => pair.split("="));
  return new Map(pairs.map(([msgid = "", at]) => [msgid, Number(at) || 0]));
}
