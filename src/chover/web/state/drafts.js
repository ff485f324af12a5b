/**
 * Drafts, by conversation and by thread (docs/protocol.md, "Drafts"). No I/O.
 *
 * The account keeps them if the server supports it; otherwise, and for guests, this browser does. There are three
 * versions: the one here, the account's, and the account's last one. A draft that was changed only here stays; one that
 * was changed only elsewhere is taken over.
 */

import { bytes, fold, format } from "../irc.js";
import { secret } from "../secret.js";
import { batched, limits, room } from "./sending.js";

/** @import { Message, Draft } from "./shapes.js" */
/** @import { State } from "../state.js" */
/** @import { Conversation } from "./conversation.js" */
/**
 * @typedef {object} Kept What is stored for the next page.
 * @property {[string, Draft][]} rows
 * @property {[string, Draft][]} told What the account had (browsers have stored it under this name).
 */

export const OFFERED = "chover.chat/drafts";
/** Milliseconds without a key after which a draft is sent to the account. */
const REST = 1000;
const TOKEN = "drafts-";
/** In front of the msgid of the message that begins the thread which a draft is written in. */
const THREAD = "thread=";

export class Drafts {
  /** @param {Partial<Kept>} [kept] */
  constructor({ rows = [], told = [] } = {}) {
    /** The drafts here. @type {Map<string, Draft>} */
    this.rows = new Map(rows);
    /** The account's drafts, as far as we know. @type {Map<string, Draft>} */
    this.synced = new Map(told);
    /** Drafts that another device has written while this one did. @type {Map<string, Draft>} */
    this.others = new Map();
    /** Whether the account has sent all of them, on this connection. */
    this.follows = false;
    /** Drafts being sent, by conversation. @type {Map<string, Draft>} */
    this._sent = new Map();
    /** The drafts that belong to each PING. @type {Map<string, Map<string, Draft>>} */
    this._asked = new Map();
    /** Drafts that the account has refused. @type {Map<string, Draft>} */
    this._refused = new Map();
    this._pings = 0;
    this.changedAt = 0;
  }

  /** @param {string} name @param {string} [thread] The msgid of the message that begins the thread, for its draft. */
  get(name, thread = "") {
    return this.rows.get(keyOf(name, thread));
  }

  /** What is stored for the next page, without drafts that must not be stored. @returns {Kept} */
  kept() {
    /** @type {[string, Draft][]} */
    const rows = [];
    for (const [key, draft] of this.rows) {
      const kept = keepable(draft.text) ? draft : this.synced.get(key);
      if (kept) rows.push([key, kept]);
    }
    return { rows, told: [...this.synced] };
  }

  begin() {
    this.follows = false;
    for (const map of [this._sent, this._asked, this._refused]) map.clear();
  }

  /** Conversations whose draft the account does not have in this form. */
  unsent() {
    const keys = new Set([...this.rows.keys(), ...this.synced.keys()]);
    return [...keys].filter((key) => {
      const row = this.rows.get(key);
      return (!row || keepable(row.text)) && !alike(row, this.synced.get(key)) && !alike(row, this._refused.get(key), true) && !(this._sent.has(key) && alike(row, this._sent.get(key)));
    });
  }

  /** The lines that store the drafts in the account. @param {State} state @returns {string[]} */
  lines(state) {
    const keys = this.follows && state.status === "online" ? this.unsent() : [];
    if (!keys.length) return [];
    this._pings += 1;
    const token = `${TOKEN}${this._pings}`;
    const going = new Map(keys.map((key) => [key, this.rows.get(key) ?? nothing(this.synced.get(key) ?? { name: key })]));
    for (const [key, draft] of going) this._sent.set(key, draft);
    this._asked.set(token, going);
    return [...[...going.values()].flatMap((draft) => sending(state, draft)), format("PING", [token])];
  }

  /** PONG: everything sent before its PING is kept, unless it was refused. @param {string} token */
  confirmed(token) {
    const going = this._asked.get(token);
    this._asked.delete(token);
    for (const [key, draft] of going ?? []) {
      if (this._sent.get(key) === draft) this._sent.delete(key);
      if (!this._refused.has(key)) put(this.synced, key, draft);
    }
    return going !== undefined;
  }

  /** FAIL DRAFT. @param {string} name @param {string} about What stands behind the name, for the draft of a thread. */
  refused(name, about) {
    const key = keyOf(name, threadOf(about));
    const draft = this._sent.get(key);
    if (draft) this._refused.set(key, draft);
  }

  /** What another device has written takes the place of drafts that are gone here. */
  settle() {
    for (const [key, other] of this.others) {
      if (this.rows.get(key)?.text) continue;
      this.others.delete(key);
      put(this.rows, key, other);
    }
  }

  /** The account's draft has changed: a draft that was changed here meanwhile stays. @param {Draft} now */
  take(now) {
    const key = keyOf(now.name, now.thread);
    const row = this.rows.get(key);
    const changedHere = !alike(row, this.synced.get(key));
    if (changedHere && now.text && !alike(row, now)) this.others.set(key, now);
    else if (!changedHere) put(this.rows, key, now);
    put(this.synced, key, now);
  }
}

/** By what a draft is kept: no name contains a space. @param {string} name @param {string} [thread] */
function keyOf(name, thread) {
  return thread ? `${fold(name)} ${thread}` : fold(name);
}

/** The msgid that begins a thread; "" for what is about none. @param {string} about */
function threadOf(about) {
  return about.startsWith(THREAD) ? about.slice(THREAD.length) : "";
}

