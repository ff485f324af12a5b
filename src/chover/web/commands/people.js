/** Who others are, and whether we are here. */

import { fold } from "../irc.js";
import { beAway } from "../state/presence.js";
import { oneLine, send } from "./command.js";

/** @typedef {import("../client.js").Client} Client */
/** @typedef {import("./command.js").Command} Command */

/** @param {Client} client @param {string} rest */
function who(client, rest) {
  const target = rest || client.state.current?.name;
  return target ? send(client, "WHO", [target]) : "Whom? /who #channel";
}

/** @param {Client} client @param {string} rest */
function whois(client, rest) {
  const { current, nick } = client.state;
  return send(client, "WHOIS", [rest || (current && !current.channel ? current.name : nick)]);
}

/** Blocking is the server's: it holds on every device. @param {string} sign */
function silence(sign) {
  return (/** @type {Client} */ client, /** @type {string} */ rest) => {
    if (!rest) return sign === "+" ? send(client, "SILENCE", []) : "Whom? /unignore nick";
    const account = client.state.users.get(fold(rest))?.account;
    return send(client, "SILENCE", [sign + (/[!@*:]/.test(rest) ? rest : account ? `account:${account}` : `${rest}!*@*`)]);
  };
}

/** @param {Client} client @param {string} text */
function away(client, text) {
  if (client.state.status !== "online") return "There is no connection.";
  client.act((state) => beAway(state, oneLine(text)));
}

/** @type {Command[]} */
export const PEOPLE = [
  { name: "who", usage: "[#channel|mask]", help: "lists people", run: who },
  { name: "whois", usage: "[nick]", help: "tells about somebody", run: whois },
  { name: "whowas", usage: "nick", help: "tells about somebody who has left", run: (client, rest) => (rest ? send(client, "WHOWAS", [rest]) : "Whom? /whowas nick") },
  { name: "away", usage: "[text]", help: "says that you are not here", run: (client, rest) => away(client, rest || "Away") },
  { name: "back", usage: "", help: "says that you are here again", run: (client) => away(client, "") },
  { name: "ignore", usage: "[nick]", help: "lets nothing private of somebody through; alone it lists whom you ignore", run: silence("+") },
  { name: "unignore", usage: "nick", help: "lets it through again", run: silence("-") },
];
