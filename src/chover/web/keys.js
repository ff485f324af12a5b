/** The keys that work everywhere on the page: one table, which the help is made from. */

import { N_, t } from "./i18n.js";
import { unlessComposing } from "./input-method.js";
import { open } from "./open.js";
import { NOTHING_LEFT, undoable } from "./state/leaving.js";
import { inOrder, MUTED } from "./state/preferences.js";

/** @import { Client } from "./client.js" */
/**
 * @typedef {object} Key
 * @property {string} shown
 * @property {string} help
 * @property {(event: KeyboardEvent) => boolean} is
 * @property {(client: Client, event: KeyboardEvent) => void} run
 */

const alt = (/** @type {KeyboardEvent} */ event) => event.altKey && !event.ctrlKey && !event.metaKey;
const command = (/** @type {KeyboardEvent} */ event) => (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
const tell = (/** @type {string} */ name, /** @type {unknown} */ detail = null) => document.dispatchEvent(new CustomEvent(name, { detail }));

/** Codes, not characters: with Alt, a Mac types other letters. @type {Key[]} */
export const KEYS = [
  { shown: "Ctrl K, Alt K", help: N_("Go to a conversation"), is: (event) => (command(event) || alt(event)) && event.code === "KeyK", run: (client) => open(client, "switcher") },
  { shown: "Ctrl F, Alt F", help: N_("Search"), is: (event) => (command(event) || alt(event)) && event.code === "KeyF", run: () => tell("toggle-panel", "search") },
  { shown: "Alt A", help: N_("Next conversation with new messages, mentions first"), is: (event) => alt(event) && event.code === "KeyA", run: (client) => nextActivity(client) },
  { shown: "Alt ↑ ↓", help: N_("Previous or next conversation"), is: (event) => alt(event) && /^Arrow(Up|Down)$/.test(event.code), run: (client, event) => step(client, event.code === "ArrowUp" ? -1 : 1) },
  { shown: "Alt 1 … 9, 0", help: N_("First to tenth conversation"), is: (event) => alt(event) && /^Digit\d$/.test(event.code), run: (client, event) => nth(client, (Number(event.code.at(-1)) + 9) % 10) },
  { shown: "Alt Z", help: N_("Back to the conversation you just left"), is: (event) => alt(event) && event.code === "KeyZ", run: (client) => undo(client) },
  { shown: "Alt U", help: N_("First new message"), is: (event) => alt(event) && event.code === "KeyU", run: () => tell("to-new") },
  { shown: "Alt Home, End", help: N_("Oldest or newest message"), is: (event) => alt(event) && /^(Home|End)$/.test(event.code), run: (_, event) => tell("to-edge", event.code) },
  { shown: "PgUp, PgDn", help: N_("Older or newer messages"), is: (event) => /^Page(Up|Down)$/.test(event.code) && !event.altKey, run: (_, event) => tell("page", event.code === "PageUp" ? -1 : 1) },
  { shown: "Alt M", help: N_("To the messages; Esc goes back"), is: (event) => alt(event) && event.code === "KeyM", run: () => tell("to-messages") },
  { shown: "Alt C", help: N_("Inbox: what you missed, mentions, threads, saved messages"), is: (event) => alt(event) && event.code === "KeyC", run: () => tell("toggle-panel", "catch-up") },
  { shown: "F8, Alt P", help: N_("Members"), is: (event) => event.code === "F8" || (alt(event) && event.code === "KeyP"), run: () => tell("toggle-panel", "members") },
  { shown: "F6, Shift F6", help: N_("Next or previous part of the page"), is: (event) => event.code === "F6" && !event.altKey && !event.ctrlKey, run: (_, event) => void import("./regions.js").then(({ go }) => go(event.shiftKey ? -1 : 1)) },
  { shown: "Ctrl /, F1", help: N_("This list"), is: (event) => event.code === "F1" || (command(event) && event.code === "Slash"), run: (client) => open(client, "help") },
];

/** @param {Client} client */
export function listen(client) {
  document.addEventListener("keydown", unlessComposing((event) => {
    const inside = document.querySelector("dialog[open]") || document.body.classList.contains("outside");
    const key = inside ? undefined : KEYS.find((each) => each.is(event));
    if (!key) return;
    event.preventDefault();
    key.run(client, event);
  }));
}

/** The conversations in the order of the list. @param {Client} client */
function listed(client) {
  const { pinned, channels, direct } = inOrder(client.state);
  return [...pinned, ...channels, ...direct];
}

/** @param {Client} client @param {number} by */
function step(client, by) {
  const all = listed(client);
  const at = all.findIndex(({ key }) => key === client.state.active);
  const next = all[(at + by + all.length) % all.length];
  if (next) client.act((state) => state.show(next.key));
}

/** @param {Client} client @param {number} at */
function nth(client, at) {
  const conversation = listed(client)[at];
  if (conversation) client.act((state) => state.show(conversation.key));
}

/** @param {Client} client */
function undo(client) {
  const left = undoable(client.state);
  client.act((state) => left ? state.show(left.key) : state.tell(t(NOTHING_LEFT)));
}

/** Mentions first, then private messages, then anything else. @param {Client} client */
function nextActivity(client) {
  const waiting = listed(client).filter(({ unread, key }) => unread && key !== client.state.active);
  const loud = waiting.filter(({ key }) => !client.state.preferences.get(key, MUTED));
  const next = waiting.find(({ mentions, channel }) => mentions && channel) ?? loud.find(({ channel }) => !channel) ?? loud[0];
  if (next) client.act((state) => state.show(next.key));
  else client.act((state) => state.tell(t("Nothing new.")));
}
