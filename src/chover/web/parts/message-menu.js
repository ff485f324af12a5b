/** Everything else that can be done with a message: a menu beside it, for a pointer and the keyboard. Touch screens have the sheet. */

import { icon, make } from "../html.js";
import { t } from "../i18n.js";
import { unlessComposing } from "../input-method.js";
import { labelOf } from "./message-tools.js";
import { showPopover } from "./popover.js";

/** @import { Client } from "../client.js" */
/** @import { Line } from "../state/shapes.js" */
/** @import { Tool } from "./message-tools.js" */

/** What cannot be undone. */
const DESTRUCTIVE = new Set(["delete"]);
/** Which item an arrow or another key leads to, from the number of the present one and of all. @type {Record<string, (at: number, count: number) => number>} */
const STEPS = { ArrowDown: (at, count) => (at + 1) % count, ArrowUp: (at, count) => (at - 1 + count) % count, Home: () => 0, End: (_, count) => count - 1 };

/** @param {Client} client @param {Line} line @param {HTMLElement} article @param {Tool[]} tools */
export function openMenu(client, line, article, tools) {
  const box = make("div.menu", { popover: "", role: "dialog", "aria-label": t("More for this message") });
  const items = tools.map((tool) => item(tool, labelOf(tool, client, line), () => {
    box.hidePopover();
    tool.run(client, line, article);
  }));
  box.append(make("div", { role: "menu", "aria-label": t("More for this message") }, ...items));
  box.addEventListener("keydown", unlessComposing((event) => step(event, items)));
  showPopover(box, article.querySelector(`.tools [aria-label="${t("More")}"]`), items[0]);
}

/** @param {Tool} tool @param {string} label @param {() => void} onclick */
function item({ name, icon: sign, keys }, label, onclick) {
  return make("button.action", { type: "button", role: "menuitem", tabindex: "-1", class: DESTRUCTIVE.has(name) ? "action bad" : "action", onclick },
    icon(sign), make("span.label", null, label), keys[0] && make("kbd", { "aria-hidden": "true" }, keys[0].length === 1 ? keys[0].toUpperCase() : keys[0]));
}

/** @param {KeyboardEvent} event @param {HTMLElement[]} items */
function step(event, items) {
  const to = STEPS[event.key];
  if (!to) return;
  event.preventDefault();
  event.stopPropagation();
  items[to(items.findIndex((each) => each === document.activeElement), items.length)]?.focus();
}
