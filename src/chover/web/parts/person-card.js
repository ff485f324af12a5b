/** A person's details, and actions for them. */

import { run } from "../commands.js";
import { make } from "../html.js";
import { fold, format } from "../irc.js";
import { avatar } from "../people.js";
import { put } from "../state/preference-changes.js";
import { BLOCKED } from "../state/preferences.js";
import { talkTo } from "../state/actions.js";
import { dialog } from "./dialog.js";

/** @import { Client } from "../client.js" */

/** What operators of a channel can do; each is a command. */
const POWERS = [
  ["Make operator", "op"],
  ["Remove operator rank", "deop"],
  ["Give voice", "voice"],
  ["Remove from channel", "kick"],
  ["Ban", "ban"],
];

/** @param {Client} client @param {string} nick */
export function open(client, nick) {
  const { state } = client;
  const user = state.users.get(fold(nick));
  const ignored = state.preferences.ignores(nick, user?.account);
  const facts = [ignored && "You ignore them", user?.account ? `Account ${user.account}` : "Guest", user?.away ? "Away" : "Here", user?.realname !== nick && user?.realname,
    user?.metadata.pronouns, user?.metadata.status];
  const box = dialog(state.displayName(nick));
  box.classList.add("person");
  const act = (/** @type {() => void} */ what) => () => {
    box.close();
    what();
  };
  const buttons = state.isMe(nick) ? [] : [
    make("button.primary", { type: "button", onclick: act(() => client.act((each) => talkTo(each, nick))) }, "Send a message"),
    make("button.plain", { type: "button", onclick: act(() => mention(nick)) }, "Mention"),
    make("button.plain", { type: "button", onclick: act(() => ask(client, nick)) }, "More about them"),
    make("button.plain", { type: "button", onclick: act(() => ignore(client, nick, !ignored)) }, ignored ? "Stop ignoring" : "Ignore"),
  ];
  box.append(make("div.person-head", null, avatar(nick), make("div.facts", null, ...facts.map((fact) => fact && make("span", null, fact)))),
    make("div.row", null, ...buttons), powers(client, nick, act));
}

/** @param {string} nick */
function mention(nick) {
  document.dispatchEvent(new CustomEvent("insert", { detail: `${nick} ` }));
}

/** @param {Client} client @param {string} nick @param {boolean} on */
function ignore(client, nick, on) {
  client.act((state) => {
    const problem = put(state, nick, BLOCKED, on ? "1" : "");
    state.tell(problem || `What ${nick} says is ${on ? "not shown any more" : "shown again"}.`);
  });
}

/** @param {Client} client @param {string} nick */
function ask(client, nick) {
  client.act((state) => state.outgoing.push(format("WHOIS", [nick])));
}

/** @param {Client} client @param {string} nick @param {(what: () => void) => () => void} act */
function powers(client, nick, act) {
  const { current, nick: me } = client.state;
  const mine = current?.members.get(fold(me))?.ranks ?? "";
  if (!current?.members.has(fold(nick)) || client.state.isMe(nick) || !/[~&@%]/.test(mine)) return "";
  return make("div.row", { role: "group", "aria-label": `In ${current.name}` }, ...POWERS.map(([label, command]) =>
    make("button.plain", { type: "button", onclick: act(() => void run(client, `/${command} ${nick}`)) }, label)));
}
