/** Members and users: joins, parts, nicks, ranks, topics, away. */

import { t } from "../i18n.js";
import { fold, format } from "../irc.js";
import { CHANNELS, hasRoom, leftOut } from "./bounds.js";
import { askFacts, modeIs } from "./channel-facts.js";
import { happened } from "./lines.js";
import { renamed } from "./preferences.js";
import { changed, loggedIn, meet, moved, named } from "./people.js";

/** @import { Message } from "./shapes.js" */
/** @import { Conversation } from "./conversation.js" */
/** @import { State } from "../state.js" */
/** @typedef {(state: State, message: Message) => void} Handler */

/**
 * Show what happened in a conversation.
 * @param {State} state
 * @param {Conversation | undefined} conversation
 * @param {Message} message
 */
function show(state, conversation, message) {
  const line = conversation && happened(message, state);
  if (conversation && line) state.add(conversation, line);
}

/** @type {Handler} */
function join(state, message) {
  const [name = "", account = "", realname = ""] = message.params;
  if (state.isMe(message.nick) && !state.wanted.has(fold(name)) && state.wanted.size >= CHANNELS) return leftOut(state, "channels");
  const conversation = state.isMe(message.nick) ? state.conversation(name) : state.conversations.get(fold(name));
  if (!conversation) return;
  meet(state, message.nick, { account: account === "*" ? "" : account, realname, away: false });
  if (conversation.members.has(fold(message.nick)) || hasRoom(state)) conversation.members.set(fold(message.nick), { nick: message.nick, ranks: "" });
  state.changed("members", conversation.key);
  if (state.isMe(message.nick)) {
    state.mask = message.source;
    state.joined(conversation, message);
  }
  show(state, conversation, message);
}

/** @type {Handler} */
function part(state, message) {
  const conversation = state.conversations.get(fold(message.params[0] ?? ""));
  if (!conversation) return;
  leave(state, conversation, message.nick);
  if (state.isMe(message.nick)) state.left(conversation);
  else show(state, conversation, message);
}

/** @type {Handler} */
function kick(state, message) {
  const [name = "", nick = "", reason = ""] = message.params;
  const conversation = state.conversations.get(fold(name));
  if (!conversation) return;
  leave(state, conversation, nick);
  show(state, conversation, message);
  if (!state.isMe(nick)) return;
  state.left(conversation, { stays: true });
  state.tell(reason ? t("{nick} removed you from {name}: {reason}", { nick: message.nick, name: conversation.name, reason }) : t("{nick} removed you from {name}.", { nick: message.nick, name: conversation.name }));
}

/** @type {Handler} */
function quit(state, message) {
  for (const conversation of state.conversations.values()) {
    const direct = !conversation.channel && conversation.key === fold(message.nick);
    if (!conversation.members.has(fold(message.nick)) && !direct) continue;
    leave(state, conversation, message.nick);
    show(state, conversation, message);
  }
  state.users.delete(fold(message.nick));
}

/**
 * @param {State} state
 * @param {Conversation} conversation
 * @param {string} nick
 */
function leave(state, conversation, nick) {
  conversation.members.delete(fold(nick));
  conversation.typing.delete(fold(nick));
  state.changed("members", conversation.key);
  state.changed("typing", conversation.key);
}

/** @type {Handler} */
function nick(state, message) {
  const [after = ""] = message.params;
  const before = message.nick;
  if (!after) return;
  const user = state.users.get(fold(before));
  state.users.delete(fold(before));
  if (user) state.users.set(fold(after), { ...user, nick: after });
  for (const conversation of [...state.conversations.values()]) {
    stillTyping(state, conversation, before, after);
    const member = conversation.members.get(fold(before));
    if (!member) continue;
    conversation.members.delete(fold(before));
    conversation.members.set(fold(after), { ...member, nick: after });
    state.changed("members", conversation.key);
    show(state, conversation, message);
  }
  if (state.isMe(before)) named(state, after);
  else moved(state, before, after);
}

/** @param {State} state @param {Conversation} conversation @param {string} before @param {string} after */
function stillTyping(state, conversation, before, after) {
  const typing = conversation.typing.get(fold(before));
  if (!typing) return;
  conversation.typing.delete(fold(before));
  conversation.typing.set(fold(after), { ...typing, nick: after });
  state.changed("typing", conversation.key);
}

/** https://ircv3.net/specs/extensions/channel-rename (draft) @type {Handler} */
function rename(state, message) {
  const [before = "", after = ""] = message.params;
  const conversation = state.conversations.get(fold(before));
  if (!conversation || !after) return;
  // What is here under the new name was another channel, in which we are not.
  if (fold(before) !== fold(after)) state.conversations.delete(fold(after));
  moved(state, before, after);
  conversation.name = after;
  state.wanted.delete(fold(before));
  state.wanted.set(fold(after), after);
  state.markers.set(fold(after), conversation.readAt);
  for (const pending of state.outbox) if (fold(pending.target) === fold(before)) pending.target = after;
  renamed(state, fold(before), fold(after));
  for (const topics of ["wanted", "markers", "outbox"]) state.changed(topics);
  show(state, conversation, message);
}

