/** Saying something. */

import { say, talkTo } from "../state/wishes.js";
import { oneLine, send, split } from "./command.js";

/** @typedef {import("../client.js").Client} Client */
/** @typedef {import("./command.js").Command} Command */

/** @param {Client} client @param {string} rest */
function me(client, rest) {
  const { current } = client.state;
  if (!current || !rest) return "What do you do? /me waves";
  client.act((state) => say(state, current.name, oneLine(rest), { nonce: () => client.nonce(), action: true }));
}

/** @param {Client} client @param {string} rest */
function msg(client, rest) {
  const [target, text] = split(rest);
  if (!target || !text) return "To whom, and what? /msg nick text";
  client.act((state) => say(state, target, text, { nonce: () => client.nonce() }));
}

/** @param {Client} client @param {string} rest */
function query(client, rest) {
  const [nick, text] = split(rest);
  if (!nick) return "With whom? /query nick";
  client.act((state) => talkTo(state, nick));
  return text ? msg(client, rest) : undefined;
}

/** @param {Client} client @param {string} rest */
function notice(client, rest) {
  const [target, text] = split(rest);
  return target && text ? send(client, "NOTICE", [target, text]) : "To whom, and what? /notice nick text";
}

/** @type {Command[]} */
export const TALKING = [
  { name: "me", usage: "action", help: "says what you do", run: me },
  { name: "msg", usage: "nick|#channel text", help: "says something to somebody", run: msg },
  { name: "query", usage: "nick [text]", help: "opens a private conversation", run: query },
  { name: "notice", usage: "nick|#channel text", help: "sends a notice, which programs do not answer", run: notice },
];
