/** Inviting people into a channel: somebody who is here, or anybody who gets a link. */

import "../../channel-styles.js";
import { askChanServ, askServer } from "../../asking.js";
import { rightsIn } from "../../channel-modes.js";
import { copy } from "../../clipboard.js";
import { make } from "../../html.js";
import { N_, t } from "../../i18n.js";
import { fold } from "../../irc.js";
import { address } from "../../places.js";
import { dialog } from "../dialog.js";
import { form, labelled } from "../fields.js";
import { qrPicture } from "../qr-picture.js";

/** @import { Client } from "../../client.js" */

const ROLES = [["", N_("Member")], ["voice", N_("Voice")], ["halfop", N_("Half-operator")], ["op", N_("Operator")]];
const DAYS = [["1", N_("1 day")], ["7", N_("7 days")], ["30", N_("30 days")]];
const USES = [["1", N_("1 person")], ["5", N_("5 people")], ["25", N_("25 people")], ["100", N_("100 people")]];

/** @param {Client} client @param {string} about The channel, if it is not the current one. */
export function open(client, about) {
  const { state } = client;
  const conversation = state.conversations.get(fold(about)) ?? state.current;
  if (!conversation?.channel) return;
  const { name } = conversation;
  const box = dialog(t("Invite to {name}", { name }));
  const may = rightsIn(state, conversation).operator && state.account !== "" && state.caps.has("chover.chat/invitations");
  if (may) box.append(linking(client, name));
  else box.append(withoutLink(client, name, state.account !== ""));
  box.append(make("hr", null), person(client, name));
}

/** Why there is no link, and what to do instead. @param {Client} client @param {string} name @param {boolean} account */
function withoutLink(client, name, account) {
  const why = account ? t("Only operators of the channel can make invitation links.") : t("Invitation links need an account: you are a guest.");
  return make("div.fields", null, make("p.soft", null, t("{why} You can copy the channel's address, which brings people who may join.", { why })),
    make("button.plain", { type: "button", onclick: () => void copy(client, address(name)) }, t("Copy the address")));
}

/** @param {string} label @param {string[][]} choices @param {string} chosen */
function choice(label, choices, chosen) {
  return labelled(label, make("select", null, ...choices.map(([value, words = ""]) => make("option", { value, selected: value === chosen }, t(words)))));
}

/** @param {Client} client @param {string} name */
function linking(client, name) {
  const [uses, days, role] = [choice(t("For"), USES, "1"), choice(t("Valid for"), DAYS, "7"), choice(t("They join as"), ROLES, "")];
  const made = make("div.made", { "aria-live": "polite" });
  const held = make("div", null);
  const refresh = () => void links(client, name, held);
  const fields = form(t("Make a link"), async () => {
    const { told, problem } = await askChanServ(client, "INVITE-LINK", name, uses.input.value, days.input.value, ...(role.input.value ? [role.input.value] : []));
    const link = told.find((line) => /^https?:\S+#invite=\S+$/.test(line)) ?? told.find((line) => /^\S+#invite=\S+$/.test(line));
    if (!link) return problem || told.join(" ");
    made.replaceChildren(...shown(client, name, link, told.at(-1) ?? ""));
    refresh();
    return "";
  }, make("div.beside-each-other", null, uses.element, days.element, role.element));
  refresh();
  return make("div.fields", null, fields, made, held);
}

/** @param {Client} client @param {string} name @param {string} link @param {string} terms */
function shown(client, name, link, terms) {
  const text = make("input", { type: "text", readonly: true, value: link, "aria-label": t("Invitation link"), onfocus: () => text.select() });
  return [make("div.link-line", null, text, make("button.plain", { type: "button", onclick: () => void copy(client, link) }, t("Copy"))),
    qrPicture(link, t("QR code of the invitation to {name}", { name })), make("p.soft", null, terms)].filter((each) => each !== null);
}

/** The links that work, with a way to end each. @param {Client} client @param {string} name @param {HTMLElement} held */
async function links(client, name, held) {
  const { told } = await askChanServ(client, "INVITE-LINK", name, "LIST");
  const rows = told.map((line) => /^(\S+), by (.+)$/.exec(line)).filter((found) => found !== null);
  const end = async (/** @type {string} */ id) => {
    await askChanServ(client, "INVITE-LINK", name, "REVOKE", id);
    await links(client, name, held);
  };
  const items = rows.map(([, id = "", words = ""]) => make("li", null, make("span.label", null, make("small", null, t("By {words}", { words }))),
    make("button.plain.bad", { type: "button", "aria-label": t("Revoke the link by {words}", { words }), onclick: () => void end(id) }, t("Revoke"))));
  held.replaceChildren(...(items.length ? [make("h3", null, t("Links that work")), make("ul.bans", { "aria-label": t("Links that work") }, ...items)] : []));
}

/** Somebody who is on this server now. @param {Client} client @param {string} name */
function person(client, name) {
  const { state } = client;
  const members = state.conversations.get(fold(name))?.members;
  const others = [...state.users.values()].filter(({ nick }) => !state.isMe(nick) && !members?.has(fold(nick))).slice(0, 200);
  const list = make("datalist", { id: "people-here" }, ...others.map(({ nick }) => make("option", { value: nick })));
  const who = labelled(t("Somebody who is here"), make("input", { type: "text", list: "people-here", autocomplete: "off", spellcheck: "false", placeholder: t("Nick") }));
  const said = make("p.soft", { role: "status" });
  const send = async () => {
    const nick = who.input.value.trim();
    if (!nick || /\s/.test(nick)) return who.fail(nick ? t("A nick has no spaces.") : t("Whom do you want to invite?"));
    const { problem } = await askServer(client, "INVITE", [nick, name]);
    if (problem) return who.fail(problem);
    who.input.value = "";
    said.textContent = t("{nick} is invited, and sees it at once.", { nick });
  };
  return make("form.fields", { novalidate: true, onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    void send();
  } }, list, make("div.link-line", null, who.element, make("button.plain", { type: "submit" }, t("Invite"))), said);
}
