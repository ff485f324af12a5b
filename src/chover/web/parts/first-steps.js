/** What somebody may want to do in a channel that has just begun. */

import "../late-styles.js";
import { make } from "../html.js";
import { fold } from "../irc.js";
import { ask } from "../open.js";

/** @import { Client } from "../client.js" */
/** @import { Conversation } from "../state/conversation.js" */
/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} help
 * @property {(client: Client, conversation: Conversation) => boolean} fits
 * @property {(from: HTMLElement, client: Client, conversation: Conversation) => void} run
 */

/** A channel with as many lines needs no beginning any more. */
const BUSY = 20;

/** Whether everybody may set the topic, as far as the modes are known. @param {string} modes */
const mayName = (modes) => modes !== "" && !modes.includes("t");

/** @type {Step[]} */
const STEPS = [
  {
    name: "Invite people", help: "By a link, or by name",
    fits: (_, { joined }) => joined,
    run: (from) => ask(from, "invite"),
  },
  {
    name: "Set a topic", help: "Says what this channel is about",
    fits: ({ state }, { members, modes }) => mayName(modes) || /[~&@%]/.test(members.get(fold(state.nick))?.ranks ?? ""),
    run: (from) => ask(from, "topic"),
  },
  { name: "Make a channel", help: "Open or private, for a topic of its own", fits: () => true, run: (from) => ask(from, "new-channel") },
  {
    name: "Keep your name", help: "An account makes it yours on every device",
    fits: ({ state }) => !state.account,
    run: (from) => ask(from, "account"),
  },
  { name: "Notifications", help: "When this page tells you that somebody writes", fits: () => true, run: (from) => ask(from, "settings") },
];

/** @param {HTMLElement} host @param {Client} client @param {Conversation} conversation */
export function fill(host, client, conversation) {
  if (conversation.lines.length >= BUSY) return;
  const steps = STEPS.filter(({ fits }) => fits(client, conversation));
  host.append(make("ul", { "aria-label": "What to do next" }, ...steps.map(({ name, help, run }) => make("li", null,
    make("button", { type: "button", onclick: () => run(host, client, conversation) }, make("strong", null, name), make("small", null, help))))));
}
