/** The commands and keys, made from their tables. */

import { POSSIBLE, shown } from "../commands.js";
import { FORMATS } from "../formats.js";
import { make } from "../html.js";
import { KEYS } from "../keys.js";
import { TOOLS } from "./message-tools.js";
import { dialog } from "./dialog.js";

export function open() {
  const tools = TOOLS.flatMap(({ keys, label }) => keys.slice(0, 1).map((key) => /** @type {[string, string]} */ ([key, `${label} (message chosen)`])));
  const keys = KEYS.map(({ shown, help }) => /** @type {[string, string]} */ ([shown, help]));
  const formats = FORMATS.filter(({ shown }) => shown).map(({ shown, label }) => /** @type {[string, string]} */ ([shown, `${label} (writing)`]));
  const commands = POSSIBLE.map((row) => /** @type {[string, string]} */ ([shown(row), row.help]));
  dialog("Keys and commands", table("Keys", [...keys, ...formats, ["↑ ↓", "Choose a message (messages focused)"], ...tools]), table("Commands", commands)).classList.add("wide");
}

/** @param {string} title @param {[string, string][]} rows */
function table(title, rows) {
  return make("table.help", null, make("caption", null, title), make("tbody", null, ...rows.map(([what, help]) => {
    return make("tr", null, make("th", { scope: "row" }, make("kbd", null, what.trim())), make("td", null, help));
  })));
}
