/** Makes a channel: open or private, with its topic. */

import "../../channel-styles.js";
import { askChanServ, askServer, OFFLINE } from "../../asking.js";
import { make } from "../../html.js";
import { t } from "../../i18n.js";
import { fold } from "../../irc.js";
import { ask as request } from "../../open.js";
import { join } from "../../state/actions.js";
import { dialog } from "../dialog.js";
import { form, labelled, toggle } from "../fields.js";

/** @import { Client } from "../../client.js" */

/** @param {Client} client @param {string} typed The initial name. */
export function open(client, typed) {
  const { support, account } = client.state;
  const name = labelled(t("Name"), make("input", { type: "text", value: typed.replace(/^#/, ""), maxlength: support.get("CHANNELLEN", "64"), autocomplete: "off", spellcheck: "false", required: true }),
    t("Spaces become hyphens."));
  const topic = labelled(t("What it is about"), make("input", { type: "text", maxlength: support.get("TOPICLEN", "390"), autocomplete: "off" }), t("People see it in the list and above the messages. It may stay empty."));
  const hidden = toggle(t("Private"), t("Only people who are invited see it and can join."), { on: false }, () => "");
  const lasting = toggle(t("Keep it"), t("It belongs to {account}, and stays when everybody has left.", { account }), { on: true }, () => "");
  const submit = async () => {
    const channel = nameOf(name.input.value);
    const problem = wrong(channel, name.input.value) || await taken(client, channel);
    if (problem) return name.fail(problem), "";
    const refused = await enter(client, channel);
    if (refused) return name.fail(refused), "";
    const left = await prepare(client, channel, { topic: topic.input.value, hidden: hidden.input.checked, lasting: account !== "" && lasting.input.checked });
    box.close();
    document.dispatchEvent(new CustomEvent("chosen"));
    client.act((state) => state.tell(left || t("{channel} is yours.", { channel })));
    if (hidden.input.checked) request(document, "invite", channel);
    return "";
  };
  const box = dialog(t("New channel"), form(t("Make the channel"), submit, name.element, topic.element, hidden.element, account && lasting.element));
  name.input.focus();
}

/** @param {string} typed */
export function nameOf(typed) {
  const bare = typed.trim().replace(/^#+/, "").replace(/\s+/g, "-");
  return bare && `#${bare}`;
}

/** What is wrong with a name, or "". @param {string} channel @param {string} typed */
export function wrong(channel, typed) {
  if (!channel) return typed.trim() ? t("A name needs a letter or a digit.") : t("A channel needs a name.");
  // eslint-disable-next-line no-control-regex
  const [sign] = /[,:\x00-\x1f\x7f]/.exec(channel) ?? [];
  return sign ? t("A name cannot contain {what}.", { what: sign === "," ? t("a comma") : sign === ":" ? t("a colon") : t("such a character") }) : "";
}

/** That there is such a channel, or "". @param {Client} client @param {string} channel */
async function taken(client, channel) {
  const { messages, problem } = await askServer(client, "LIST", [channel]);
  const found = messages.some(({ command, params }) => command === "322" && fold(params[1] ?? "") === fold(channel));
  return found ? t("{channel} exists already. Choose another name, or join it from the list of channels.", { channel }) : problem;
}

/** Join the channel, which makes it. What went wrong, or "". @param {Client} client @param {string} channel @returns {Promise<string>} */
function enter(client, channel) {
  const key = fold(channel);
  let words = "";
  return new Promise((resolve) => {
    const listener = (/** @type {import("../../state/shapes.js").StateNotification} */ told) => {
      if (told.kind === "word" && told.text.startsWith(channel)) words = told.text;
    };
    const part = { update: () => {
      const { conversations, wanted, status } = client.state;
      const joined = conversations.get(key)?.joined ?? false;
      if (!joined && wanted.has(key) && status === "online") return;
      client.parts.delete(part);
      client.listeners.delete(listener);
      resolve(joined ? "" : status === "online" ? words || t("{channel} could not be made.", { channel }) : t(OFFLINE));
    } };
    client.listeners.add(listener);
    client.act((state) => join(state, channel));
    client.parts.add(part);
    part.update();
  });
}

/**
 * What was asked for. What of it was refused, or "".
 * @param {Client} client
 * @param {string} channel
 * @param {{topic: string, hidden: boolean, lasting: boolean}} wish
 */
async function prepare(client, channel, { topic, hidden, lasting }) {
  const problems = [];
  if (hidden) problems.push((await askServer(client, "MODE", [channel, "+is"])).problem);
  const text = topic.replace(/\s+/g, " ").trim();
  if (text) problems.push((await askServer(client, "TOPIC", [channel, text])).problem);
  if (lasting) {
    const { told, problem } = await askChanServ(client, "REGISTER", channel);
    problems.push(problem || (told.some((line) => line.includes(" is yours")) ? "" : told.join(" ")));
  }
  return problems.filter(Boolean).join(" ");
}
