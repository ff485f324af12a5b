/** The settings of a channel: what everybody may know, and switches for those with the right. */

import "../../channel-styles.js";
import { askChanServ, askServer } from "../../asking.js";
import { modesOf, rightsIn, SWITCHES, VALUES } from "../../channel-modes.js";
import { make } from "../../html.js";
import { N_, t } from "../../i18n.js";
import { dialog } from "../dialog.js";
import { form, labelled, toggle } from "../fields.js";

/** @import { Client } from "../../client.js" */
/** @import { Rights, Switch, Value } from "../../channel-modes.js" */
/** @typedef {{client: Client, name: string, modes: Map<string, string>, rights: Rights}} Room */

/** @type {[value: string, label: string][]} */
const READERS = [["default", N_("As the server does it")], ["all", N_("Members can read everything earlier")], ["joined", N_("Members can read what was said since they joined")], ["none", N_("Nobody can read what was said earlier")]];

/** @param {Client} client */
export async function open(client) {
  const { current } = client.state;
  if (!current?.channel) return;
  const { name } = current;
  const box = dialog(t("Settings of {name}", { name }), make("p.soft", { role: "status" }, t("Asking the server…")));
  const { messages, problem } = await askServer(client, "MODE", [name]);
  const answer = messages.find(({ command }) => command === "324");
  box.querySelector("[role=status]")?.remove();
  if (!answer) return void box.append(make("p.error", { role: "alert" }, problem));
  fill(box, { client, name, modes: modesOf(client.state, answer.params.slice(2)), rights: rightsIn(client.state, current) });
}

/** @param {HTMLElement} box @param {Room} room */
function fill(box, room) {
  if (!room.rights.half) box.append(make("p.soft", null, t("Only operators of the channel can change these.")));
  else if (!room.rights.operator) box.append(make("p.soft", null, t("You are a half-operator: only slow mode can be changed by you.")));
  box.append(make("div.switches", null, ...SWITCHES.map((each) => row(room, each))));
  if (room.rights.half) box.append(values(box, room));
  if (room.rights.founder) void past(box, room);
}

/** @param {Room} room @param {Switch} which */
function row({ client, name, modes, rights }, { letter, label, help }) {
  const change = async (/** @type {boolean} */ on) => (await askServer(client, "MODE", [name, `${on ? "+" : "-"}${letter}`])).problem;
  return toggle(t(label), t(help), { on: modes.has(letter), disabled: !rights.operator }, change).element;
}

/** Settings with values, which are sent together. @param {HTMLElement} box @param {Room} room */
function values(box, { client, name, modes, rights }) {
  const fields = VALUES.filter(({ half }) => half || rights.operator).map((each) => ({ ...each, ...labelled(t(each.label), input(each, modes), t(each.help)) }));
  const said = make("p.soft", { role: "status" });
  const submit = async () => {
    said.textContent = "";
    for (const field of fields) {
      const problem = await setValue(client, name, modes, field, field.input.value.trim());
      if (problem) return field.fail(problem), "";
    }
    said.textContent = t("Saved.");
    return "";
  };
  return form(t("Save"), submit, ...fields.map(({ element }) => element), said);
}

/** @param {Value} value @param {Map<string, string>} modes */
function input({ letter, type, most }, modes) {
  return make("input", { type: "text", inputmode: type === "number" ? "numeric" : null, maxlength: type === "text" ? most : 7, value: modes.get(letter) ?? "", autocomplete: "off", spellcheck: "false" });
}

/**
 * Change a mode with a value, if it is another one. What went wrong, or "".
 * @param {Client} client
 * @param {string} name
 * @param {Map<string, string>} modes What is set; changed with it.
 * @param {Value} setting
 * @param {string} wanted "" for none.
 */
async function setValue(client, name, modes, { letter, label, type, most }, wanted) {
  const held = modes.get(letter) ?? "";
  if (wanted === held) return "";
  if (wanted && type === "number" && !(/^\d+$/.test(wanted) && Number(wanted) >= 1 && Number(wanted) <= most)) return t("{label} is a whole number from 1 to {most}.", { label: t(label), most });
  if (type === "text" && /[\s,]/.test(wanted)) return t("{label} cannot contain spaces or commas.", { label: t(label) });
  // A key is replaced by taking the old one away.
  if (held && type === "text") await askServer(client, "MODE", [name, `-${letter}`, held]);
  const { problem } = wanted ? await askServer(client, "MODE", [name, `+${letter}`, wanted]) : type === "text" ? { problem: "" } : await askServer(client, "MODE", [name, `-${letter}`]);
  if (!problem) modes.set(letter, wanted);
  return problem;
}

/** Reading the past is the founder's choice, in registered channels. @param {HTMLElement} box @param {Room} room */
async function past(box, { client, name }) {
  const { told } = await askChanServ(client, "SET", name);
  const now = told.find((line) => /earlier messages|since they joined/.test(line)) ?? "";
  if (!now) return;
  const value = now.includes("since") ? "joined" : now.includes("nobody") ? "none" : "all";
  const choice = labelled(t("Reading the past"), make("select", null, ...READERS.map(([word, label]) => make("option", { value: word, selected: word === value }, t(label)))), t("It applies at once, to everything that was said before."));
  choice.input.addEventListener("change", async () => {
    const { told: answer, problem } = await askChanServ(client, "SET", name, "HISTORY", choice.input.value);
    choice.fail(problem || (answer.some((line) => line.startsWith(`${name}: `)) ? "" : answer.join(" ")));
  });
  box.querySelector(".switches")?.append(choice.element);
}
