/**
 * What the client knows: who we are, the conversations, what has to be sent. No I/O, no clock, no randomness.
 *
 * Messages of the server and actions of the user go in. Lines to send (`outgoing`), what has changed (`dirty`) and
 * notifications (`notifications`) come out. The caller sets `now` first.
 */

import { fold, format, formatTime, isChannel } from "./irc.js";
import { Batches } from "./state/batches.js";
import { Conversation } from "./state/conversation.js";
import { CONVERSATIONS } from "./state/bounds.js";
import { askFacts } from "./state/channel-facts.js";
import { bringAlong, Drafts, rest } from "./state/drafts.js";
import { catchUp } from "./state/history.js";
import { depart, stay } from "./state/leaving.js";
import { blank } from "./state/lines.js";
import { Preferences, readAgain } from "./state/preferences.js";
import { Words } from "./state/mentions.js";
import { beside, clearStatus } from "./state/metadata.js";
import { Outbox } from "./state/outbox.js";
import { sending } from "./state/sending.js";
import { Support } from "./state/support.js";
import { apply, applyLoose, stopTyping } from "./state/talk.js";

/** @import { Message, Line, Request, User, Found, StateNotification, Kept } from "./state/shapes.js" */

export class State {
  /** @param {Partial<Kept>} [kept] */
  constructor(kept = {}) {
    this.now = 0;
    /** @type {"new" | "connecting" | "online" | "offline"} */
    this.status = "new";
    this.nick = "";
    this.mask = "";
    this.account = "";
    this.away = false;
    this.absent = ""; // Set by beAway.
    this.serverName = "";
    /** @type {Map<string, string>} */
    this.caps = new Map();
    /** @type {Map<string, string>} */
    this.offered = new Map();
    this.support = new Support();
    /** Whether the server has done what it does automatically for new connections. */
    this.settled = false;
    /** @type {Map<string, Conversation>} */
    this.conversations = new Map();
    /** The key of the conversation that is shown. */
    this.active = "";
    /** The key of the channel to show as soon as we have joined it. */
    this.opening = "";
    /** Whether text typed since the request goes along into that channel: there was no draft before. */
    this.bringsDraft = false;
    /** Whether the user looks at the page and sees the newest line. */
    this.looking = false;
    /** @type {Map<string, User>} */
    this.users = new Map();
    this.outbox = new Outbox(kept.outbox);
    this.preferences = new Preferences(kept.preferences);
    this.drafts = new Drafts(kept.drafts);
    /** @type {Map<string, number>} */
    this.markers = new Map(kept.markers);
    /** @type {Map<string, number>} */
    this.closed = new Map(kept.closed);
    /** The channels to join after every connection, folded name to name. @type {Map<string, string>} */
    this.wanted = new Map((kept.channels ?? []).map((name) => [fold(name), name]));
    /** @type {Found | null} */
    this.search = null;
    /** @type {import("./state/shapes.js").Missed | null} */
    this.missed = null;
    /** Of what the server sent too much (bounds.js). @type {Set<string>} */
    this.leftOut = new Set();
    /** What LIST has shown. @type {import("./state/shapes.js").Listed[]} */
    this.channels = [];
    /** @type {import("./state/scheduled.js").Scheduled[]} */
    this.scheduled = [];
    /** What the person was told of already. @type {Set<string>} */
    this.toldDue = new Set();
    /** @type {string[]} */
    this.outgoing = [];
    /** @type {Set<string>} */
    this.dirty = new Set();
    /** @type {StateNotification[]} */
    this.notifications = [];
    this.batches = new Batches();
    /** @type {Map<string, Request>} */
    this.requests = new Map();
    this._labels = 0;
    /** Our words, prepared for matching. */
    this._words = new Words();
    /** When and where we last sent a typing notification. */
    this.typingSent = { key: "", at: 0 };
    /** When a CTCP request was last answered. */
    this.answeredAt = -Infinity;
  }

  // ---- what it is about

  /** The conversation that is shown. */
  get current() {
    return this.conversations.get(this.active);
  }

  /** @param {string} name */
  isChannel(name) {
    return isChannel(name, this.support.get("CHANTYPES", "#"));
  }

  /** @param {string} nick */
  isMe(nick) {
    return fold(nick) === fold(this.nick);
  }

  /** Whether somebody's messages are hidden. @param {string} nick @param {string} [account] If it is not given, the one that we know of. */
  ignores(nick, account) {
    return this.preferences.ignored.size > 0 && !this.isMe(nick) && this.preferences.ignores(nick, account || this.users.get(fold(nick))?.account);
  }

  /** Whether a text contains our nick, our account's name, or one of our words. @param {string} text */
  calls(text) {
    return this._words.stand([this.nick, this.account, ...this.preferences.highlights], text);
  }

