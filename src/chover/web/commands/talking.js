/** Saying something. */

import { t } from "../i18n.js";
import { fold, format } from "../irc.js";
import { say, talkTo } from "../state/actions.js";
import { CannotDo, guard, here, oneLine, send, split } from "./command.js";

/** @import { Client } from "../client.js" */

/**
 * Send a message; if it is to a channel, show that channel.
 * @param {Client} client
 * @param {string} target
 * @param {string} text
 * @param {{action?: boolean, replyTo?: string}} [how]
 */
export function speak(client, target, text, how = {}) {
  guard(client, target, text);
  client.act((state) => {
    if (state.isChannel(target) && !state.wanted.has(fold(target))) {
      state.wanted.set(fold(target), target);
      state.outgoing.push(format("JOIN", [target]));
    }
    say(state, target, text, { nonce: () => client.nonce(), ...how });
  });
}

/** Only in a channel that we are in would the message be seen. @param {Client} client @param {string} rest @param {{action?: boolean}} [how] */
function sayHere(client, rest, how) {
  const { channel, joined, key, name } = here(client);
  if (channel && !joined && !client.state.wanted.has(key)) throw new CannotDo(t("You are not in {name}: /join {name} goes there.", { name }));
  speak(client, name, rest, how);
}

/** @param {Client} client @param {string} rest */
function msg(client, rest) {
  const [target, text] = split(rest);
  speak(client, target, text);
  if (!client.state.isChannel(target)) client.act((state) => talkTo(state, target));
}

/** @param {Client} client @param {string} rest */
function query(client, rest) {
  const [nick, text] = split(rest);
  const { state } = client;
  if (!nick) return back(client);
  if (state.isChannel(nick) && !state.conversations.get(fold(nick))?.joined) throw new CannotDo(t("{nick} is a channel: /join {nick}.", { nick }));
  client.act(() => talkTo(state, nick));
  if (text) speak(client, nick, text);
}

/** Go to the first channel. @param {Client} client */
function back(client) {
  const home = [...client.state.conversations.values()].find(({ channel, joined }) => channel && joined);
  if (!home) throw new CannotDo(t("You are in no conversation yet: /join #channel."));
  client.act((state) => state.show(home.key));
}

/** @type {Record<string, import("./command.js").Run>} */
export const TALKING = {
  say: sayHere,
  me: (client, rest) => sayHere(client, oneLine(rest), { action: true }),
  msg,
  query,
  notice: (client, rest) => send(client, "NOTICE", split(rest)),
};
