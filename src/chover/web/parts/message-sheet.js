/** The actions for a message on a touch screen: a sheet at the bottom, which a long press opens. */

import { wholeTime } from "../dates.js";
import { frequentEmoji, used } from "../emoji-groups.js";
import { icon, make } from "../html.js";
import { t } from "../i18n.js";
import { react } from "../state/actions.js";
import { tokens } from "../text.js";
import { copy } from "../clipboard.js";
import { dialog } from "./dialog.js";
import { emojiSign } from "./emoji-sign.js";
import { messageText, reveal } from "./message-text.js";
import { labelOf, TOOLS } from "./message-tools.js";

/** @import { Client } from "../client.js" */
/** @import { Line } from "../state/shapes.js" */

/** The maximum number of addresses that can be copied, and of emoji to choose from. */
const LINKS = 3;
const EMOJI = 6;

/**
 * @param {Client} client
 * @param {Line} line
 * @param {HTMLElement} article Its row.
 * @param {string} [address] The link under the finger.
 */
export function openSheet(client, line, article, address = "") {
  const box = dialog(line.nick ? client.displayName(line.nick) : t("Notice"), about(line));
  box.classList.add("sheet");
  const then = (/** @type {() => void} */ run) => () => {
    box.close();
    run();
  };
  const tools = TOOLS.filter((tool) => tool.can(client, line));
  const actions = [
    ...tools.map((tool) => dangerous(tool, action(tool.icon, labelOf(tool, client, line), then(() => tool.run(client, line, article))))),
    ...links(line, address).map((link) => action("copy", t("Copy the address"), then(() => void copy(client, link)), link)),
  ];
  if (tools.some(({ name }) => name === "react")) box.append(quick(client, line, then));
  box.append(make("div.actions", null, ...actions));
  return { close: () => box.close() };
}

/** The complete message, which can be selected here; its time, and the reactions to it. @param {Line} line */
function about(line) {
  const reactions = [...(line.reactions ?? [])].map(([reaction, nicks]) => make("small", null, `${reaction} ${[...nicks].join(", ")}`));
  const text = line.deleted ? null : messageText(line.text, () => false);
  text?.addEventListener("click", ({ target }) => {
    const spoiler = target instanceof Element ? target.closest(".spoiler") : null;
    if (spoiler instanceof HTMLElement) reveal(spoiler);
  });
  return make("div.said", null, text, make("small", null, wholeTime(line.at)), ...reactions);
}

/** @param {Client} client @param {Line} line @param {(run: () => void) => () => void} then */
function quick(client, line, then) {
  const give = (/** @type {string} */ emoji) => () => {
    used(emoji);
    client.act((state) => state.current && react(state, state.current, line, emoji));
  };
  return make("div.quick", { role: "group", "aria-label": t("React with") },
    ...frequentEmoji().slice(0, EMOJI).map((emoji) => make("button", { type: "button", "aria-label": t("React with {emoji}", { emoji }), onclick: then(give(emoji)) }, emojiSign(emoji))));
}

/** @param {string} name @param {string} label @param {() => void} onclick @param {string} [more] */
function action(name, label, onclick, more) {
  return make("button.action", { type: "button", onclick }, icon(name), make("span.label", null, label, more && make("small", null, more)));
}

/** @param {{name: string}} tool @param {HTMLElement} button */
function dangerous({ name }, button) {
  button.classList.toggle("bad", name === "delete");
  return button;
}

/** @param {Line} line @param {string} address */
function links(line, address) {
  const own = line.deleted ? [] : tokens(line.text, () => false).filter(({ kind }) => kind === "link").map(({ href }) => href);
  return address ? [address] : [...new Set(own)].slice(0, LINKS);
}
