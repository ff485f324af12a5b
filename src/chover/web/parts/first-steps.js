/** What somebody may want to do in a channel that has just begun. */

import { N_, t } from "../i18n.js";
import "../late-styles.js";
import { make } from "../html.js";
import { fold } from "../irc.js";
import { ask } from "../open.js";
import { isOpen } from "../state/channel-facts.js";

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

/** @type {Step[]} */
const STEPS = [
  {
    name: N_("Invite people"), help: N_("By a link, or by name"),
    fits: (_, { joined }) => joined,
    run: (from) => ask(from, "invite"),
  },
  {
    name: N_("Set a topic"), help: N_("Says what this channel is about"),
    fits: ({ state }, conversation) => isOpen(conversation) || /[~&@%]/.test(conversation.members.get(fold(state.nick))?.ranks ?? ""),
    run: (from) => ask(from, "topic"),
  },
  { name: N_("Make a channel"), help: N_("Open or private, for a topic of its own"), fits: () => true, run: (from) => ask(from, "new-channel") },
  {
    name: N_("Keep your name"), help: N_("An account makes it yours on every device"),
    fits: ({ state }) => !state.account,
    run: (from) => ask(from, "account"),
  },
  { name: N_("Notifications"), help: N_("When this page tells you that somebody writes"), fits: () => true, run: (from) => ask(from, "settings") },
];

/** @param {HTMLElement} host @param {Client} client @param {Conversation} conversation */
export function fill(host, client, conversation) {
  if (conversation.lines.length >= BUSY) return;
  const steps = STEPS.filter(({ fits }) => fits(client, conversation));
  host.append(make("ul", { "aria-label": t("What to do next") }, ...steps.map(({ name, help, run }) => make("li", null,
    make("button", { type: "button", onclick: () => run(host, client, conversation) }, make("strong", null, t(name)), make("small", null, t(help)))))));
}
