/** The web client's state as transcripts see it (tests/transcripts/README.md). */

import { fold, parse } from "../../../src/chover/web/irc.js";
import { openThread, closeThread, linesOf, readThread } from "../../../src/chover/web/state/thread.js";
import { rootOf, summaryOf } from "../../../src/chover/web/state/threads.js";
import { WANTED } from "../../../src/chover/web/registration.js";
import { rowsOf } from "../../../src/chover/web/parts/rows.js";
import { State } from "../../../src/chover/web/state.js";
import { answer } from "../../../src/chover/web/state/ctcp.js";
import { flush, sent, write } from "../../../src/chover/web/state/drafts.js";
import { edit } from "../../../src/chover/web/state/editing.js";
import { loadOlder } from "../../../src/chover/web/state/history.js";
import { markUnread, pin, pinsOf, put } from "../../../src/chover/web/state/preference-changes.js";
import { BLOCKED, MUTED, NOTIFY, PINNED, PINS } from "../../../src/chover/web/state/preferences.js";
import { askMissed } from "../../../src/chover/web/state/missed.js";
import { loadEarlier, lookAt } from "../../../src/chover/web/state/past.js";
import { beAway } from "../../../src/chover/web/state/presence.js";
import { search } from "../../../src/chover/web/state/search.js";
import { giveUp, join, react, remove, retry, say, talkTo, typing } from "../../../src/chover/web/state/actions.js";
import { leave } from "../../../src/chover/web/state/leaving.js";
import { plain } from "../../../src/chover/web/text.js";
import { receive } from "../../../src/chover/web/state/dispatch.js";
import { connected, disconnected } from "../../../src/chover/web/state/session.js";

const START = 1_760_000_000_000;
const VALUES = { "draft/multiline": "max-bytes=4096,max-lines=32" };
const TALK = new Set(["message", "action", "notice"]);

/** Does what a transcript says and tells what is seen. */
export class Web {
  constructor() {
    this.state = new State();
    this.state.now = START;
    this.sent = [];
    this.told = [];
    this.invited = [];
    this._nonces = 0;
    this._notes = new Set();
  }

  /** What was sent and told up to now is of no interest. */
  forget() {
    for (const list of [this.sent, this.told, this.invited]) list.length = 0;
  }

  hear(line) {
    const message = parse(line);
    if (message) receive(this.state, message);
    this._after();
  }

  _after() {
    for (const notification of this.state.notifications.splice(0)) {
      if (notification.kind === "asked") answer(this.state, notification.message);
      if (notification.kind === "word") this.told.push(notification.text);
      if (notification.kind === "invited") this.invited.push([notification.channel, notification.by]);
    }
    this.sent.push(...this.state.take());
    for (const { lines } of this.state.conversations.values()) {
      for (const line of lines) {
        if (line.kind !== "note" || this._notes.has(line.id)) continue;
        this._notes.add(line.id);
        this.told.push(line.nick ? `${line.nick}: ${line.text}` : line.text);
      }
    }
  }

  do(what, given) {
    const wrong = ACTIONS[what](this, given);
    if (typeof wrong === "string" && wrong) this.told.push(wrong);
    this._after();
  }

  nonce() {
    this._nonces += 1;
    return `n${this._nonces}`;
  }

  conversation(name) {
    const found = this.state.conversations.get(fold(name));
    if (!found) throw new Error(`there is no conversation ${name}`);
    return found;
  }

  line(name, msgid) {
    const line = this.conversation(name).find(msgid);
    if (!line) throw new Error(`${msgid} is not in ${name}`);
    return line;
  }

  see(where, what) {
    return where === "*" ? WHOLE[what](this.state, this) : OF_CONVERSATION[what](this.conversation(where), this);
  }
}

/** The lines that are shown, as message-list.js has them drawn. */
function shown(conversation) {
  const lines = (conversation.detour ?? conversation).lines.filter(({ kind }) => kind !== "note");
  const rows = rowsOf(lines, {}, { events: true, firstNew: undefined, ignores: conversation.ignores });
  return rows.flatMap((each) => (each.kind === "message" ? [each.line] : each.kind === "events" ? each.lines : []));
}

function rowOf(line, channel) {
  const nick = plain(line.nick);
  const text = plain(line.text);
  if (!TALK.has(line.kind)) return `(${[line.kind, nick, plain(line.about), text].filter(Boolean).join(" ")})`;
  const said = inForm(line.kind, nick, text);
  const flags = ["deleted", "edited"].filter((name) => line[name]);
  if (line.mentions && channel) flags.push("mention");
  if (line.bot) flags.push("bot");
  if (line.replyTo) flags.push(`reply:${line.replyTo}`);
  for (const [reaction, nicks] of line.reactions ?? []) flags.push(`${reaction}:${[...nicks].join(",")}`);
  return flags.length ? `${said} [${flags.join(" ")}]` : said;
}