/** @type {Handler} */
function topic(state, message) {
  const conversation = state.conversations.get(fold(message.params[0] ?? ""));
  if (!conversation) return;
  conversation.topic = message.params[1] ?? "";
  state.changed("conversation", conversation.key);
  show(state, conversation, message);
}

/** 332 and 331: the topic, or that there is none. @type {Handler} */
function topicIs(state, { command, params }) {
  const conversation = state.conversations.get(fold(params[1] ?? ""));
  if (!conversation) return;
  conversation.topic = command === "332" ? (params[2] ?? "") : "";
  state.changed("conversation", conversation.key);
}

/** @type {Handler} */
function mode(state, message) {
  const [name = "", letters = "", ...values] = message.params;
  const conversation = state.conversations.get(fold(name));
  if (!conversation) return;
  for (const [sign, letter, value] of state.support.modes(letters, values)) {
    const prefix = state.support.prefixOf(letter);
    if (prefix) rank(state, conversation, value, prefix, sign === "+");
    else modeIs(conversation, sign, letter);
  }
  state.changed("members", conversation.key);
  show(state, conversation, message);
}

/**
 * @param {State} state
 * @param {Conversation} conversation
 * @param {string} nick
 * @param {string} prefix
 * @param {boolean} given
 */
function rank(state, conversation, nick, prefix, given) {
  const member = conversation.members.get(fold(nick));
  if (!member) return;
  const held = new Set(member.ranks);
  if (given) held.add(prefix);
  else held.delete(prefix);
  const ranks = [...state.support.prefixes].filter((each) => held.has(each)).join("");
  conversation.members.set(fold(nick), { ...member, ranks });
}

/** 353: some of the names in a channel. @type {Handler} */
function names(state, { params }) {
  const conversation = state.conversations.get(fold(params[2] ?? ""));
  if (!conversation) return;
  conversation.naming ??= new Map();
  if (!hasRoom(state)) return;
  for (const word of (params[3] ?? "").split(" ").filter(Boolean)) {
    const ranks = /^[~&@%+!]*/.exec(word)?.[0] ?? "";
    const nick = word.slice(ranks.length).split("!", 1)[0] ?? "";
    conversation.naming.set(fold(nick), { nick, ranks });
    meet(state, nick, {});
  }
}

/** 366: those were all. @type {Handler} */
function namesEnd(state, { params }) {
  const conversation = state.conversations.get(fold(params[1] ?? ""));
  if (!conversation?.naming) return;
  conversation.members = conversation.naming;
  conversation.naming = null;
  conversation.named = true;
  state.changed("members", conversation.key);
  askFacts(state, conversation);
}

/** @type {Handler} */
function away(state, message) {
  meet(state, message.nick, { away: message.params.length > 0 && message.params[0] !== "" });
  changed(state, message.nick);
}

/** @type {Handler} */
function account(state, message) {
  const name = message.params[0] === "*" ? "" : (message.params[0] ?? "");
  meet(state, message.nick, { account: name });
  if (state.isMe(message.nick)) loggedIn(state, name);
  changed(state, message.nick);
}

/** @type {Handler} */
function setname(state, message) {
  meet(state, message.nick, { realname: message.params[0] ?? "" });
}

/** @type {Handler} */
function invite(state, message) {
  const [nickname = "", channel = ""] = message.params;
  if (!state.isMe(nickname)) show(state, state.conversations.get(fold(channel)), message);
  else if (!state.ignores(message.nick, message.tags.account)) state.invited(channel, message.nick);
}

/** Be away with these words, now and after every lost connection; "" is here again. @param {State} state @param {string} text */
export function beAway(state, text) {
  state.absent = text;
  state.outgoing.push(format("AWAY", text ? [text] : []));
}

/** 352 and 354 are of no use here: NAMES and the away tags say it; 305 and 306: we are back, or away. @type {Handler} */
function ownAway(state, { command }) {
  state.away = command === "306";
  state.changed("me");
}

/** @type {Record<string, Handler>} */
export const PRESENCE = {
  JOIN: join, PART: part, KICK: kick, QUIT: quit, NICK: nick, RENAME: rename, TOPIC: topic, MODE: mode, AWAY: away, ACCOUNT: account,
  SETNAME: setname, INVITE: invite, CHGHOST: (state, { nick: who, params }) => {
    if (state.isMe(who)) state.mask = `${who}!${params[0]}@${params[1]}`;
  },
  331: topicIs, 332: topicIs, 333: () => {}, 353: names, 366: namesEnd, 305: ownAway, 306: ownAway,
};
