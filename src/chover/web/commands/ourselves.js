/** Ourselves, this page and the server. */

import { SETTINGS } from "../settings.js";
import { send, split, tell } from "./command.js";

/** @typedef {import("../client.js").Client} Client */
/** @typedef {import("./command.js").Command} Command */

/** @param {Client} client @param {string} rest */
function login(client, rest) {
  const [first, second] = split(rest);
  const { nick } = client.state;
  if (!first) return tell("open", { name: "account", about: "" });
  client.connect({ nick, account: second ? first : nick, secret: second || first });
}

/** Settings of this browser. @param {Client} client @param {string} rest */
function set(client, rest) {
  const [name, value] = split(rest);
  if (!name) return tell("open", { name: "settings", about: "" });
  const setting = SETTINGS.find((each) => each.name === name);
  if (!setting) return `There is no setting ${name}. There are ${SETTINGS.map((each) => each.name).join(", ")}.`;
  const choices = setting.choices.map(([each]) => each);
  if (!value) return `${name} is ${client.settings.get(name)}; it may be ${choices.join(", ")}.`;
  if (!choices.includes(value)) return `${name} may be ${choices.join(", ")}.`;
  client.settings.set(name, value);
  client.redraw();
}

/** @param {Client} client @param {string} rest */
function notify(client, rest) {
  const { current } = client.state;
  if (!current) return "There is no conversation.";
  if (rest && !["off", "mentions", "all"].includes(rest)) return "/notify off, mentions or all";
  if (rest) client.settings.setFor(current.key, rest);
  return `${current.name}: ${client.settings.loudness(current.key)}`;
}

/** @param {Client} client */
function mute(client) {
  const { current } = client.state;
  if (!current) return "There is no conversation.";
  return notify(client, client.settings.loudness(current.key) === "off" ? "mentions" : "off");
}

/** @param {Client} client @param {string} rest */
function oper(client, rest) {
  const [name, password] = split(rest);
  return name && password ? send(client, "OPER", [name, password]) : "As whom? /oper name password";
}

/** @param {Client} client */
function inviteLink(client) {
  const { current } = client.state;
  if (!current?.channel) return "This is for channels: go to one first.";
  return send(client, "PRIVMSG", ["ChanServ", `INVITE-LINK ${current.name}`]);
}

/** @param {Client} client @param {string} rest */
function quote(client, rest) {
  const [command, params] = split(rest);
  if (client.state.status !== "online") return "There is no connection.";
  client.act((state) => state.outgoing.push(`${command} ${params.replace(/[\r\n]/g, " ")}`.trim()));
}

/** @type {Command[]} */
export const OURSELVES = [
  { name: "nick", usage: "name", help: "changes what you are called", run: (client, rest) => (rest ? send(client, "NICK", [rest]) : "What do you want to be called? /nick name") },
  { name: "login", usage: "[account] [password]", help: "logs in; alone it asks", run: login },
  { name: "register", usage: "", help: "makes an account of your nick", run: () => tell("open", { name: "account", about: "" }) },
  { name: "reconnect", usage: "", help: "makes the connection anew, now", run: (client) => client.reconnect() },
  { name: "set", usage: "[name] [value]", help: "shows or changes settings", run: set },
  { name: "notify", usage: "off|mentions|all", help: "what rings in this conversation", run: notify },
  { name: "mute", usage: "", help: "makes this conversation quiet, or heard again", run: mute },
  { name: "upload", usage: "", help: "sends a file", run: () => tell("choose-files") },
  { name: "invite-link", usage: "", help: "makes a link by which somebody can join", run: inviteLink },
  { name: "oper", usage: "name password", help: "becomes an operator of the server", run: oper },
  { name: "quote", usage: "line", help: "sends a line to the server as it is", run: quote },
  { name: "quit", usage: "", help: "signs out of this browser", run: (client) => client.signOut() },
];
