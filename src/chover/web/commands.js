/** What can be typed behind a slash: one table, from which the help is made. */

import { fold, format } from "./irc.js";
import { close, join, say, talkTo } from "./state/wishes.js";

/** @typedef {import("./client.js").Client} Client */
/**
 * @typedef {object} Command
 * @property {string} name
 * @property {string} usage What stands behind the name.
 * @property {string} help
 * @property {(client: Client, rest: string) => string | void} run What it returns is an answer for whoever typed it.
 */

/** @type {Command[]} */
export const COMMANDS = [
  { name: "help", usage: "", help: "shows this list", run: (client) => help(client) },
  { name: "join", usage: "#channel [key]", help: "goes into a channel", run: (client, rest) => enter(client, rest) },
  { name: "part", usage: "[reason]", help: "leaves this conversation", run: (client, rest) => leave(client, rest) },
  { name: "msg", usage: "nick text", help: "says something to somebody", run: (client, rest) => message(client, rest) },
  { name: "query", usage: "nick", help: "opens a private conversation", run: (client, rest) => query(client, rest) },
  { name: "me", usage: "action", help: "says what you do", run: (client, rest) => act(client, rest) },
  { name: "nick", usage: "name", help: "changes what you are called", run: (client, rest) => send(client, "NICK", [rest]) },
  { name: "topic", usage: "[text]", help: "sets what the channel is about", run: (client, rest) => topic(client, rest) },
  { name: "whois", usage: "nick", help: "tells about somebody", run: (client, rest) => send(client, "WHOIS", [rest]) },
  { name: "away", usage: "[text]", help: "says that you are not here", run: (client, rest) => send(client, "AWAY", [rest || "Away"]) },
  { name: "back", usage: "", help: "says that you are here again", run: (client) => send(client, "AWAY", []) },
  { name: "quote", usage: "line", help: "sends a line as it is", run: (client, rest) => raw(client, rest) },
];

/**
 * Do what was typed; what is no command is never sent as a message.
 * @param {Client} client
 * @param {string} text It begins with a slash.
 */
export function run(client, text) {
  const [, name = "", rest = ""] = /^\/(\S*)\s*([^]*)$/.exec(text) ?? [];
  const command = COMMANDS.find((each) => each.name === fold(name));
  const answer = command ? command.run(client, rest.trim()) : unknown(name);
  if (answer) client.act((state) => state.note(answer, ""));
}

/** @param {string} name */
function unknown(name) {
  const near = COMMANDS.find((each) => each.name.startsWith(fold(name).slice(0, 2)));
  return `There is no /${name}.${near ? ` Did you mean /${near.name}?` : ""} /help lists what there is; // sends a slash.`;
}

/** @param {Client} client */
function help(client) {
  client.act((state) => state.note(COMMANDS.map((each) => `/${each.name} ${each.usage}`.padEnd(24) + each.help).join("\n"), ""));
}

/** @param {Client} client @param {string} rest */
function enter(client, rest) {
  const [channel = "", key] = rest.split(/\s+/);
  if (!channel) return "Which channel? /join #channel";
  client.act((state) => join(state, state.isChannel(channel) ? channel : `#${channel}`, key));
}

/** @param {Client} client @param {string} rest */
function leave(client, rest) {
  const { current } = client.state;
  if (!current) return "There is nothing to leave.";
  client.act((state) => close(state, current, rest));
}

/** @param {Client} client @param {string} rest */
function message(client, rest) {
  const [, target = "", text = ""] = /^(\S*)\s*([^]*)$/.exec(rest) ?? [];
  if (!target || !text) return "To whom, and what? /msg nick text";
  client.act((state) => say(state, target, text, { nonce: () => client.nonce() }));
}

/** @param {Client} client @param {string} rest */
function query(client, rest) {
  if (!rest) return "With whom? /query nick";
  client.act((state) => talkTo(state, rest.split(/\s/, 1)[0] ?? ""));
}

/** @param {Client} client @param {string} rest */
function act(client, rest) {
  const { current } = client.state;
  if (!current || !rest) return "What do you do? /me waves";
  client.act((state) => say(state, current.name, rest.replace(/\s*\n\s*/g, " "), { nonce: () => client.nonce(), action: true }));
}

/** @param {Client} client @param {string} rest */
function topic(client, rest) {
  const { current } = client.state;
  if (!current?.channel) return "Only channels have a topic.";
  if (!rest) return current.topic || "There is no topic.";
  return send(client, "TOPIC", [current.name, rest]);
}

/** @param {Client} client @param {string} command @param {string[]} params */
function send(client, command, params) {
  if (client.state.status !== "online") return "There is no connection.";
  client.act((state) => state.outgoing.push(format(command, params)));
}

/** @param {Client} client @param {string} rest */
function raw(client, rest) {
  if (client.state.status !== "online") return "There is no connection.";
  client.act((state) => state.outgoing.push(rest.replace(/[\r\n]/g, " ")));
}
