/** History: filling gaps, and older pages (draft/chathistory). */

import { t } from "../i18n.js";
import { fold, formatTime, readTime } from "../irc.js";
import { kept } from "./delivery.js";
import { happened, said } from "./lines.js";
import { apply, applyLoose } from "./talk.js";

/** @import { Message, Batch, Line, Request } from "./shapes.js" */
/** @import { Conversation } from "./conversation.js" */
/** @import { State } from "../state.js" */

/** Messages in one page; few enough that drawing them is not noticeable. */
export const PAGE = 100;
const GAP_PAGE = 500;
/** Pages after which a gap is too wide to fill: only the newest page is fetched, and the rest on demand. */
const GAP_PAGES = 10;
const TARGETS = 100;
/** How far back private conversations are listed, in milliseconds. */
const TARGETS_SINCE = 90 * 86_400_000;

/** @param {State} state */
export function hasHistory(state) {
  return ["batch", "draft/chathistory", "labeled-response", "message-tags"].every((cap) => state.caps.has(cap));
}

/** @param {State} state @param {number} wanted */
export function pageOf(state, wanted) {
  return String(Math.min(wanted, state.support.number("CHATHISTORY", wanted)));
}

/**
 * Fetch what was missed, or the latest messages if none was ever seen. New ones wait meanwhile.
 * @param {State} state
 * @param {Conversation} conversation
 */
export function catchUp(state, conversation) {
  if (!hasHistory(state) || conversation.held) return;
  conversation.held = [];
  conversation.pages = 0;
  const last = placed(conversation.lines, -1);
  // A msgid may be gone if the channel was created anew, or if it is too old. A time works in any log; the known
  // messages of that millisecond are sent again.
  if (last) after(state, conversation, state.caps.has("server-time") ? `timestamp=${formatTime(last.at - 1)}` : `msgid=${last.msgid}`);
  else latest(state, conversation);
}

/**
 * The line to continue from; events in several logs (QUIT, NICK) are not places in one.
 * @param {Line[]} lines
 * @param {1 | -1} direction From the front, or from the back.
 */
function placed(lines, direction) {
  const found = (/** @type {Line} */ line) => line.msgid !== "" && line.kind !== "quit" && line.kind !== "nick";
  return direction > 0 ? lines.find(found) : lines.findLast(found);
}

/** Its msgid. @param {Line[]} lines @param {1 | -1} direction */
export function reference(lines, direction) {
  return placed(lines, direction)?.msgid ?? "";
}

/** @param {State} state @param {Conversation} conversation */
function latest(state, conversation) {
  state.ask({ kind: "latest", key: conversation.key }, "CHATHISTORY", ["LATEST", conversation.name, "*", pageOf(state, PAGE)]);
}

/** @param {State} state @param {Conversation} conversation @param {string} point A reference: `msgid=…` or `timestamp=…`. */
function after(state, conversation, point) {
  const params = ["AFTER", conversation.name, point, pageOf(state, GAP_PAGE)];
  state.ask({ kind: "after", key: conversation.key }, "CHATHISTORY", params);
}

/** Fetch the page before the known lines. @param {State} state @param {Conversation} conversation */
export function loadOlder(state, conversation) {
  const first = reference(conversation.lines, 1);
  if (conversation.older !== "unknown" || conversation.held || !hasHistory(state) || !first || !state.settled) return;
  conversation.older = "asking";
  state.ask({ kind: "older", key: conversation.key }, "CHATHISTORY", ["BEFORE", conversation.name, `msgid=${first}`, pageOf(state, PAGE)]);
}

/** Ask which private conversations exist. @param {State} state */
export function findConversations(state) {
  if (!hasHistory(state)) return;
  const span = [state.now - TARGETS_SINCE, state.now + 60_000].map((at) => `timestamp=${formatTime(at)}`);
  state.ask({ kind: "targets", key: "" }, "CHATHISTORY", ["TARGETS", ...span, String(TARGETS)]);
}

