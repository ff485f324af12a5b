/** Somebody's card: who they are, and what can be done. It opens beside the name, and hides nothing else. */

import "../channel-styles.js";
import { run } from "../commands.js";
import { askServer } from "../asking.js";
import { copy } from "../clipboard.js";
import { iconButton, make } from "../html.js";
import { t } from "../i18n.js";
import { fold } from "../irc.js";
import { ask as request } from "../open.js";
import { portrait } from "../people.js";
import { FIELDS, whoIs } from "../state/channel-facts.js";
import { statusOf } from "../state/metadata.js";
import { put } from "../state/preference-changes.js";
import { BLOCKED } from "../state/preferences.js";
import { talkTo } from "../state/actions.js";
import { roles } from "./person-role.js";
import { showPopover } from "./popover.js";

/** @import { Client } from "../client.js" */

/** @param {Client} client @param {string} nick @param {Element | null} [at] What was pressed. */
export function open(client, nick, at = null) {
  const { state } = client;
  const box = make("div.person", { popover: "auto", role: "dialog", "aria-label": state.displayName(nick) });
  const act = (/** @type {() => void} */ what) => () => {
    box.hidePopover();
    what();
  };
  box.append(head(client, nick, box), state.isMe(nick) ? ourselves(act) : actions(client, nick, act), roles(client, nick, act), invitations(client, nick));
  showPopover(box, at);
}

/** @param {Client} client @param {string} nick @param {HTMLElement} box */
function head(client, nick, box) {
  const { state } = client;
  const name = state.wantedName(nick);
  const about = make("div.facts");
  const fill = (/** @type {boolean} */ asked) => about.replaceChildren(make("h2", null, name), ...[fold(name) !== fold(nick) && nick, ...facts(state, nick, asked)].filter(Boolean).map((fact) => make("span", null, String(fact))));
  fill(false);
  // NAMES does not say who has an account, and somebody who has left may be here in another channel.
  if (!state.users.get(fold(nick))?.sure) void askServer(client, "WHO", [nick, FIELDS]).then(({ messages }) => {
    client.act((each) => whoIs(each, messages));
    fill(true);
  });
  return make("div.person-head", null, portrait(state, nick), about, iconButton("leave", t("Close"), () => box.hidePopover()));
}

/** What is known of somebody, in words. @param {import("../state.js").State} state @param {string} nick @param {boolean} asked Whether the server was asked already. */
function facts(state, nick, asked) {
  const user = state.users.get(fold(nick));
  const account = user?.account ? t("Account {account}", { account: user.account }) : user?.sure && t("Guest");
  const presence = user?.away ? t("Away") : user?.sure ? t("Here") : asked && t("Not connected");
  return [state.preferences.ignores(nick, user?.account) && t("You ignore them"), account, presence,
    user?.realname !== nick && user?.realname, user?.metadata.pronouns, statusOf(state, nick)];
}

/** @param {(what: () => void) => () => void} act */
function ourselves(act) {
  const doors = [["status", t("Set a status")], ["picture", t("Your picture")], ["account", t("Your account")]];
  return make("div.row", null, ...doors.map(([opener = "", label = ""]) => make("button.plain", { type: "button", onclick: act(() => request(document, opener)) }, label)));
}

/** @param {Client} client @param {string} nick @param {(what: () => void) => () => void} act */
function actions(client, nick, act) {
  const ignored = client.state.preferences.ignores(nick, client.state.users.get(fold(nick))?.account);
  return make("div.row", null,
    make("button.primary", { type: "button", onclick: act(() => client.act((each) => talkTo(each, nick))) }, t("Send a message")),
    make("button.plain", { type: "button", onclick: act(() => document.dispatchEvent(new CustomEvent("insert", { detail: `${nick} ` }))) }, t("Mention")),
    make("button.plain", { type: "button", onclick: act(() => void copy(client, nick)) }, t("Copy name")),
    make("button.plain", { type: "button", onclick: act(() => void run(client, `/whois ${nick}`)) }, t("More about them")),
    make("button.plain", { type: "button", onclick: act(() => ignore(client, nick, !ignored)) }, ignored ? t("Stop ignoring") : t("Ignore")));
}

/** @param {Client} client @param {string} nick @param {boolean} on */
function ignore(client, nick, on) {
  client.act((state) => {
    const problem = put(state, nick, BLOCKED, on ? "1" : "");
    state.tell(problem || (on ? t("What {nick} says is not shown any more.", { nick }) : t("What {nick} says is shown again.", { nick })));
  });
}

/** Inviting them into a channel in which they are not. @param {Client} client @param {string} nick */
function invitations(client, nick) {
  const { state } = client;
  const names = [...state.conversations.values()].filter(({ channel, joined, members }) => channel && joined && !members.has(fold(nick))).map(({ name }) => name).sort();
  if (state.isMe(nick) || !names.length) return "";
  const said = make("small", { role: "status" });
  const choice = make("select", { "aria-label": t("Invite {nick} to", { nick }), onchange: async () => {
    const [name] = [choice.value];
    if (!name) return;
    const { problem } = await askServer(client, "INVITE", [nick, name]);
    said.textContent = problem || t("Invited to {name}.", { name });
    said.classList.toggle("error", problem !== "");
    choice.value = "";
  } }, make("option", { value: "" }, t("Invite to…")), ...names.map((name) => make("option", { value: name }, name)));
  return make("div.field", null, choice, said);
}
