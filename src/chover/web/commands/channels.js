/** Channels: joining, leaving, topics and ranks. */

import { N_, t } from "../i18n.js";
import { fold } from "../irc.js";
import { leave, NOTHING_LEFT, undoable } from "../state/leaving.js";
import { join } from "../state/actions.js";
import { OFFERED } from "../state/scheduled.js";
import { CannotDo, channelHere, guard, here, isMask, online, send, split, tell } from "./command.js";

/** @import { Client } from "../client.js" */

/** @param {Client} client @param {string} rest */
function enter(client, rest) {
  const [names, key] = split(rest);
  for (const name of names.split(",").filter(Boolean)) {
    const channel = client.state.isChannel(name) ? name : `#${name}`;
    if (!client.state.conversations.get(fold(channel))?.joined) online(client);
    client.act((state) => join(state, channel, key));
  }
}

/** @param {Client} client @param {string} rest */
function part(client, rest) {
  const [word, more] = split(rest);
  const named = client.state.isChannel(word);
  const conversation = named ? client.state.conversations.get(fold(word)) : here(client);
  if (!conversation) throw new CannotDo(t("You are not in {word}: /join {word} goes there.", { word }));
  const reason = named ? more : rest;
  guard(client, conversation.name, reason);
  client.act((state) => leave(state, conversation, reason));
}

/** @param {Client} client */
function undo(client) {
  const left = undoable(client.state);
  if (!left) throw new CannotDo(t(NOTHING_LEFT));
  client.act((state) => state.show(left.key));
}

/** @param {Client} client @param {string} rest */
function topic(client, rest) {
  const channel = channelHere(client);
  if (!rest) return channel.topic || t("There is no topic.");
  send(client, "TOPIC", [channel.name, rest === "-" ? "" : rest]);
}

/** @param {Client} client */
function names(client) {
  channelHere(client);
  tell("show-panel", { name: "members", about: "" });
}

/** @param {Client} client @param {string} rest */
function invite(client, rest) {
  const [nick, channel] = split(rest);
  send(client, "INVITE", [nick, channel || channelHere(client).name]);
}

/** @param {Client} client @param {string} rest */
function kick(client, rest) {
  const [nick, reason] = split(rest);
  send(client, "KICK", [channelHere(client).name, nick, ...(reason ? [reason] : [])]);
}

/** The token of a server that resolves a nick, even of somebody who has left, and chooses a suitable ban. */
const BANS = "chover.chat/BANS";

/** The mask for other servers: the account's if there is one, which another nick cannot evade. @param {Client} client @param {string} who */
function mask(client, who) {
  if (isMask(who)) return who;
  const account = client.state.users.get(fold(who))?.account;
  return account ? `account:${account}` : `${who}!*@*`;
}

/** Ask the server to ban or unban somebody by nick. Returns whether it can do that. @param {Client} client @param {string} verb @param {string} who @param {string} [more] */
function ask(client, verb, who, more = "") {
  const service = client.state.support.get(BANS);
  if (!service || isMask(who)) return false;
  send(client, service, [verb, channelHere(client).name, who, ...(more ? [more] : [])]);
  return true;
}

const DURATION = /^(?:\d{1,9}[smhdw])+$/i;
const NO_ENDS = N_("This server does not mute people, or ban them for a time; /ban without a time bans them.");

/** Mute somebody in this channel, for a time or for ever. Throws CannotDo. @param {Client} client @param {string} rest */
export function muteSomebody(client, rest) {
  const [who, time] = split(rest);
  if (time && !DURATION.test(time)) throw new CannotDo(t("/mute NICK 2h mutes somebody here for a time (20m, 2h, 3d); without one for ever."));
  if (!client.state.can(OFFERED) || !ask(client, "MUTE", who, time.toLowerCase())) throw new CannotDo(t(NO_ENDS));
}

/** @param {Client} client @param {string} rest */
function unmute(client, rest) {
  if (!client.state.can(OFFERED) || !ask(client, "UNMUTE", split(rest)[0])) throw new CannotDo(t(NO_ENDS));
}

/** @param {Client} client @param {string} rest */
function ban(client, rest) {
  const { name } = channelHere(client);
  const [who, more] = split(rest);
  const time = DURATION.test(more) ? more.toLowerCase() : "";
  if (!who) return send(client, "MODE", [name, "+b"]);
  if (ask(client, "BAN", who, time)) return;
  if (time) throw new CannotDo(t(NO_ENDS));
  send(client, "MODE", [name, "+b", mask(client, who)]);
}

/** @param {Client} client @param {string} rest */
function unban(client, rest) {
  const [who] = split(rest);
  if (!ask(client, "UNBAN", who)) send(client, "MODE", [channelHere(client).name, "-b", mask(client, who)]);
}

/** @param {Client} client @param {string} rest */
function kickban(client, rest) {
  const [who, reason] = split(rest);
  guard(client, channelHere(client).name, reason);
  if (ask(client, "KICKBAN", who, reason)) return;
  ban(client, who);
  kick(client, rest);
}

/** @param {string} change */
function rank(change) {
  return (/** @type {Client} */ client, /** @type {string} */ rest) => {
    const { name } = channelHere(client);
    for (const nick of rest.split(/\s+/)) send(client, "MODE", [name, change, nick]);
  };
}

/** @param {Client} client @param {string} rest */
function mode(client, rest) {
  const words = rest.split(/\s+/).filter(Boolean);
  const named = client.state.isChannel(words[0] ?? "") || client.state.isMe(words[0] ?? "");
  send(client, "MODE", named ? words : [channelHere(client).name, ...words]);
}

/** @type {Record<string, import("./command.js").Run>} */
export const CHANNELS = {
  join: enter,
  part,
  undo,
  topic,
  names,
  list: (_, rest) => tell("open", { name: "channels", about: rest }),
  invite,
  kick,
  ban,
  unban,
  unmute,
  kickban,
  op: rank("+o"),
  deop: rank("-o"),
  voice: rank("+v"),
  devoice: rank("-v"),
  mode,
};
