/** The thread that is open beside the messages. Loaded with the first one. */

import { formatTime } from "../irc.js";
import { read, settle } from "./history.js";
import { put } from "./preference-changes.js";
import { THREADS } from "./preferences.js";
import { markersOf, readUpTo, repliesOf, rootOf } from "./threads.js";

/** @import { Conversation } from "./conversation.js" */
/** @import { Batch, Line } from "./shapes.js" */
/** @import { State } from "../state.js" */

export const OFFERED = "chover.chat/threads";
/** Bytes of the markers of one conversation: as much as a server takes. */
const MARKERS_BYTES = 300;

export class Thread {
  /** @param {string} root The msgid of its first message, as far as that is known. */
  constructor(root) {
    this.root = root;
    /** @type {"asking" | "done" | "failed"} */
    this.status = "asking";
    this.reason = "";
    /** Whether there are no earlier replies than those here. */
    this.complete = false;
    /** Where "new" began when it was opened. */
    this.newFrom = 0;
    /** What the server has sent. @type {Map<string, Line>} */
    this.byMsgid = new Map();
  }
}

/** Show the thread that a message belongs to. @param {State} state @param {Conversation} conversation @param {string} msgid */
export function openThread(state, conversation, msgid) {
  const line = conversation.find(msgid);
  const thread = new Thread(line ? rootOf(conversation, line) : msgid);
  conversation.thread = thread;
  thread.newFrom = readUpTo(state, conversation, thread.root, repliesOf(conversation, thread.root));
  ask(state, conversation, thread, [thread.root]);
  state.changed("thread");
}

/** @param {State} state @param {Conversation} conversation */
export function closeThread(state, conversation) {
  conversation.thread = null;
  state.changed("thread");
}

/** Fetch the replies before those that are here. @param {State} state @param {Conversation} conversation */
export function loadEarlierReplies(state, conversation) {
  const { thread } = conversation;
  const first = thread && repliesOf(conversation, thread.root)[0];
  if (!thread || !first || thread.complete || thread.status !== "done") return;
  // Those of the same millisecond come once more.
  ask(state, conversation, thread, [thread.root, `timestamp=${formatTime(first.at + 1)}`]);
}

/** @param {State} state @param {Conversation} conversation @param {Thread} thread @param {string[]} params */
function ask(state, conversation, thread, params) {
  if (!state.can(OFFERED)) {
    thread.status = "done";
    thread.complete = true;
    return;
  }
  const still = (/** @type {() => void} */ then) => {
    if (conversation.thread !== thread) return;
    then();
    state.changed("thread");
  };
  thread.status = "asking";
  state.ask({
    kind: "thread", key: conversation.key, page: (batch) => still(() => page(state, conversation, thread, batch)),
    failed: (reason) => still(() => Object.assign(thread, { status: "failed", reason })),
  }, "THREAD", [conversation.name, ...params]);
}

/** @param {State} state @param {Conversation} conversation @param {Thread} thread @param {Batch} batch */
function page(state, conversation, thread, batch) {
  const before = thread.byMsgid.size;
  const [, root = "", count = "0"] = batch.inside ?? batch.params;
  thread.root = root || thread.root;
  const { lines, touches } = read(state, conversation, batch.messages);
  for (const line of lines) {
    thread.byMsgid.set(line.msgid, line);
    conversation.noteReply(line);
  }
  conversation.judgePage(lines);
  settle(state, conversation, lines, touches);
  thread.status = "done";
  thread.complete = thread.byMsgid.size === before || repliesOf(conversation, thread.root).length >= Number(count);
}

/** Its first message, if it is here, and the replies. @param {Conversation} conversation @param {Thread} thread */
export function linesOf(conversation, { root }) {
  const first = conversation.find(root);
  return [...(first ? [first] : []), ...repliesOf(conversation, root)];
}

/**
 * All of it was read. That is noted only if the conversation itself has not been read so far; what the conversation's
 * marker has passed is dropped.
 * @param {State} state
 * @param {Conversation} conversation
 */
export function readThread(state, conversation) {
  const { thread, name, readAt } = conversation;
  const replies = thread ? repliesOf(conversation, thread.root) : [];
  const last = replies.at(-1);
  if (!thread || !last || last.mine || last.at <= readUpTo(state, conversation, thread.root, replies)) return;
  const markers = markersOf(state, name);
  markers.delete(thread.root);
  const pairs = [...markers].filter(([, at]) => at > readAt).map(([msgid, at]) => `${msgid}=${at}`);
  pairs.push(`${thread.root}=${last.at}`);
  while (new TextEncoder().encode(pairs.join(" ")).length > MARKERS_BYTES) pairs.shift();
  put(state, name, THREADS, pairs.join(" "));
}
