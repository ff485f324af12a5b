/** Ourselves, this page and the server. */

import { SETTINGS } from "../settings.js";
import { put } from "../state/marking.js";
import { MUTED, NOTIFY, PINNED, RINGS } from "../state/marks.js";
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
  if (!current) return NOWHERE;
  if (!rest) return `Here rings: ${client.state.marks.get(current.key, NOTIFY) ?? client.settings.loudness}.`;
  if (!RINGS.includes(rest)) return `/notify ${RINGS.join("|")}: what rings in this conversation.`;
  return client.act((state) => put(state, current.name, NOTIFY, rest)) || `In ${current.name} rings: ${rest}.`;
}

const NOWHERE = "There is no conversation.";

/** Something that is so or is not; a word for each. @param {string} which @param {string} on @param {string} off */
function flag(which, on, off) {
  return (/** @type {Client} */ client) => {
    const { current, marks } = client.state;
    if (!current) return NOWHERE;
    const held = marks.get(current.key, which);
    return client.act((state) => put(state, current.name, which, held ? "" : "1")) || `${current.name} ${held ? off : on}`;
  };
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
  { name: "mute", usage: "", help: "makes this conversation quiet, or heard again", run: flag(MUTED, "is mute: nothing rings and only mentions are counted; /mute again ends that.", "is heard again.") },
  { name: "pin", usage: "", help: "puts this conversation in front, or back in its place", run: flag(PINNED, "stands in front now.", "has its place in the list again.") },
  { name: "upload", usage: "", help: "sends a file", run: () => tell("choose-files") },
  { name: "invite-link", usage: "", help: "makes a link by which somebody can join", run: inviteLink },
  { name: "oper", usage: "name password", help: "becomes an operator of the server", run: oper },
  { name: "quote", usage: "line", help: "sends a line to the server as it is", run: quote },
  { name: "quit", usage: "", help: "signs out of this browser", run: (client) => client.signOut() },
];
