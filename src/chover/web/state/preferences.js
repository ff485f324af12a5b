/**
 * What somebody notes for themselves about conversations and people (docs/protocol.md, "Marks"). No I/O.
 *
 * An account keeps it where the server knows how; elsewhere, and for guests, this browser does. What it has kept goes
 * over to the account once: for what the account says nothing of.
 */

import { t } from "../i18n.js";
import { fold, format } from "../irc.js";
import { refusal } from "./refusal.js";

/** @import { Message } from "./shapes.js" */
/** @import { State } from "../state.js" */
/** @typedef {Map<string, string>} Rows Values by folded name and key, with a space between the two. */

export const PINNED = "soju.im/pinned";
export const MUTED = "soju.im/muted";
export const BLOCKED = "soju.im/blocked";
export const NOTIFY = "chover.chat/notify";
export const PINS = "chover.chat/pins";
/** Up to when threads were read by themselves: "msgid=milliseconds", with a space between two. */
export const THREADS = "chover.chat/threads";
/** From when on a conversation is unread again, in milliseconds since 1970; the read marker itself never goes back. */
export const UNREAD = "chover.chat/unread";
/** Words that mention us beside our names, with a comma between two; they stand at "*". */
export const HIGHLIGHTS = "chover.chat/highlights";
const KEYS = [PINNED, MUTED, BLOCKED, NOTIFY, PINS, THREADS, UNREAD, HIGHLIGHTS];
const FLAGS = new Set([PINNED, MUTED, BLOCKED]);
export const RINGS = ["off", "mentions", "all"];
/** The server keeps them; without it the same words would be metadata that everybody sees. */
export const OFFERED = "chover.chat/marks";

export class Preferences {
  /** @param {[string, string][]} [kept] */
  constructor(kept) {
    /** What this browser keeps. @type {Rows} */
    this.own = new Map(kept);
    /** What the account does. @type {Rows} */
    this.synced = new Map();
    /** The account's is what counts. */
    this.follows = false;
    /** The server has told all of it, on this connection. */
    this.complete = false;
    this.ignored = new Set(this.names(BLOCKED));
    /** @type {string[]} */
    this.highlights = [];
  }

  /** What counts now. */
  get rows() {
    return this.follows ? this.synced : this.own;
  }

  /** @param {string} name @param {string} which */
  get(name, which) {
    return this.rows.get(placeOf(name, which));
  }

  /** Folded names about which it is noted. @param {string} which */
  names(which) {
    return [...this.rows.keys()].filter((place) => place.endsWith(` ${which}`)).map((place) => place.slice(0, -which.length - 1));
  }

  /** What rings in a conversation, where that is noted. @param {string} name */
  loudness(name) {
    return this.get(name, MUTED) ? "off" : this.get(name, NOTIFY);
  }

  /** @param {string} nick @param {string} [account] */
  ignores(nick, account = "") {
    return this.ignored.size > 0 && [nick, account].some((name) => this.ignored.has(fold(name)));
  }
}

/** @param {string} name @param {string} which */
function placeOf(name, which) {
  return `${fold(name)} ${which}`;
}

/** Ask for all of it. Until it comes, what was told last counts. @param {State} state */
export function begin(state) {
  const { caps, preferences, outgoing } = state;
  preferences.complete = false;
  if ([OFFERED, "draft/metadata-3", "batch"].every((cap) => caps.has(cap))) outgoing.push(format("METADATA", ["*", "SUB", ...KEYS]));
  else preferences.follows = false;
  remade(state);
}

/** Have the account keep it. @param {State} state @param {string} name @param {string} which @param {string} value "" takes it back. */
export function ask(state, name, which, value) {
  const down = FLAGS.has(which) ? "0" : "";
  const then = (/** @type {Message} */ answer) => {
    if (answer.command !== "FAIL") return keyvalue(state, answer);
    state.tell(t("Not saved: {refusal}", { refusal: refusal(answer) }));
    begin(state);
  };
  state.ask({ kind: "mark", key: "", then }, "METADATA", [name, "SET", which, value || down]);
}

/** The batch "metadata *", also after a login: what it does not name is not set. @param {State} state @param {Message[]} messages */
export function everything(state, messages) {
  const synced = new Map();
  for (const message of messages) take(synced, message);
  Object.assign(state.preferences, { synced, complete: true, follows: state.account !== "" });
  carryOver(state);
  remade(state);
}