function inForm(kind, nick, text) {
  return kind === "action" ? `* ${nick} ${text}` : kind === "notice" ? `-${nick}- ${text}` : `${nick}: ${text}`;
}

/** As message-list.js puts them below the rest. */
function waiting(conversation, state) {
  if (conversation.detour) return [];
  return [...state.outbox].filter(({ target }) => fold(target) === conversation.key).map((pending) => {
    const how = pending.reason ? `failed: ${pending.reason}` : pending.sent ? "sent" : "pending";
    return `${pending.action ? "* " : ""}${pending.text} [${pending.replyTo ? `reply:${pending.replyTo} ` : ""}${how}]`;
  });
}

const OF_CONVERSATION = {
  rows: (each) => shown(each).filter(({ kind }) => TALK.has(kind)).map((line) => rowOf(line, each.channel)),
  events: (each) => shown(each).filter(({ kind }) => !TALK.has(kind)).map((line) => rowOf(line, each.channel)),
  all: (each) => shown(each).map((line) => rowOf(line, each.channel)),
  waiting: (each, { state }) => waiting(each, state),
  unread: ({ unread }) => unread,
  mentions: ({ mentions }) => mentions,
  typing: ({ typing: who }, { state }) => [...who.values()].filter(({ until }) => until > state.now).map(({ nick }) => nick),
  members: ({ members }) => [...members.values()].map(({ ranks, nick }) => ranks + nick).sort(),
  name: ({ name }) => name,
  topic: ({ topic }) => plain(topic),
  joined: ({ joined }) => joined,
  older: (each) => (each.detour ?? each).older,
  threads: (each, { state }) => roots(each).map((root) => {
    const { count, lastAt, unread } = summaryOf(state, each, root);
    return `${root}: ${count}, ${unread} new, last ${(lastAt - START) / 1000}`;
  }),
  thread: (each) => each.thread && linesOf(each, each.thread).filter((line) => !each.ignores(line)).map((line) => rowOf(line, each.channel)),
  draft: ({ key }, { state }) => draftOf(state, key),
  read: ({ readAt }) => (readAt ? (readAt - START) / 1000 : 0),
};

function draftOf({ drafts }, key) {
  const { text = "", reply = "" } = drafts.get(key) ?? {};
  const flags = [reply && `reply:${reply}`, drafts.others.has(key) && "another waits"].filter(Boolean);
  return flags.length ? `${text} [${flags.join(" ")}]` : text;
}

/** The loaded messages that begin a thread. */
function roots(each) {
  return shown(each).filter((line) => each.answers.has(line.msgid) && rootOf(each, line) === line.msgid).map(({ msgid }) => msgid);
}

const WHOLE = {
  drafts: ({ drafts }) => [...drafts.rows.values()].map(({ name, text, thread }) => `${name}${thread ? " " : ""}${thread ?? ""}: ${text}`).sort(),
  conversations: ({ conversations }) => [...conversations.values()].filter(({ leaving }) => !leaving).map(({ name }) => name).sort(),
  active: ({ current }) => current?.name ?? "",
  nick: ({ nick }) => nick,
  account: ({ account }) => account,
  away: ({ away }) => away,
  told: (_, web) => web.told.splice(0),
  invited: (_, web) => web.invited.splice(0),
  joins: (_, { sent }) => sent.filter((line) => line.startsWith("JOIN ")).map((line) => line.split(" ")[1]),
  people: ({ users }) => Object.fromEntries([...users.values()].map((user) => [user.nick, user])),
  pinned: ({ preferences }) => preferences.names(PINNED).sort(),
  muted: ({ preferences }) => preferences.names(MUTED).sort(),
  ignored: ({ preferences }) => [...preferences.ignored].sort(),
  notify: ({ preferences }) => Object.fromEntries(preferences.names(NOTIFY).map((name) => [name, preferences.get(name, NOTIFY)])),
  pins: (state) => Object.fromEntries(state.preferences.names(PINS).map((name) => [name, pinsOf(state, name)])),
  found: (state) => state.search && state.search.found.map(({ name, line }) => `${name} ${rowOf(line, true)}`),
  missed: ({ missed }) => missed && [
    ...missed.places.map(({ name, unread, calls }) => `${name} ${unread} ${calls}`),
    ...missed.calls.map(({ name, line }) => `${name} ${inForm(line.kind, plain(line.nick), plain(line.text))}`),
  ],
};

// ---- what a person does

