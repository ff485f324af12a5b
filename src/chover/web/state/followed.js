/** The threads that one began or replied in, as the server lists them (docs/protocol.md, "Threads"). Loaded with the inbox. */

import { t } from "../i18n.js";
import { fold, readTime } from "../irc.js";
import { said } from "./lines.js";
import { OFFERED } from "./thread.js";
import { markersOf, summaryOf } from "./threads.js";

/** @import { Batch, Line } from "./shapes.js" */
/** @import { State } from "../state.js" */
/**
 * @typedef {object} Followed
 * @property {string} name Of the conversation.
 * @property {string} root
 * @property {number} count
 * @property {number} unread
 * @property {number} at When the last reply came.
 * @property {Line | null} first
 */

/**
 * Ask for them; `then` gets the newest first, or why there are none.
 * @param {State} state
 * @param {(threads: Followed[], reason: string) => void} then
 */
export function askFollowed(state, then) {
  if (!state.can(OFFERED)) return then([], t("This server does not list threads."));
  state.ask({ kind: "threads", key: "", page: (batch) => then(followed(state, batch), ""), failed: (reason) => then([], reason) }, "THREADS", []);
}

/** @param {State} state @param {Batch} batch */
function followed(state, { messages }) {
  /** @type {Followed[]} */
  const found = [];
  for (const message of messages) {
    const [name = "", root = "", count = "0", unread = "0", at = ""] = message.params;
    const last = found.at(-1);
    if (message.command === "THREAD") found.push({ name, root, count: Number(count) || 0, unread: Number(unread) || 0, at: readTime(at.replace("timestamp=", "")), first: null });
    else if (last && message.tags.msgid === last.root) last.first = said(message, state);
  }
  return found.reverse();
}

/** How many replies are unread now: what was read here since is not. @param {State} state @param {Followed} thread */
export function unreadNow(state, { name, root, unread, at }) {
  const conversation = state.conversations.get(fold(name));
  if (!conversation) return unread;
  if (conversation.byMsgid.has(root)) return summaryOf(state, conversation, root).unread;
  return at <= Math.max(conversation.readAt, markersOf(state, name).get(root) ?? 0) ? 0 : unread;
}
