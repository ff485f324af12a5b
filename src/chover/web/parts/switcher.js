/** Going to a conversation by a few letters of its name, also to a channel that one is not in yet. */

import { askServer } from "../asking.js";
import { make } from "../html.js";
import { t } from "../i18n.js";
import { unlessComposing } from "../input-method.js";
import { fold } from "../irc.js";
import { avatar } from "../people.js";
import { join, talkTo } from "../state/actions.js";
import { choosing, dialog } from "./dialog.js";

/** @import { Client } from "../client.js" */
/** @import { State } from "../state.js" */
/** @typedef {{name: string, more: string, kind: "channel" | "person" | "listed" | "new", score: number}} Choice */

const MOST = 12;
/** So many letters the server is asked about: with fewer, a large one would send most of its channels. */
const LETTERS = 2;

/**
 * How well a name matches what was typed, the higher the better; 0: not at all.
 * @param {string} name
 * @param {string} typed
 */
export function fit(name, typed) {
  const text = fold(name).replace(/^#/, "");
  const wanted = fold(typed).replace(/^[#@]/, "");
  if (!wanted) return 1;
  if (text === wanted) return 100;
  if (text.startsWith(wanted)) return 80;
  if (text.includes(wanted)) return 60;
  let at = -1;
  for (const char of wanted) {
    at = text.indexOf(char, at + 1);
    if (at < 0) return 0;
  }
  return 20;
}

/**
 * What fits, the best first. A channel that does not exist is made only if it is named with its #, or if nothing else can be meant.
 * @param {State} state
 * @param {string} typed
 * @param {string[] | null} [listed] All channels that can be seen; null as long as the server has not said it.
 * @returns {Choice[]}
 */
export function choices(state, typed, listed = null) {
  /** @type {Choice[]} */
  const found = [];
  for (const { name, channel, unread, key } of [...state.conversations.values()].filter(({ leaving }) => !leaving)) {
    const score = fit(name, typed) && fit(name, typed) + (unread ? 5 : 0) - (key === state.active ? 4 : 0);
    if (score > 0) found.push({ name, kind: channel ? "channel" : "person", more: unread ? t("{unread} unread", { unread }) : "", score });
  }
  if (!typed.startsWith("#")) {
    for (const { nick } of state.users.values()) {
      const score = state.conversations.has(fold(nick)) || state.isMe(nick) ? 0 : fit(nick, typed) - 15;
      if (typed && score > 0) found.push({ name: nick, kind: "person", more: "", score });
    }
  }
  for (const name of listed ?? []) {
    const score = !typed || state.conversations.has(fold(name)) ? 0 : fit(name, typed) - 10;
    if (score > 0) found.push({ name, kind: "listed", more: t("Join this channel"), score });
  }
  found.sort((a, b) => b.score - a.score || a.name.localeCompare(b.name));
  const wanted = typed.startsWith("#") ? typed : `#${typed}`;
  const known = [...state.conversations.keys(), ...(listed ?? []).map(fold)].includes(fold(wanted));
  const fresh = typed && !/\s/.test(typed) && !known && (listed || typed.startsWith("#"));
  return [...found.slice(0, MOST), ...(fresh ? [/** @type {Choice} */ ({ name: wanted, kind: "new", more: t("Join or create this channel"), score: 0 })] : [])];
}

/** @param {Client} client */
export function open(client) {
  const list = make("ul.choices", { id: "choices", role: "listbox", "aria-label": t("Conversations") });
  const input = make("input", {
    type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "choices", "aria-label": t("Go to"), placeholder: t("A channel or a person"),
    autocomplete: "off", spellcheck: "false", oninput: () => fill(),
  });
  const box = dialog(t("Go to"), input, list);
  box.classList.add("switcher");
  const keys = choosing(input, list, (option) => {
    box.close();
    go(client, option.dataset.kind ?? "", option.dataset.name ?? "");
  });
  /** The channels by their letters that were asked for; null until the answer is here. @type {Map<string, string[] | null>} */
  const listed = new Map();
  /** What had been typed when Enter was pressed with nothing to choose yet: the first choice is taken when it is there. */
  let entered = "";
  input.addEventListener("keydown", unlessComposing(({ key }) => {
    if (key === "Enter") entered = input.value;
  }));
  const look = (/** @type {string} */ letters) => {
    if (listed.has(letters) || letters.length < LETTERS || /[\s,*?]/.test(letters)) return;
    listed.set(letters, null);
    void askServer(client, "LIST", [`*${letters}*`]).then(({ messages }) => {
      listed.set(letters, messages.filter(({ command }) => command === "322").map(({ params }) => params[1] ?? ""));
      // Somebody may have moved to another choice meanwhile.
      if (!box.open || list.querySelector("[aria-selected=true]") !== list.firstElementChild) return;
      fill();
      if (entered && entered === input.value) list.querySelector("li")?.click();
    });
  };
  const fill = () => {
    const typed = input.value.trim();
    const letters = fold(typed.replace(/^#/, "").slice(0, LETTERS));
    look(letters);
    list.replaceChildren(...choices(client.state, typed, listed.get(letters)).map((choice, at) => option(choice, at)));
    keys.first();
  };
  fill();
  input.focus();
}

/** @param {Choice} choice @param {number} at */
function option({ name, kind, more }, at) {
  const sign = kind === "person" ? avatar(name) : make("span.sign", { "aria-hidden": "true" }, kind === "new" ? "+" : "#");
  sign.classList.add("small");
  return make("li", { id: `choice-${at}`, role: "option", "data-name": name, "data-kind": kind }, sign,
    make("span.label", null, kind === "channel" || kind === "listed" ? name.replace(/^#/, "") : name), more && make("small", null, more));
}

/** @param {Client} client @param {string} kind @param {string} name */
function go(client, kind, name) {
  client.act((state) => {
    const known = state.conversations.get(fold(name));
    if (known) state.show(known.key);
    else if (kind === "person") talkTo(state, name);
    else join(state, name);
  });
}