/**
 * Process a page.
 * @param {State} state
 * @param {Request} request
 * @param {Batch} batch
 */
export function page(state, request, batch) {
  if (request.page) return request.page(batch);
  if (request.kind === "targets") return targets(state, batch);
  const conversation = state.conversations.get(request.key);
  if (conversation) PAGES[request.kind]?.(state, conversation, batch.messages);
}

/** @type {Record<string, (state: State, conversation: Conversation, messages: Message[]) => void>} */
const PAGES = {
  latest(state, conversation, messages) {
    newer(state, conversation, messages);
    finish(state, conversation);
  },
  after(state, conversation, messages) {
    const before = conversation.lines.length;
    newer(state, conversation, messages);
    conversation.pages += 1;
    const last = placed(conversation.lines, -1);
    if (!last || conversation.lines.length === before) finish(state, conversation);
    else if (conversation.pages < GAP_PAGES) after(state, conversation, `msgid=${last.msgid}`);
    else {
      state.tell(t("{name}: more messages than are fetched at once. These are the newest; scroll up for the rest.", { name: conversation.name }));
      startOver(state, conversation);
    }
  },
  older(state, conversation, messages) {
    const { lines, touches } = read(state, conversation, messages);
    conversation.older = conversation.prepend(lines) ? "unknown" : "all";
    conversation.judgePage(lines);
    settle(state, conversation, lines, touches);
  },
};

/** @param {State} state @param {Conversation} conversation @param {Message[]} messages */
function newer(state, conversation, messages) {
  const { lines, touches } = read(state, conversation, messages);
  const before = conversation.readAt;
  for (const line of lines) state.append(conversation, line, before === 0);
  settle(state, conversation, lines, touches);
}

/** The gap is too wide to read at once: start with the newest messages. @param {State} state @param {Conversation} conversation */
function startOver(state, conversation) {
  conversation.forget();
  latest(state, conversation);
}

/** Nothing is missing any more: add the lines that waited. @param {State} state @param {Conversation} conversation */
function finish(state, conversation) {
  if (!conversation.readAt && conversation.channel) conversation.readAt = conversation.last?.at ?? state.now;
  conversation.count();
  state.changed("lines", conversation.key);
  state.changed("conversations");
  state.release(conversation);
}

/**
 * The lines of a page, and changes to lines in it.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {Message[]} messages
 */
export function read(state, conversation, messages) {
  /** @type {Line[]} */
  const lines = [];
  /** @type {Message[]} */
  const touches = [];
  for (const message of messages) {
    const talk = message.command === "PRIVMSG" || message.command === "NOTICE";
    const line = talk ? said(message, state) : happened(message, state);
    if (line) lines.push(line);
    else touches.push(message);
    if (line?.nonce && line.mine) kept(state, line.nonce);
  }
  return { lines, touches };
}

/** @param {State} state @param {Conversation} conversation @param {Line[]} lines @param {Message[]} touches */
export function settle(state, conversation, lines, touches) {
  for (const line of lines) applyLoose(conversation, line);
  for (const message of touches) apply(conversation, message);
  state.changed("lines", conversation.key);
}

/** @param {State} state @param {Batch} batch */
function targets(state, batch) {
  for (const { params } of batch.messages) {
    const [, name = "", time] = params;
    const closed = state.closed.get(fold(name)) ?? 0;
    if (!name || state.isChannel(name) || readTime(time) <= closed) continue;
    state.conversation(name);
  }
}

/**
 * The server refused a request.
 * @param {State} state
 * @param {Request} request
 * @param {string} reason
 */
export function refused(state, request, reason) {
  const conversation = state.conversations.get(request.key);
  if (request.failed) request.failed(reason);
  else if (conversation) {
    REFUSED[request.kind]?.(state, conversation);
    state.changed("lines", conversation.key);
  }
}

/** @type {Record<string, (state: State, conversation: Conversation) => void>} */
const REFUSED = {
  latest: finish,
  after: startOver,
  older: (_, conversation) => { conversation.older = "all"; },
};
