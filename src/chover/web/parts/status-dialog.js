/** Our status: a text that may begin with an emoji, until when, and whether we are away. */

import "../channel-styles.js";
import { askServer } from "../asking.js";
import { iconButton, make } from "../html.js";
import { N_, t } from "../i18n.js";
import { fold } from "../irc.js";
import { beAway } from "../state/presence.js";
import { STATUS, statusOf, UNTIL } from "../state/metadata.js";
import { dialog } from "./dialog.js";
import { form, labelled, toggle } from "./fields.js";

/** @import { Client } from "../client.js" */

const MINUTE = 60_000;
/** Characters that others show. */
const LONGEST = 80;
/** @type {[value: string, label: string][]} */
const TIMES = [["0", N_("Until I clear it")], ["30", N_("30 minutes")], ["60", N_("1 hour")], ["240", N_("4 hours")], ["day", N_("Today")]];
const READY = [N_("💬 In a meeting"), N_("🍽️ At lunch"), N_(N_("🎧 Focusing")), N_("🏡 Working from home"), N_("🤒 Out sick"), N_("🌴 On holiday")];

/** @param {Client} client */
export function open(client) {
  const { state } = client;
  const box = dialog(t("Your status"));
  if (!state.can("draft/metadata-3")) return box.append(make("p.soft", null, t("This server keeps no status.")));
  const text = labelled(t("Status"), make("input", { type: "text", maxlength: LONGEST, autocomplete: "off", value: statusOf(state, state.nick), list: "statuses" }), t("Everybody sees it beside your name. An emoji at its beginning is shown in lists, too."));
  const until = labelled(t("Clear after"), make("select", null, ...TIMES.map(([value, label]) => make("option", { value }, t(label)))));
  const away = toggle(t("Away"), t("People see that you do not answer, in any program."), { on: state.away }, () => "");
  const emoji = iconButton("react", t("Choose an emoji"), () => void pick(emoji, text.input));
  const submit = async () => {
    const problem = await set(client, text.input.value.replace(/\s+/g, " ").trim(), deadline(until.input.value, Date.now()));
    if (problem) return text.fail(problem), "";
    if (away.input.checked !== state.away) client.act((each) => beAway(each, away.input.checked ? text.input.value.trim() || t("Away") : ""));
    box.close();
    return "";
  };
  const clear = make("button.plain", { type: "button", onclick: () => {
    text.input.value = "";
    text.input.focus();
  } }, t("Clear"));
  box.append(form(t("Set the status"), submit, make("datalist", { id: "statuses" }, ...READY.map((value) => make("option", { value: t(value) }))),
    make("div.link-line.top", null, emoji, text.element, clear), until.element, away.element));
  text.input.focus();
}

/** When it is over, as a date; "" for never. @param {string} choice @param {number} now */
export function deadline(choice, now) {
  const end = new Date(now);
  end.setHours(23, 59, 59, 0);
  const at = choice === "day" ? end.getTime() : Number(choice) ? now + Number(choice) * MINUTE : 0;
  return at ? new Date(at).toISOString() : "";
}

/** @param {Client} client @param {string} text @param {string} until */
async function set(client, text, until) {
  const held = client.state.users.get(fold(client.state.nick))?.metadata ?? {};
  const end = text ? until : "";
  // The end comes first: nobody is to see the new text with the old end.
  const first = (held[UNTIL] ?? "") === end ? { problem: "" } : await askServer(client, "METADATA", ["*", "SET", UNTIL, ...(end ? [end] : [])]);
  return first.problem || (await askServer(client, "METADATA", ["*", "SET", STATUS, ...(text ? [text] : [])])).problem;
}

/** @param {HTMLElement} at @param {HTMLInputElement} input */
async function pick(at, input) {
  const { pickEmoji } = await import("./emoji-picker.js");
  await pickEmoji(at, (emoji) => {
    input.value = `${emoji} ${input.value.trim()}`.trim();
    input.focus();
  });
}
