/** Channels: going in and out, what they are about, who may do what. */

import { fold } from "../irc.js";
import { close, join } from "../state/wishes.js";
import { here, send, split, tell } from "./command.js";

/** @typedef {import("../client.js").Client} Client */
/** @typedef {import("./command.js").Command} Command */

/** @param {Client} client @param {string} rest */
function enter(client, rest) {
  const [channel, key] = split(rest);
  if (!channel) return "Which channel? /join #channel";
  client.act((state) => join(state, state.isChannel(channel) ? channel : `#${channel}`, key));
}

/** @param {Client} client @param {string} rest */
function part(client, rest) {
  const [word, more] = split(rest);
  const named = client.state.isChannel(word) ? client.state.conversations.get(fold(word)) : undefined;
  const conversation = named ?? client.state.current;
  if (!conversation) return "There is nothing to leave.";
  client.act((state) => close(state, conversation, named ? more : rest));
}

/** @param {Client} client @param {string} rest */
function topic(client, rest) {
  return here(client, (channel) => {
    if (!rest) return channel.topic || "There is no topic.";
    return send(client, "TOPIC", [channel.name, rest === "-" ? "" : rest]);
  });
}

/** @param {Client} client @param {string} rest */
function invite(client, rest) {
  const [nick, channel] = split(rest);
  if (!nick) return "Whom? /invite nick";
  return channel ? send(client, "INVITE", [nick, channel]) : here(client, ({ name }) => send(client, "INVITE", [nick, name]));
}

/** @param {Client} client @param {string} rest */
function kick(client, rest) {
  const [nick, reason] = split(rest);
  return nick ? here(client, ({ name }) => send(client, "KICK", reason ? [name, nick, reason] : [name, nick])) : "Whom? /kick nick";
}

/** A nick as a mask: the account's where there is one, which another nick does not get around. @param {Client} client @param {string} word */
function mask(client, word) {
  if (/[!@*?:]/.test(word)) return word;
  const account = client.state.users.get(fold(word))?.account;
  return account ? `account:${account}` : `${word}!*@*`;
}

/** @param {Client} client @param {string} rest */
function ban(client, rest) {
  return here(client, ({ name }) => send(client, "MODE", rest ? [name, "+b", mask(client, rest)] : [name, "+b"]));
}

/** @param {Client} client @param {string} rest */
function unban(client, rest) {
  return rest ? here(client, ({ name }) => send(client, "MODE", [name, "-b", mask(client, rest)])) : "Whom? /unban nick";
}

/** @param {Client} client @param {string} rest */
function kickban(client, rest) {
  return rest ? (ban(client, split(rest)[0]) ?? kick(client, rest)) : "Whom? /kickban nick";
}

/** @param {string} sign @param {string} letter */
function rank(sign, letter) {
  return (/** @type {Client} */ client, /** @type {string} */ rest) => {
    const nicks = rest.split(/\s+/).filter(Boolean);
    if (!nicks.length) return "Whom?";
    return here(client, ({ name }) => send(client, "MODE", [name, sign + letter.repeat(nicks.length), ...nicks]));
  };
}

/** @param {Client} client @param {string} rest */
function mode(client, rest) {
  const words = rest.split(/\s+/).filter(Boolean);
  const named = client.state.isChannel(words[0] ?? "") || client.state.isMe(words[0] ?? "");
  return named ? send(client, "MODE", words) : here(client, ({ name }) => send(client, "MODE", [name, ...words]));
}

/** @type {Command[]} */
export const CHANNELS = [
  { name: "join", usage: "#channel [key]", help: "goes into a channel", run: enter },
  { name: "part", usage: "[#channel] [reason]", help: "leaves this channel, or closes this conversation", run: part },
  { name: "topic", usage: "[text|-]", help: "shows or sets what the channel is about; - takes it away", run: topic },
  { name: "names", usage: "", help: "lists who is here", run: () => tell("toggle-panel", "members") },
  { name: "list", usage: "", help: "lists the channels of the server; pick one to go there", run: () => tell("open", { name: "channels", about: "" }) },
  { name: "invite", usage: "nick [#channel]", help: "invites somebody into this channel", run: invite },
  { name: "kick", usage: "nick [reason]", help: "removes somebody from this channel", run: kick },
  { name: "ban", usage: "[nick|mask]", help: "keeps somebody out; alone it lists the bans", run: ban },
  { name: "unban", usage: "nick|mask", help: "takes a ban back", run: unban },
  { name: "kickban", usage: "nick [reason]", help: "removes somebody and keeps them out", run: kickban },
  { name: "op", usage: "nick …", help: "makes operators", run: rank("+", "o") },
  { name: "deop", usage: "nick …", help: "takes the operator's rank away", run: rank("-", "o") },
  { name: "voice", usage: "nick …", help: "gives voice", run: rank("+", "v") },
  { name: "devoice", usage: "nick …", help: "takes voice away", run: rank("-", "v") },
  { name: "mode", usage: "[#channel|nick] [modes]", help: "shows or changes modes", run: mode },
];
