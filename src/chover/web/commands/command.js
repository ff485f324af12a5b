/** Slash commands, and helpers that most of them share. */

import { stops, STOPPED } from "../guard.js";
import { t } from "../i18n.js";
import { fold, format } from "../irc.js";

/** @import { Client } from "../client.js" */
/**
 * @typedef {object} Row A row of the table of all clients, where its columns are explained.
 * @property {string} name
 * @property {string[]} [aliases]
 * @property {string[]} [alone]
 * @property {string} usage
 * @property {string} help
 * @property {number} [needs]
 * @property {boolean} [secret]
 * @property {Record<string, string>} [not]
 */
/** @typedef {string | void} Answer For the person who typed it. */
/** @typedef {(client: Client, rest: string) => Answer | Promise<Answer>} Run Throws CannotDo. */

/** The command cannot be done; the message is one line for the person who typed it. */
export class CannotDo extends Error {}

const READ_BY_OTHERS = new Set(["AWAY", "KICK", "NOTICE", "PART", "PRIVMSG", "QUIT", "TOPIC"]);

/**
 * Send a line. Throws CannotDo without a connection, and for a password that others could read.
 * @param {Client} client
 * @param {string} command
 * @param {string[]} params
 */
export function send(client, command, params) {
  online(client);
  guardLine(client, command, params);
  client.act((state) => state.outgoing.push(format(command, params.map(oneLine))));
}

/** Throws CannotDo without a connection. @param {Client} client */
export function online(client) {
  if (client.state.status !== "online") throw new CannotDo(t("There is no connection; this works when it is back."));
}

/** Throws CannotDo if the server does not support it. @param {Client} client @param {string} cap @param {string} what */
export function need(client, cap, what) {
  online(client);
  if (!client.state.caps.has(cap)) throw new CannotDo(t("This server does not offer {what}.", { what }));
}

/** Throws CannotDo for a line that others can read and that looks like a password. @param {Client} client @param {string} command @param {string[]} params */
export function guardLine(client, command, params) {
  if (READ_BY_OTHERS.has(command)) guard(client, params[0] ?? "", params.at(-1) ?? "");
}

/** Throws CannotDo for text that looks like a password. @param {Client} client @param {string} target @param {string} text */
export function guard(client, target, text) {
  if (stops(target, text, client.identity?.secret ?? "")) throw new CannotDo(STOPPED);
}

/** @param {string} text */
export function oneLine(text) {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}

/** The first word and the rest. @param {string} text @returns {[string, string]} */
export function split(text) {
  const [, word = "", rest = ""] = /^(\S*)\s*([^]*)$/.exec(text) ?? [];
  return [word, rest];
}

/** The conversation that is shown. Throws CannotDo. @param {Client} client */
export function here(client) {
  const { current } = client.state;
  if (!current) throw new CannotDo(t("You are in no conversation yet: /join #channel."));
  return current;
}

/** The channel that is shown. Throws CannotDo. @param {Client} client */
export function channelHere(client) {
  const current = here(client);
  if (!current.channel) throw new CannotDo(t("That only works in channels, and this is a private conversation."));
  return current;
}

/** The conversation of that name; a private one is created. Throws CannotDo for a channel that we are not in. @param {Client} client @param {string} name */
export function place(client, name) {
  const { state } = client;
  const known = state.conversations.get(fold(name));
  if (!known && state.isChannel(name)) throw new CannotDo(t("You are not in {name}: /join {name} goes there.", { name }));
  return known ?? client.act(() => state.conversation(name));
}

/** Whether a mask matches more than one nick. @param {string} word */
export function isMask(word) {
  return /[!@*?:]/.test(word);
}

/** Throw CannotDo if there is a problem. @param {string} problem */
export function orElse(problem) {
  if (problem) throw new CannotDo(problem);
}

/** Dispatch an event on the page. @param {string} name @param {unknown} [detail] */
export function tell(name, detail = null) {
  document.dispatchEvent(new CustomEvent(name, { detail }));
}