function connect({ state }, { caps = [], account = "", nick = "ann" }) {
  const every = new Map([...WANTED].map((cap) => [cap, VALUES[cap] ?? ""]));
  for (const cap of caps) {
    const [name = ""] = cap.slice(1).split("=", 1);
    if (cap.startsWith("+")) every.set(name, cap.slice(name.length + 2));
    else every.delete(name);
  }
  state.account = account;
  connected(state, nick, every);
}

const ACTIONS = {
  connect,
  lose: ({ state }) => disconnected(state),
  wait: ({ state }, { seconds }) => {
    state.now += Math.round(seconds * 1000);
    state.tick();
  },
  open: ({ state }, { name }) => (state.conversations.has(fold(name)) ? state.show(fold(name)) : talkTo(state, name)),
  look: ({ state }) => { state.looking = true; },
  "look away": ({ state }) => { state.looking = false; },
  read: ({ state }, { name }) => state.read(fold(name)),
  say: (web, { to, text, action = false, reply = "" }) => say(web.state, to, text, { nonce: () => web.nonce(), action, replyTo: reply }),
  edit: (web, { in: where, msgid, text }) => edit(web.state, web.conversation(where), web.line(where, msgid), text),
  delete: (web, { in: where, msgid, reason = "" }) => remove(web.state, web.conversation(where), web.line(where, msgid), reason),
  react: (web, { in: where, msgid, reaction }) => react(web.state, web.conversation(where), web.line(where, msgid), reaction),
  type: (web, { in: where }) => typing(web.state, web.conversation(where), "active"),
  "stop typing": (web, { in: where }) => typing(web.state, web.conversation(where), "done"),
  draft: ({ state }, { in: where, text, reply = "", thread = "" }) => write(state, where, text, reply, thread),
  "keep drafts": ({ state }) => flush(state),
  "draft sent": ({ state }, { in: where, thread = "" }) => sent(state, where, thread),
  join: ({ state }, { name, key }) => join(state, name, key),
  leave: (web, { name, reason = "" }) => leave(web.state, web.conversation(name), reason),
  ignore: ({ state }, { nick }) => put(state, nick, BLOCKED, "1"),
  unignore: ({ state }, { nick }) => put(state, nick, BLOCKED, ""),
  mark: ({ state }, { name, key, value }) => put(state, name, key, value),
  pin: ({ state }, { in: where, msgid }) => void pin(state, where, msgid),
  unread: (web, { in: where, msgid }) => void markUnread(web.state, web.conversation(where), web.line(where, msgid)),
  older: (web, { in: where }) => (web.conversation(where).detour ? loadEarlier : loadOlder)(web.state, web.conversation(where)),
  "look at": (web, { in: where, msgid }) => lookAt(web.state, web.conversation(where), msgid),
  thread: (web, { in: where, msgid }) => openThread(web.state, web.conversation(where), msgid),
  "read thread": (web, { in: where }) => readThread(web.state, web.conversation(where)),
  "close thread": (web, { in: where }) => closeThread(web.state, web.conversation(where)),
  retry: ({ state }, { nonce }) => retry(state, nonce),
  "give up": ({ state }, { nonce }) => giveUp(state, nonce),
  "be away": ({ state }, { text }) => beAway(state, text),
  search: ({ state }, { attributes }) => search(state, attributes),
  "catch up": ({ state }) => askMissed(state, "catchup"),
  mentions: ({ state }) => askMissed(state, "mentions"),
};

// ---- lines

/** A line of a transcript as it stands on the wire; `sent` is all that was sent up to now. */
export function filled(line, sent) {
  return line
    .replace(/\{label:([^}]+)\}/g, (_, word) => labelOf(sent, word))
    .replace(/(@|;)label=(;| )/g, (_, front, back) => (back === ";" ? front : front === ";" ? back : ""))
    .replace(/\{(-?[\d.]+)\}/g, (_, seconds) => new Date(START + Number(seconds) * 1000).toISOString());
}

function labelOf(sent, word) {
  const asked = sent.findLast((line) => line.includes(word));
  if (!asked) throw new Error(`nobody asked for ${word}`);
  return /label=([^ ;]+)/.exec(asked)?.[1] ?? "";
}

/** A line that was sent, without what each client may choose. */
export function neutral(line) {
  const { tags, command, params } = parse(line);
  const named = Object.entries(tags).map(([name, value]) => [name, name === "batch" ? "b" : value]);
  const words = [command, ...params];
  if (command === "CHATHISTORY") words[words.length - 1] = "*";
  if (command === "BATCH") words[1] = `${words[1][0]}b`;
  words.push(words.pop().replace(/\x01VERSION chover.*\x01/, "\x01VERSION chover\x01"));
  return [named.filter(([name, value]) => !(name === "label" && value.startsWith("ask-"))).sort(), words];
}
