/** The commands and keys, made from their tables. */

import { POSSIBLE, shown } from "../commands.js";
import { FORMATS } from "../formats.js";
import { make } from "../html.js";
import { t } from "../i18n.js";
import { KEYS } from "../keys.js";
import { TOOLS } from "./message-tools.js";
import { dialog } from "./dialog.js";

export function open() {
  const tools = TOOLS.flatMap(({ keys, label }) => keys.slice(0, 1).map((key) => /** @type {[string, string]} */ ([key, t("{label} (message chosen)", { label: t(label) })])));
  const keys = KEYS.map(({ shown, help }) => /** @type {[string, string]} */ ([shown, t(help)]));
  const formats = FORMATS.filter(({ shown }) => shown).map(({ shown, label }) => /** @type {[string, string]} */ ([shown, t("{label} (writing)", { label: t(label) })]));
  const commands = POSSIBLE.map((row) => /** @type {[string, string]} */ ([shown(row), t(row.help)]));
  dialog(t("Keys and commands"), table(t("Keys"), [...keys, ...formats, ["↑ ↓", t("Choose a message (messages focused)")], ...tools]), table(t("Commands"), commands)).classList.add("wide");
}

/** @param {string} title @param {[string, string][]} rows */
function table(title, rows) {
  return make("table.help", null, make("caption", null, title), make("tbody", null, ...rows.map(([what, help]) => {
    return make("tr", null, make("th", { scope: "row" }, make("kbd", null, what.trim())), make("td", null, help));
  })));
}
