/** A look at a part of the past (draft/chathistory). Loaded when somebody goes there. */

import { t } from "../i18n.js";
import { hasHistory, PAGE, pageOf, read, reference, settle } from "./history.js";

/** @import { Conversation } from "./conversation.js" */
/** @import { Known, Line, Message } from "./shapes.js" */
/** @import { State } from "../state.js" */

/** A part of the past, from a search result or a link, that does not reach the present. */
export class Detour {
  /** @param {string} msgid The line that is looked for. */
  constructor(msgid) {
    this.msgid = msgid;
    /** @type {Line[]} */
    this.lines = [];
    /** @type {Map<string, Line>} */
    this.byMsgid = new Map();
    /** @type {Known} */
    this.older = "unknown";
    /** @type {Known} */
    this.newer = "unknown";
  }

  /**
   * @param {Line[]} lines
   * @param {"front" | "back"} where
   */
  add(lines, where) {
    const fresh = lines.filter((line) => !this.byMsgid.has(line.msgid));
    for (const line of fresh) this.byMsgid.set(line.msgid, line);
    this.lines = where === "front" ? [...fresh, ...this.lines] : [...this.lines, ...fresh];
    return fresh.length;
  }
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
    const detour = new Detour(msgid);
    conversation.detour = detour;
    ask(state, conversation, ["AROUND", `msgid=${msgid}`], (messages) => {
      take(state, conversation, messages, "back");
      // A server may answer with nothing where the message is no more.
      if (!detour.byMsgid.has(msgid)) gone(state, conversation);
    }, () => gone(state, conversation));
  }
  conversation.generation += 1;
  state.changed("lines", conversation.key);
}

/** @param {State} state @param {Conversation} conversation */
function gone(state, conversation) {
  leavePast(state, conversation);
  state.tell(t("That message no longer exists."));
  state.changed("gone");
}

/** Back to the present. @param {State} state @param {Conversation} conversation */
export function leavePast(state, conversation) {
  if (!conversation.detour) return;
  conversation.detour = null;
  conversation.generation += 1;
  state.changed("lines", conversation.key);
}

/** Fetch the page before it. @param {State} state @param {Conversation} conversation */
export function loadEarlier(state, conversation) {
  const { detour } = conversation;
  const first = detour && reference(detour.lines, 1);
  if (!detour || !first || detour.older !== "unknown") return;
  detour.older = "asking";
  ask(state, conversation, ["BEFORE", `msgid=${first}`], (messages) => {
    const before = detour.lines.length;
    take(state, conversation, messages, "front");
    detour.older = detour.lines.length > before ? "unknown" : "all";
  }, () => { detour.older = "all"; });
}

/** Fetch the page after it. @param {State} state @param {Conversation} conversation */
export function loadNewer(state, conversation) {
  const { detour } = conversation;
  const last = detour && reference(detour.lines, -1);
  if (!detour || !last || detour.newer !== "unknown") return;
  detour.newer = "asking";
  ask(state, conversation, ["AFTER", `msgid=${last}`], (messages) => {
    const before = detour.lines.length;
    const lines = take(state, conversation, messages, "back");
    detour.newer = detour.lines.length > before ? "unknown" : "all";
    // The past has reached what is known of the present: go on there.
    if (lines.some((line) => conversation.byMsgid.has(line.msgid))) joinPresent(state, conversation, detour);
  }, () => { detour.newer = "all"; });
}

/**
 * A page that is forgotten when another part of the past is looked at meanwhile.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {string[]} what
 * @param {(messages: Message[]) => void} then
 * @param {() => void} failed
 */
function ask(state, conversation, [verb = "", point = ""], then, failed) {
  const { detour, key, name } = conversation;
  const still = (/** @type {() => void} */ what) => {
    if (conversation.detour !== detour) return;
    what();
    state.changed("lines", conversation.key);
  };
  state.ask({ kind: "past", key, page: ({ messages }) => still(() => then(messages)), failed: () => still(failed) },
    "CHATHISTORY", [verb, name, point, pageOf(state, PAGE)]);
}

/** @param {State} state @param {Conversation} conversation @param {Message[]} messages @param {"front" | "back"} where */
function take(state, conversation, messages, where) {
  const { lines, touches } = read(state, conversation, messages);
  conversation.detour?.add(lines, where);
  for (const line of lines) conversation.noteReply(line);
  conversation.judgePage(lines);
  settle(state, conversation, lines, touches);
  return lines;
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
