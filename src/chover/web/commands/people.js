/** Who others are, and whether we are here. */

import { put } from "../state/marking.js";
import { BLOCKED, OFFERED } from "../state/marks.js";
import { beAway } from "../state/presence.js";
import { oneLine, send, split } from "./command.js";

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

/** What covers many stands in the list of the server, and is not seen here. */
const MASK = /[!@*?:]/;

/** @param {Client} client @param {string} rest */
function ignore(client, rest) {
  const { marks } = client.state;
  const [nick] = split(rest);
  if (!nick) return marks.ignored.size ? `You ignore ${[...marks.ignored].sort().join(", ")}.` : "You ignore nobody.";
  if (MASK.test(nick)) return send(client, "SILENCE", [`+${nick}`]);
  const problem = client.act((state) => put(state, nick, BLOCKED, "1"));
  const also = client.state.can(OFFERED) ? " and what they write to you alone is dropped" : "";
  return problem || `What ${nick} says is not shown any more${also}; /unignore ${nick} shows it again.`;
}

/** @param {Client} client @param {string} rest */
function unignore(client, rest) {
  const [nick] = split(rest);
  if (!nick) return "Whom? /unignore nick";
  if (MASK.test(nick)) return send(client, "SILENCE", [`-${nick}`]);
  if (!client.state.marks.ignores(nick)) return `You do not ignore ${nick}.`;
  return client.act((state) => put(state, nick, BLOCKED, "")) || `What ${nick} says is shown again.`;
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
  { name: "ignore", usage: "[nick]", help: "hides what somebody says; alone it lists whom you ignore", run: ignore },
  { name: "unignore", usage: "nick", help: "shows it again", run: unignore },
];
