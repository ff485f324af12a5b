/** The preferences of a conversation: pinned, muted, notifications. */

import "../channel-styles.js";
import { copy } from "../clipboard.js";
import { rightsIn } from "../channel-modes.js";
import { icon, make } from "../html.js";
import { N_, t } from "../i18n.js";
import { ask } from "../open.js";
import { address } from "../places.js";
import { leave } from "../state/leaving.js";
import { put } from "../state/preference-changes.js";
import { MUTED, NOTIFY, PINNED } from "../state/preferences.js";
import { dialog } from "./dialog.js";
import { labelled, toggle } from "./fields.js";

/** @import { Client } from "../client.js" */
/** @import { Conversation } from "../state/conversation.js" */

/** @type {[key: string, label: string, help: string][]} */
const FLAGS = [
  [PINNED, N_("Pinned"), N_("Stays at the top of the list.")],
  [MUTED, N_("Muted"), N_("It never notifies you, and only mentions are counted.")],
];
/** @type {[value: string, label: string][]} */
const RINGS = [["", N_("As in the settings")], ["all", N_("Every message")], ["mentions", N_("Mentions and direct messages")], ["off", N_("Nothing")]];

/** What else there is to a channel. @type {{opener: string, sign: string, label: string, fits: (client: Client, conversation: Conversation) => boolean}[]} */
const DOORS = [
  { opener: "invite", sign: "add", label: N_("Invite people"), fits: (_, { channel }) => channel },
  { opener: "topic", sign: "edit", label: N_("Topic"), fits: (_, { channel }) => channel },
  { opener: "channel-settings", sign: "settings", label: N_("Settings"), fits: (_, { channel }) => channel },
  { opener: "bans", sign: "warning", label: N_("Bans"), fits: ({ state }, conversation) => conversation.channel && rightsIn(state, conversation).half },
];

/** @param {Client} client */
export function open(client) {
  const { current, preferences, account } = client.state;
  if (!current) return;
  const { name } = current;
  const note = (/** @type {string} */ key, /** @type {string} */ value) => {
    const problem = client.act((state) => put(state, name, key, value));
    rings.disabled = preferences.get(name, MUTED) === "1";
    return problem;
  };
  const flags = FLAGS.map(([key, label, help]) => toggle(t(label), t(help), { on: preferences.get(name, key) === "1" }, (on) => note(key, on ? "1" : "")).element);
  const rings = make("select", { onchange: () => ring.fail(note(NOTIFY, rings.value)) },
    ...RINGS.map(([value, words]) => make("option", { value, selected: (preferences.get(name, NOTIFY) ?? "") === value }, t(words))));
  const ring = labelled(t("Notifications"), rings);
  rings.disabled = preferences.get(name, MUTED) === "1";
  const where = preferences.follows ? t("Kept with the account {account}, for all your devices.", { account }) : t("Kept in this browser.");
  const word = make("small", null, meaning(current, current.modes));
  const out = make("button.action.bad", { type: "button", onclick: () => {
    box.close();
    client.act((state) => leave(state, current));
  } }, icon("leave"), make("span.label", null, current.channel ? t("Leave {name}", { name }) : t("Close this conversation"), " ", word));
  const goes = (/** @type {string} */ opener) => () => {
    box.close();
    ask(document, opener);
  };
  const doors = current.joined ? DOORS.filter(({ fits }) => fits(client, current)).map(({ opener, sign, label }) => make("button.action", { type: "button", onclick: goes(opener) }, icon(sign), make("span.label", null, t(label)))) : [];
  const link = make("button.action", { type: "button", onclick: () => void copy(client, address(name)) }, icon("link"), make("span.label", null, t("Copy link")));
  const box = dialog(client.displayName(name), make("div.switches", null, ...flags, ring.element), make("p.soft", null, where),
    make("div.actions", { role: "group", "aria-label": current.channel ? t("The channel") : t("The conversation") }, ...doors, link, out));
  if (current.joined) askModes(client, current, (modes) => { word.textContent = meaning(current, modes); });
}

/** What it means to leave. @param {Conversation} conversation @param {string} modes */
function meaning({ channel, joined }, modes) {
  if (!channel) return t("Closing only hides it: nothing is deleted, and it is back with the next message.");
  if (!joined) return t("Leaving only takes it out of your list.");
  const [letters = ""] = modes.split(" ");
  const back = letters.includes("i") ? t("This channel is for invited people only: to come back you will need a new invitation.")
    : letters.includes("k") ? t("To come back you will need the channel's key.")
      : t("You can come back at any time.");
  return t("{back} You can undo it for ten seconds; nobody is told before.", { back });
}

/** @param {Client} client @param {Conversation} conversation @param {(modes: string) => void} told */
function askModes(client, { key, name }, told) {
  client.act((state) => state.ask({ kind: "modes", key, then: ({ command, params }) => command === "324" && told(params.slice(2).join(" ")) }, "MODE", [name]));
}