/** What this browser kept, for names of which the account says nothing; a guest's ignores alone. @param {State} state */
function carryOver(state) {
  const { own, synced, follows } = state.preferences;
  // Ignoring somebody is separate from preferences about the conversation with them.
  const known = new Set([...synced.keys()].filter((place) => !place.endsWith(BLOCKED)).map((place) => place.split(" ")[0]));
  for (const [place, value] of [...own]) {
    const [name = "", which = ""] = place.split(" ");
    if (which === BLOCKED ? !synced.has(place) : follows && !known.has(name)) {
      synced.set(place, value);
      ask(state, name, which, value);
    } else if (follows) own.delete(place);
  }
}

/** 761 and 766: whether it was a mark, changed here or on another device. @param {State} state @param {Message} message */
export function keyvalue(state, message) {
  const { own, synced, follows, complete } = state.preferences;
  const place = take(synced, message);
  // It is the account's now.
  if (follows) own.delete(place);
  else if (complete && place.endsWith(BLOCKED)) put(own, place, synced.get(place) ?? "");
  if (place) remade(state);
  return place !== "";
}

/** Put what a line says into the rows; its place, "" for what is no mark. @param {Rows} rows @param {Message} message */
function take(rows, { command, params }) {
  const [, name = "", which = ""] = params;
  if (!KEYS.includes(which)) return "";
  const value = command === "761" ? (params.at(-1) ?? "") : "";
  const place = placeOf(name, which);
  put(rows, place, (FLAGS.has(which) && value === "0") || (which === NOTIFY && !RINGS.includes(value)) ? "" : value);
  return place;
}

/** @param {Rows} rows @param {string} place @param {string} value */
function put(rows, place, value) {
  if (value) rows.set(place, value);
  else rows.delete(place);
}

/** Note it here, before the server has said so. @param {State} state @param {string} name @param {string} which @param {string} value */
export function note(state, name, which, value) {
  put(state.preferences.rows, placeOf(name, which), value);
  remade(state);
}

/** A channel has another name: what this browser keeps goes along; of an account's the server tells. @param {State} state @param {string} before @param {string} after */
export function renamed(state, before, after) {
  const { own } = state.preferences;
  for (const [place, value] of [...own]) {
    const [name, which = ""] = place.split(" ");
    if (name !== before || !own.delete(place)) continue;
    own.set(placeOf(after, which), own.get(placeOf(after, which)) ?? value);
  }
  remade(state);
}

/** Up to when a conversation is read: never beyond what was marked as unread. @param {State} state @param {import("./conversation.js").Conversation} conversation */
export function readUpTo({ preferences, markers }, { key, readAt }) {
  const unread = Number(preferences.get(key, UNREAD)) || 0;
  const marker = Math.max(readAt, markers.get(key) ?? 0);
  return unread ? Math.min(marker, unread - 1) : marker;
}

/** It was read: it is not unread any more. @param {State} state @param {import("./conversation.js").Conversation} conversation */
export function readAgain(state, { key, name }) {
  if (!state.preferences.get(key, UNREAD)) return;
  note(state, name, UNREAD, "");
  if (state.preferences.follows) ask(state, name, UNREAD, "");
}

/** What counts has changed. @param {State} state */
function remade(state) {
  const { preferences } = state;
  preferences.ignored = new Set(preferences.names(BLOCKED));
  const highlights = (preferences.get("*", HIGHLIGHTS) ?? "").split(",").map((word) => word.trim()).filter(Boolean);
  const others = highlights.join() !== preferences.highlights.join();
  preferences.highlights = highlights;
  for (const conversation of state.conversations.values()) {
    if (others) conversation.judgeUnread();
    conversation.heed();
    conversation.readAt = readUpTo(state, conversation);
    conversation.count();
  }
  for (const topic of ["preferences", "conversations"]) state.changed(topic);
  state.changed("lines", state.active);
}

/**
 * What is pinned, and channels, by name; private conversations with the latest on top.
 * @param {State} state
 */
export function inOrder({ conversations, preferences }) {
  const named = [...conversations.values()].filter(({ leaving }) => !leaving).sort((a, b) => Number(b.channel) - Number(a.channel) || a.key.localeCompare(b.key));
  const rest = named.filter(({ key }) => !preferences.get(key, PINNED));
  const direct = rest.filter(({ channel }) => !channel).sort((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0));
  return { pinned: named.filter(({ key }) => preferences.get(key, PINNED)), channels: rest.filter(({ channel }) => channel), direct };
}
