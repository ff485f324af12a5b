/** Commands about ourselves, this page and the server. */

import { N_, t, tn } from "../i18n.js";
import { SETTINGS } from "../settings.js";
import { put } from "../state/preference-changes.js";
import { HIGHLIGHTS, MUTED, NOTIFY, PINNED, RINGS } from "../state/preferences.js";
import { parse } from "../irc.js";
import { muteSomebody } from "./channels.js";
import { CannotDo, channelHere, guardLine, here, oneLine, online, orElse, send, split, tell } from "./command.js";

/** @import { Client } from "../client.js" */

/** @param {Client} client @param {string} rest */
function login(client, rest) {
  const [account, password] = split(rest);
  const { nick } = client.state;
  if (!password) return secret(client, t("Password of {name}", { name: account || nick }), `/login ${account || nick}`);
  client.connect({ nick, account, secret: password });
}

/** @param {Client} client @param {string} rest */
function register(client, rest) {
  const [email, password] = split(rest);
  if (!password) return tell("open", { name: "account", about: "" });
  return making(client, email, password);
}

/** @param {Client} client @param {string} email @param {string} password */
async function making(client, email, password) {
  online(client);
  const { register: make } = await import("../accounts.js");
  const { nick } = client.state;
  orElse(await make(client, email === "*" ? "" : email, password));
  return t("{nick} is yours now, on every device.", { nick });
}

/** Ask for a secret, which is not shown, and run the command with it appended. @param {Client} client @param {string} question @param {string} then */
async function secret(client, question, then) {
  const [{ ask }, { run }] = await Promise.all([import("../parts/secret-dialog.js"), import("../commands.js")]);
  ask(question, (answer) => void run(client, `${then} ${answer}`));
}

/** Settings of this browser. @param {Client} client @param {string} rest */
function set(client, rest) {
  const [name, value] = split(rest);
  if (!name) return tell("open", { name: "settings", about: "" });
  const setting = SETTINGS.find((each) => each.name === name);
  if (!setting) throw new CannotDo(t("There is no setting '{name}'; /set lists them.", { name }));
  const choices = setting.choices.map(([each]) => each);
  if (!value) return t("{name} is {value} ({choices}): {label}.", { name, value: client.settings.get(name), choices: choices.join(", "), label: t(setting.label) });
  if (!choices.includes(value)) throw new CannotDo(t("{name} is one of {choices}, not '{value}'.", { name: `${name[0]?.toUpperCase()}${name.slice(1)}`, choices: choices.join(", "), value }));
  client.settings.set(name, value);
  client.redraw();
  return t("{name} is {value} now.", { name, value });
}

/** @param {Client} client @param {string} rest */
function notify(client, rest) {
  const { key, name } = here(client);
  if (!rest) return t("What notifies you here: {choice}.", { choice: client.state.preferences.get(key, NOTIFY) ?? client.settings.loudness });
  if (!RINGS.includes(rest)) throw new CannotDo(t("/notify mentions|all|off: what notifies you in this conversation."));
  orElse(client.act((state) => put(state, name, NOTIFY, rest)));
  return t("What notifies you in {name}: {choice}.", { name, choice: rest });
}

/** @param {Client} client @param {string} rest */
function highlight(client, rest) {
  const words = rest === "-" ? [] : rest.split(",").map((word) => word.trim().replace(/\s+/g, " ")).filter(Boolean);
  if (rest) orElse(client.act((state) => put(state, "*", HIGHLIGHTS, words.join(","))));
  const held = client.state.preferences.highlights.join(", ");
  return held ? t("Besides your names, these words mention you: {held}.", { held }) : t("Only your names mention you: /highlight word, other words adds more.");
}

/** Turn a preference on or off. Returns a sentence about it. @param {string} which @param {string} on @param {string} off */
function flag(which, on, off) {
  return (/** @type {Client} */ client) => {
    const { key, name } = here(client);
    const held = client.state.preferences.get(key, which);
    orElse(client.act((state) => put(state, name, which, held ? "" : "1")));
    return t(held ? off : on, { name });
  };
}

/** @param {Client} client @param {string} rest */
function oper(client, rest) {
  const [name, password] = split(rest);
  if (!password) return secret(client, t("Operator's password of {name}", { name }), `/oper ${name}`);
  send(client, "OPER", [name, password]);
}

/** @param {Client} client @param {string} rest */
function inviteLink(client, rest) {
  if (!client.state.can("chover.chat/invitations")) throw new CannotDo(t("This server does not support invite links. /invite nick invites somebody who is here."));
  send(client, "PRIVMSG", ["ChanServ", `INVITE-LINK ${channelHere(client).name} ${rest}`.trim()]);
}

/** @param {Client} client @param {string} rest */
function upload(client, rest) {
  if (!client.state.support.has("soju.im/FILEHOST")) throw new CannotDo(t("This server does not accept files."));
  tell("choose-files");
  return rest && t("A page cannot open a file by its name: choose it.");
}

/** @param {Client} client @param {string} rest */
function quote(client, rest) {
  online(client);
  const line = oneLine(rest);
  const message = parse(line);
  if (message) guardLine(client, message.command, message.params);
  client.act((state) => state.outgoing.push(line));
}

/** Messages that are not sent yet would be lost with this browser's data. @param {Client} client */
function quit(client) {
  const waiting = client.state.outbox.size;
  if (waiting) throw new CannotDo(tn("{n} of your messages is not sent yet. Wait for the connection, or discard it first.", "{n} of your messages are not sent yet. Wait for the connection, or discard them first.", waiting));
  void client.signOut();
}

const muteHere = flag(MUTED, N_("{name} is muted: it never notifies, and only mentions are counted; /mute again unmutes it."), N_("{name} is no longer muted."));

/** @type {Record<string, import("./command.js").Run>} */
export const OURSELVES = {
  nick: (client, rest) => send(client, "NICK", [split(rest)[0]]),
  login,
  register,
  key: (client, rest) => send(client, "PRIVMSG", ["NickServ", `KEY ${rest || "LIST"}`]),
  reconnect: (client) => client.reconnect(),
  set,
  notify,
  highlight,
  mute: (client, rest) => (rest ? muteSomebody(client, rest) : muteHere(client)),
  pin: flag(PINNED, N_("{name} is pinned to the top now."), N_("{name} is no longer pinned.")),
  upload,
  "invite-link": inviteLink,
  oper,
  quote,
  quit,
};
