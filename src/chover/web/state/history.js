/** What was said before: filling gaps, older pages, a look at the past, search (draft/chathistory, soju.im/search). */

import { escapeTag, fold, formatTime, readTime } from "../irc.js";
import { Detour } from "./conversation.js";
import { kept } from "./delivery.js";
import { happened, said } from "./lines.js";
import { missed, notMissed } from "./missed.js";
import { apply, applyLoose } from "./talk.js";

/** @typedef {import("../irc.js").Message} Message */
/** @typedef {import("./batches.js").Batch} Batch */
/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./conversation.js").Line} Line */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./shapes.js").Request} Request */

/** Messages in one page; small enough that drawing it is never felt. */
export const PAGE = 100;
const GAP_PAGE = 500;
/** Pages after which a gap is too wide to fill: the newest page is shown, and the rest when somebody looks. */
const GAP_PAGES = 10;
const TARGETS = 100;
/** How far back private conversations are listed, in milliseconds. */
const TARGETS_SINCE = 90 * 86_400_000;
export const RESULTS = 50;

/** @param {State} state */
export function hasHistory(state) {
  return ["batch", "draft/chathistory", "labeled-response", "message-tags"].every((cap) => state.caps.has(cap));
}

/** @param {State} state @param {number} wanted */
function pageOf(state, wanted) {
  return String(Math.min(wanted, state.support.number("CHATHISTORY", wanted)));
}

/**
 * Fetch what came since we were here, or the latest of what was never seen. What arrives meanwhile waits.
 * @param {State} state
 * @param {Conversation} conversation
 */
export function catchUp(state, conversation) {
  if (!hasHistory(state) || conversation.held) return;
  conversation.held = [];
  conversation.pages = 0;
  const last = placed(conversation.lines, -1);
  // A msgid may be gone: of a channel that was begun anew, or too old. A time leads on in any log; what is known of
  // that millisecond comes once more, and says that nothing else does.
  if (last) after(state, conversation, state.caps.has("server-time") ? `timestamp=${formatTime(last.at - 1)}` : `msgid=${last.msgid}`);
  else latest(state, conversation);
}

/**
 * The line to go on from; what shows in several logs (QUIT, NICK) is no place in one.
 * @param {Line[]} lines
 * @param {1 | -1} direction From the front, or from the back.
 */
function placed(lines, direction) {
  const found = (/** @type {Line} */ line) => line.msgid !== "" && line.kind !== "quit" && line.kind !== "nick";
  return direction > 0 ? lines.find(found) : lines.findLast(found);
}

/** Its msgid. @param {Line[]} lines @param {1 | -1} direction */
function reference(lines, direction) {
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

/**
 * Fetch the page before what is shown.
 * @param {State} state
 * @param {Conversation} conversation
 */
export function loadOlder(state, conversation) {
  const place = conversation.detour ?? conversation;
  const first = reference(place.lines, 1);
  if (place.older !== "unknown" || conversation.held || !hasHistory(state) || !first || !state.settled) return;
  place.older = "asking";
  const params = ["BEFORE", conversation.name, `msgid=${first}`, pageOf(state, PAGE)];
  state.ask({ kind: place === conversation ? "older" : "detour-older", key: conversation.key }, "CHATHISTORY", params);
}

/**
 * Fetch the page after a part of the past.
 * @param {State} state
 * @param {Conversation} conversation
 */
export function loadNewer(state, conversation) {
  const detour = conversation.detour;
  const last = detour && reference(detour.lines, -1);
  if (!detour || !last || detour.newer !== "unknown") return;
  detour.newer = "asking";
  const params = ["AFTER", conversation.name, `msgid=${last}`, pageOf(state, PAGE)];
  state.ask({ kind: "detour-newer", key: conversation.key }, "CHATHISTORY", params);
}

/**
 * Show the part of the past that a message is in.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {string} msgid
 */
export function lookAt(state, conversation, msgid) {
  conversation.detour = null;
  if (!conversation.byMsgid.has(msgid)) {
    if (!hasHistory(state)) return;
    conversation.detour = new Detour(msgid);
    const params = ["AROUND", conversation.name, `msgid=${msgid}`, pageOf(state, PAGE)];
    state.ask({ kind: "around", key: conversation.key }, "CHATHISTORY", params);
  }
  conversation.generation += 1;
  state.changed("lines", conversation.key);
}

/** Back to the present. @param {State} state @param {Conversation} conversation */
export function leavePast(state, conversation) {
  if (!conversation.detour) return;
  conversation.detour = null;
  conversation.generation += 1;
  state.changed("lines", conversation.key);
}

/** Ask which private conversations there are. @param {State} state */
export function findConversations(state) {
  if (!hasHistory(state)) return;
  const span = [state.now - TARGETS_SINCE, state.now + 60_000].map((at) => `timestamp=${formatTime(at)}`);
  state.ask({ kind: "targets", key: "" }, "CHATHISTORY", ["TARGETS", ...span, String(TARGETS)]);
}

/**
 * https://soju.im/search: attributes as tags are written.
 * @param {State} state
 * @param {Record<string, string>} attributes
 */
export function search(state, attributes) {
  const text = Object.entries({ ...attributes, limit: String(RESULTS) })
    .map(([key, value]) => `${key}=${escapeTag(value)}`)
    .join(";");
  state.search = { attributes, found: [], status: "asking", reason: "" };
  state.ask({ kind: "search", key: "" }, "SEARCH", [text]);
  state.changed("search");
}

/**
 * A page has come.
 * @param {State} state
 * @param {Request} request
 * @param {Batch} batch
 */
export function page(state, request, batch) {
  if (request.kind === "targets") return targets(state, batch);
  if (request.kind === "search") return results(state, batch);
  if (request.kind === "missed") return missed(state, batch);
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
    else startOver(state, conversation);
  },
  older(state, conversation, messages) {
    const { lines, touches } = read(state, conversation, messages);
    conversation.older = messages.length ? "unknown" : "all";
    conversation.prepend(lines);
    settle(state, conversation, lines, touches);
  },
  "detour-older"(state, conversation, messages) {
    past(state, conversation, messages, "front");
  },
  "detour-newer"(state, conversation, messages) {
    past(state, conversation, messages, "back");
  },
  around(state, conversation, messages) {
    past(state, conversation, messages, "around");
  },
};