/** In place of a draft that is gone. @param {{name: string, thread?: string}} before @returns {Draft} */
function nothing({ name, thread }) {
  return { name, text: "", reply: "", ...(thread ? { thread } : {}) };
}

/** @param {Map<string, Draft>} map @param {string} key @param {Draft} draft */
function put(map, key, draft) {
  if (draft.text || draft.reply) map.set(key, draft);
  else map.delete(key);
}

/** @param {Draft | undefined} one @param {Draft | undefined} other @param {boolean} [there] A missing draft equals an empty one, unless it has to exist. */
function alike(one, other, there = false) {
  if (there && !other) return false;
  return (one?.text ?? "") === (other?.text ?? "") && (!one?.text || one.reply === other?.reply);
}

/** Whether a text may be kept: no command (some contain passwords), and nothing that looks like a password. @param {string} text */
function keepable(text) {
  return (!text.startsWith("/") || text.startsWith("//") || /^\/me\s/i.test(text)) && !secret(text);
}

/** @param {State} state @param {Draft} draft */
function sending(state, { name, text, reply, thread }) {
  const head = [name, thread ? THREAD + thread : reply || "*"];
  const width = room(state, name) - bytes(head[1] ?? "");
  const shown = text.trim() ? text : "";
  if (shown.includes("\n") || bytes(shown) > width) return batched("DRAFT", head, shown, width, "draft", {});
  return [format("DRAFT", [...head, shown])];
}

/** A connection is registered. @param {State} state */
export function begin(state) {
  state.drafts.begin();
}

/** Process the batch of all drafts: a conversation that it does not name has none. @param {State} state @param {Message[]} messages */
export function everything(state, messages) {
  const { drafts } = state;
  const now = new Map(messages.filter(({ command }) => command === "DRAFT").map((message) => draftOf(message)).map((draft) => [keyOf(draft.name, draft.thread), draft]));
  for (const [key, before] of [...drafts.synced]) if (!now.has(key)) drafts.take(nothing(before));
  for (const draft of now.values()) took(state, draft);
  drafts.follows = state.account !== "" && limits(state) !== null;
  announce(state);
  flush(state);
}

/** A draft was changed on another device. @param {State} state @param {Message} message */
function draft(state, message) {
  took(state, draftOf(message));
  announce(state);
}

/** A private conversation with a draft is in the list. @param {State} state @param {Draft} draft */
function took(state, draft) {
  state.drafts.take(draft);
  if (draft.text && !state.isChannel(draft.name)) state.conversation(draft.name);
}

/** @param {Message} message @returns {Draft} */
function draftOf({ params: [name = "", reply = "*", text = ""] }) {
  const thread = threadOf(reply);
  return thread ? { name, text, reply: "", thread } : { name, text, reply: reply === "*" ? "" : reply };
}

/** Change a draft. @param {State} state @param {string} name @param {string} text @param {string} reply @param {string} [thread] */
export function write(state, name, text, reply, thread = "") {
  const { drafts } = state;
  const key = keyOf(name, thread);
  const before = drafts.rows.get(key);
  const after = { ...nothing({ name, thread }), text: text.trim() ? text : "", reply };
  if (before?.text === after.text && before.reply === reply) return;
  put(drafts.rows, key, after);
  drafts.changedAt = state.now;
  if (Boolean(before?.text) !== Boolean(after.text)) state.changed("conversations");
}

/**
 * We have joined the requested channel: text typed since then is appended to its own draft. A line that is typed while
 * the answer is under way is never split, with a part of it sent elsewhere.
 * @param {State} state
 * @param {Conversation} conversation
 */
export function bringAlong(state, conversation) {
  const { rows } = state.drafts;
  const row = rows.get(state.active);
  if (!state.bringsDraft || state.active === conversation.key || !row?.text || row.reply) return;
  const { text = "", reply = "" } = rows.get(conversation.key) ?? {};
  const gap = text && !/\s$/.test(text) ? " " : "";
  rows.delete(state.active);
  write(state, conversation.name, text + gap + row.text, reply);
}

/** The draft was sent: what another device has written meanwhile takes its place. @param {State} state @param {string} name @param {string} [thread] */
export function sent(state, name, thread = "") {
  state.drafts.rows.delete(keyOf(name, thread));
  flush(state);
  state.changed("conversations");
}

/** Store the drafts in the browser and in the account, at once. @param {State} state */
export function flush(state) {
  state.drafts.changedAt = 0;
  state.drafts.settle();
  state.outgoing.push(...state.drafts.lines(state));
  state.changed("drafts");
}

/** Time has passed. @param {State} state */
export function rest(state) {
  const { changedAt } = state.drafts;
  if (changedAt && state.now - changedAt >= REST) flush(state);
}

/**
 * Move the drafts of a conversation and its threads to its new name. For a channel, the account does so by itself.
 * @param {State} state
 * @param {string} before
 * @param {string} after
 */
export function renamed(state, before, after) {
  const { rows, synced, others } = state.drafts;
  for (const map of state.isChannel(after) ? [rows, synced, others] : [rows, others]) {
    for (const [key, draft] of [...map]) {
      if (key !== keyOf(before, draft.thread)) continue;
      map.delete(key);
      const now = keyOf(after, draft.thread);
      if (!map.has(now)) map.set(now, { ...draft, name: after });
    }
  }
  announce(state);
}

/** @param {State} state */
function announce(state) {
  state.changed("drafts");
  state.changed("conversations");
}

/** @type {Record<string, (state: State, message: Message) => void>} */
export const DRAFTS = { DRAFT: draft };
