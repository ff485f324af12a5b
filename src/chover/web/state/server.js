/** What the server says about itself, about us, and about what we asked for. */

import { t } from "../i18n.js";
import { readUpTo } from "./preferences.js";
import { supported, told } from "../custom-emoji.js";
import { fold, format, readTime } from "../irc.js";
import { capabilities, requests, WANTED } from "../registration.js";
import { leftOut, LISTED } from "./bounds.js";
import { CALLER_ID, kept, refusedJoin, refusedMessage } from "./delivery.js";
import { refused } from "./history.js";
import { loggedIn, named } from "./people.js";
import { refusal } from "./refusal.js";
import { scheduledNote } from "./scheduled.js";
import { settled } from "./session.js";

/** @import { Message } from "./shapes.js" */
/** @import { State } from "../state.js" */
/** @typedef {(state: State, message: Message) => void} Handler */

/** Why a channel could not be entered. */
const JOIN_REFUSED = new Set(["403", "405", "437", "471", "473", "474", "475", "476", "477", "479", "489"]);
/** Counts of users, the message of the day: nothing that somebody waits for here. */
const QUIET = new Set([
  "002", "003", "004", "250", "251", "252", "253", "254", "255", "265", "266", "372", "375", "376", "422", "396",
  "221", "324", "329", "903", "315", "318", "369", "323", "321", "368", "347", "349", "730", "731", "732", "733",
]);

/** @type {Handler} */
function welcome(state, { params, source }) {
  state.serverName = source;
  named(state, params[0] ?? state.nick);
}

/** @type {Handler} */
function support(state, { params }) {
  state.support.learn(params.slice(1, -1));
  supported(state);
  state.changed("conversations");
}

/** @type {Handler} */
function cap(state, { params }) {
  const [, verb, list = ""] = params;
  const offered = capabilities(params.at(-1) ?? list);
  if (verb === "NEW") {
    for (const [name, value] of offered) state.offered.set(name, value);
    const wanted = [...offered.keys()].filter((name) => WANTED.has(name) && !state.caps.has(name));
    state.outgoing.push(...requests(wanted));
  }
  if (verb === "DEL") for (const name of offered.keys()) state.caps.delete(name);
  if (verb === "ACK") for (const name of offered.keys()) grant(state, name);
  state.changed("caps");
}

/** @param {State} state @param {string} name */
function grant(state, name) {
  if (name.startsWith("-")) state.caps.delete(name.slice(1));
  else state.caps.set(name, state.offered.get(name) ?? "");
}

/** @type {Handler} */
function pong(state, { params }) {
  if (state.drafts.confirmed(params.at(-1) ?? "")) state.changed("drafts");
  if (params.at(-1) === "settled" && !state.settled) settled(state);
}

/** 322: one of the channels there are. @type {Handler} */
function listed(state, { params }) {
  const [, name = "", members = "0", topic = ""] = params;
  if (state.channels.length >= LISTED) return leftOut(state, t("channels in its list"));
  state.channels.push({ name, members: Number(members) || 0, topic });
  state.changed("channels");
}

/** https://ircv3.net/specs/extensions/read-marker @type {Handler} */
function markread(state, { params }) {
  const conversation = state.conversations.get(fold(params[0] ?? ""));
  const at = readTime(params[1]?.replace(/^timestamp=/, ""));
  if (!conversation || at <= conversation.readAt) return;
  state.markers.set(conversation.key, Math.max(at, state.markers.get(conversation.key) ?? 0));
  conversation.readAt = readUpTo(state, conversation);
  conversation.count();
  state.changed("conversations");
}

/** https://ircv3.net/specs/extensions/standard-replies @type {Handler} */
function fail(state, message) {
  const reason = refusal(message);
  // Nobody asked for the marker of a conversation that is not there yet.
  if (message.params[0] === "MARKREAD") return;
  if (message.params[0] === "DRAFT") {
    state.drafts.refused(message.params[2] ?? "", message.params.length > 4 ? message.params[3] ?? "" : "");
    return state.note(reason, "");
  }
  const request = state.answered(message);
  if (request) refused(state, request, reason);
  else if (!refusedMessage(state, message)) state.note(reason, "");
}

/** @type {Handler} */
function note(state, message) {
  if (!scheduledNote(state, message)) state.note(message.params.at(-1) ?? "", "");
}

/** How answers are told in words: known as soon as a command was typed. @type {{words: ((message: Message) => string | null) | null}} */
export const answers = { words: null };

/** Any numeric that nothing else here takes: an error, or the answer to what somebody typed. @type {Handler} */
export function numeric(state, message) {
  const { command, params } = message;
  const words = state.settled ? answers.words?.(message) : null;
  if (words) return state.note(words, "");
  if (QUIET.has(command)) return;
  if (!/^[45]/.test(command) && command !== CALLER_ID) return state.answer(params.slice(1).join(" "));
  const text = refusal(message);
  if (JOIN_REFUSED.has(command) && refusedJoin(state, params[1] ?? "", text)) return;
  const request = state.answered(message);
  if (request) refused(state, request, text);
  else if (!refusedMessage(state, message)) state.answer(toldAbout(params, text));
}

/** With what it is about in front, if it does not say so. @param {string[]} params @param {string} text */
function toldAbout(params, text) {
  const about = params.length > 2 ? (params[1] ?? "") : "";
  return about && !text.includes(about) ? `${about}: ${text}` : text;
}

/** The label's answer is in what it did. @type {Handler} */
function ack(state, message) {
  const label = message.tags.label ?? "";
  state.answered(message);
  if (!state.caps.has("echo-message")) kept(state, label);
}

/** @type {Record<string, Handler>} */
export const SERVER = {
  "001": welcome, "005": support, 322: listed, 901: (state) => loggedIn(state, ""), 900: (state, { params }) => loggedIn(state, params[2] ?? ""),
  CAP: cap, EMOJI: told, PONG: pong, MARKREAD: markread, FAIL: fail, WARN: note, NOTE: note, ACK: ack,
  REGISTER: note, VERIFY: note, ERROR: () => {}, PERSISTENCE: () => {}, PING: (state, { params }) => {
    state.outgoing.push(format("PONG", params));
  },
};