/**
 * @param {State} state
 * @param {Conversation} conversation
 * @param {Message[]} messages
 * @param {"front" | "back" | "around"} where
 */
function past(state, conversation, messages, where) {
  const { detour } = conversation;
  if (!detour) return;
  const { lines, touches } = read(state, conversation, messages);
  detour.add(lines, where === "front" ? "front" : "back");
  if (where === "front") detour.older = messages.length ? "unknown" : "all";
  if (where === "back") detour.newer = messages.length ? "unknown" : "all";
  settle(state, conversation, lines, touches);
  // The past has reached what is known of the present: go on there.
  if (where === "back" && lines.some((line) => conversation.byMsgid.has(line.msgid))) joinPresent(state, conversation, detour);
}

/** @param {State} state @param {Conversation} conversation @param {Detour} detour */
function joinPresent(state, conversation, detour) {
  const known = detour.lines.filter((line) => !conversation.byMsgid.has(line.msgid));
  const first = conversation.lines[0];
  if (first && known.every((line) => line.at <= first.at)) {
    conversation.prepend(known);
    conversation.older = detour.older;
  }
  conversation.detour = null;
  state.changed("lines", conversation.key);
}

/** @param {State} state @param {Conversation} conversation @param {Message[]} messages */
function newer(state, conversation, messages) {
  const { lines, touches } = read(state, conversation, messages);
  const before = conversation.readAt;
  for (const line of lines) state.append(conversation, line, before === 0);
  settle(state, conversation, lines, touches);
}

/** The gap is wider than anybody reads at once: begin with the newest. @param {State} state @param {Conversation} conversation */
function startOver(state, conversation) {
  conversation.forget();
  latest(state, conversation);
}

/** Nothing is missing any more: what waited takes its place. @param {State} state @param {Conversation} conversation */
function finish(state, conversation) {
  if (!conversation.readAt && conversation.channel) conversation.readAt = conversation.last?.at ?? state.now;
  conversation.count();
  state.changed("lines", conversation.key);
  state.changed("conversations");
  state.release(conversation);
}

/**
 * The lines of a page, and what is done to lines in it.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {Message[]} messages
 */
function read(state, conversation, messages) {
  /** @type {Line[]} */
  const lines = [];
  /** @type {Message[]} */
  const touches = [];
  for (const message of messages) {
    const talk = message.command === "PRIVMSG" || message.command === "NOTICE";
    const line = talk ? said(message, state, !conversation.channel) : happened(message, state);
    if (line) lines.push(line);
    else touches.push(message);
    if (line?.nonce && line.mine) kept(state, line.nonce);
  }
  return { lines, touches };
}

/** @param {State} state @param {Conversation} conversation @param {Line[]} lines @param {Message[]} touches */
function settle(state, conversation, lines, touches) {
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

/** @param {State} state @param {Batch} batch */
function results(state, batch) {
  const found = [];
  for (const message of batch.messages) {
    const target = message.params[0] ?? "";
    const name = state.isChannel(target) || state.isMe(message.nick) ? target : message.nick;
    const line = said(message, state, false);
    if (line) found.push({ name, line });
  }
  state.search = { attributes: state.search?.attributes ?? {}, found, status: "done", reason: "" };
  state.changed("search");
}

/**
 * The server would not answer.
 * @param {State} state
 * @param {Request} request
 * @param {string} reason
 */
export function refused(state, request, reason) {
  const conversation = state.conversations.get(request.key);
  if (request.kind === "search") {
    state.search = { attributes: {}, found: [], status: "failed", reason };
    state.changed("search");
  } else if (request.kind === "missed") {
    notMissed(state, reason);
  } else if (conversation) {
    REFUSED[request.kind]?.(state, conversation);
    state.changed("lines", conversation.key);
  }
}

/** @type {Record<string, (state: State, conversation: Conversation) => void>} */
const REFUSED = {
  latest: finish,
  after: startOver,
  older: (_, conversation) => { conversation.older = "all"; },
  "detour-older": (_, { detour }) => { if (detour) detour.older = "all"; },
  "detour-newer": (_, { detour }) => { if (detour) detour.newer = "all"; },
  around: (state, conversation) => {
    leavePast(state, conversation);
    state.tell("That message is not there any more.");
  },
};