  /** Prefixes of targets that reach only some ranks. */
  get statusPrefixes() {
    return /^[~&@%+](?=#)/;
  }

  /** @param {string} cap */
  can(cap) {
    return this.status === "online" && this.caps.has(cap);
  }

  /** @param {string} topic @param {string} [key] */
  changed(topic, key = "") {
    this.dirty.add(key ? `${topic} ${key}` : topic);
  }

  // ---- what goes to the server

  /** The lines to send now. */
  take() {
    if (this.status !== "online") return [];
    const ready = (/** @type {string} */ target) => this.settled && (!this.isChannel(target) || this._isIn(target));
    for (const pending of this.outbox.due(ready)) {
      this.outgoing.push(...sending(this, pending));
      this.changed("lines", fold(pending.target));
    }
    return this.outgoing.splice(0);
  }

  /** @param {string} channel */
  _isIn(channel) {
    return this.conversations.get(fold(channel))?.joined ?? false;
  }

  /** Send a request, and remember it. @param {Request} request @param {string} command @param {string[]} params */
  ask(request, command, params) {
    this.outgoing.push(format(command, params, { label: this.label(request) }));
  }

  /** The label for the answer to a request. @param {Request} request */
  label(request) {
    this._labels += 1;
    const label = `ask-${this._labels}`;
    this.requests.set(label, request);
    return label;
  }

  /** Remove and return the request that a message answers. @param {Message} message */
  answered(message) {
    const label = message.tags.label ?? "";
    const request = this.requests.get(label);
    this.requests.delete(label);
    return request;
  }

  // ---- conversations

  /** The conversation of that name, created if there is none. @param {string} name */
  conversation(name) {
    const key = fold(name);
    const known = this.conversations.get(key);
    if (known) return known;
    if (this.conversations.size >= CONVERSATIONS) this._forgetOldest();
    const conversation = new Conversation(key, name, this.isChannel(name), (line) => !line.mine && this.ignores(line.nick, line.account), (nick) => this.ignores(nick), (text) => this.calls(text));
    conversation.readAt = this.markers.get(key) ?? 0;
    this.conversations.set(key, conversation);
    this.changed("conversations");
    if (!conversation.channel && this.settled) this.open(conversation);
    return conversation;
  }

  _forgetOldest() {
    const oldest = [...this.conversations.keys()].find((key) => key !== this.active);
    if (oldest !== undefined) this.conversations.delete(oldest);
  }

  /** @param {Conversation} conversation A private one. */
  open(conversation) {
    if (this.caps.has("draft/read-marker")) this.outgoing.push(format("MARKREAD", [conversation.name]));
    catchUp(this, conversation);
  }

  /** We have joined it. @param {Conversation} conversation @param {Message} message */
  joined(conversation, message) {
    conversation.joined = true;
    [conversation.asked, conversation.named] = [false, false];
    [conversation.pins, conversation.pinning] = [[], []];
    conversation.name = message.params[0] ?? conversation.name;
    if (!conversation.leaving) this.wanted.set(conversation.key, conversation.name);
    if (this.opening ? this.opening === conversation.key : !this.active) {
      bringAlong(this, conversation);
      this.show(conversation.key);
    }
    if (this.opening === conversation.key) this.opening = "";
    catchUp(this, conversation);
    this.changed("wanted");
    this.changed("conversations");
    this.changed("conversation", conversation.key);
  }

  /** We have left it. @param {Conversation} conversation @param {{stays: boolean}} [how] */
  left(conversation, how = { stays: false }) {
    conversation.joined = false;
    conversation.members.clear();
    this.wanted.delete(conversation.key);
    if (!how.stays) this.forget(conversation);
    this.changed("wanted");
    this.changed("conversations");
    this.changed("conversation", conversation.key);
  }

  /** The conversation before or after one, which is shown when that one goes; "" for none. @param {string} key */
  beside(key) {
    const keys = [...this.conversations.keys()].filter((each) => each === key || this.isOpen(each));
    const at = keys.indexOf(key);
    return keys[at - 1] ?? keys[at + 1] ?? "";
  }

  /** Whether there is such a conversation, and it is not being left. @param {string} key */
  isOpen(key) {
    return this.conversations.get(key)?.leaving === null;
  }

  /** @param {Conversation} conversation */
  forget(conversation) {
    const next = this.beside(conversation.key);
    this.conversations.delete(conversation.key);
    if (!conversation.channel) this.closed.set(conversation.key, this.now);
    if (this.active === conversation.key) this.show(next);
    this.changed("conversations");
    this.changed("closed");
  }

  /** @param {string} key The conversation to show. */
  show(key) {
    const before = this.current;
    if (before) before.newFrom = 0;
    if (before && before.key !== key) before.keepsUnread = false;
    this.active = key;
    const { current } = this;
    if (current?.leaving) stay(this, current);
    askFacts(this, current);
    if (current) current.newFrom = current.unread ? current.readAt : 0;
    this.changed("active");
    this.changed("conversations");
  }

  /** If nothing is shown and nothing is being opened: show the first one. */
  showFirst() {
    const first = [...this.conversations.keys()].find((key) => this.isOpen(key));
    if (!this.active && !this.opening && first !== undefined) this.show(first);
  }

  /** Mark everything up to now as read. @param {string} key */
  read(key) {
    const conversation = this.conversations.get(key);
    const at = conversation?.last?.at ?? 0;
    if (!conversation || conversation.held || at <= conversation.readAt) return;
    conversation.readAt = at;
    this.markers.set(key, at);
    if (this.can("draft/read-marker")) this.outgoing.push(format("MARKREAD", [conversation.name, `timestamp=${formatTime(at)}`]));
    readAgain(this, conversation);
    conversation.count();
    this.changed("markers");
    this.changed("conversations");
  }

  // ---- lines

  /** Something new. @param {Conversation} conversation @param {Line} line */
  add(conversation, line) {
    if (conversation.held) conversation.held.push(line);
    else this.append(conversation, line, false);
  }

  /** A message was changed. @param {Conversation} conversation @param {Message} message */
  touch(conversation, message) {
    if (conversation.held) {
      conversation.held.push(message);
      return;
    }
    const line = apply(conversation, message);
    if (!line) return;
    this.changed("lines", conversation.key);
    if (line.at <= conversation.readAt) return;
    conversation.count();
    this.changed("conversations");
  }

  /** Add the lines that waited while a gap was filled. @param {Conversation} conversation */
  release(conversation) {
    const held = conversation.held ?? [];
    conversation.held = null;
    for (const item of held) {
      if ("command" in item) this.touch(conversation, item);
      else if (conversation.has(item)) this._arrivedTwice(conversation, item);
      else this.add(conversation, item);
    }
  }

  /** A line that the page of history contained, too, is new all the same. @param {Conversation} conversation @param {Line} line */
  _arrivedTwice(conversation, line) {
    conversation.judge(line);
    if (conversation.counts(line) && line.at > conversation.readAt) this.notifications.push({ kind: "said", conversation, line });
  }

  /** @param {Conversation} conversation @param {Line} line @param {boolean} known Whether it counts as read. */
  append(conversation, line, known) {
    conversation.judge(line);
    if (!conversation.append(line)) return;
    applyLoose(conversation, line);
    if (conversation.typing.delete(fold(line.nick))) this.changed("typing", conversation.key);
    this.changed("lines", conversation.key);
    if (!known && conversation.counts(line)) this._arrived(conversation, line);
  }

  /** @param {Conversation} conversation @param {Line} line */
  _arrived(conversation, line) {
    const seen = this.looking && conversation.key === this.active && !conversation.detour;
    if (!seen && !conversation.newFrom && !conversation.unread) conversation.newFrom = conversation.readAt || line.at - 1;
    if (!conversation.countIn(line)) return;
    this.changed("conversations");
    // Somebody writes to us: a conversation that was being left is open again.
    if (conversation.leaving && !conversation.channel) stay(this, conversation);
    if (conversation.leaving) return;
    this.notifications.push({ kind: "said", conversation, line });
  }

  /** Add a line that only we see, to the current conversation. @param {string} text @param {string} nick Who says it, or "". */
  note(text, nick) {
    const { current } = this;
    if (!text) return;
    if (current) this.append(current, blank({ kind: "note", text, nick, at: this.now }), true);
    else this.tell(text);
  }

  /** The same for an answer to a command, which the user wants to see. @param {string} text */
  answer(text) {
    this.note(text, "");
    this.changed("said", this.active);
  }

  /** Show a temporary message. @param {string} text */
  tell(text) {
    this.notifications.push({ kind: "word", text });
  }

  // ---- people

  /** Somebody's display name, or the nick: for places where the nick is shown, too. @param {string} nick */
  wantedName(nick) {
    return this.users.get(fold(nick))?.metadata["display-name"] || nick;
  }

  /** The same followed by the nick if it is different: anybody may choose any display name. @param {string} nick */
  displayName(nick) {
    return beside(this.wantedName(nick), nick);
  }

  /** @param {string} channel @param {string} by */
  invited(channel, by) {
    this.notifications.push({ kind: "invited", channel, by });
  }

  /** Time has passed: end old typing notifications. */
  tick() {
    stopTyping(this);
    clearStatus(this);
    depart(this);
    rest(this);
  }
}
