/** Pinned messages, each with a link to its place: in a dialog, and in the inbox. */

import { iconButton, make } from "../html.js";
import { t } from "../i18n.js";
import { format } from "../irc.js";
import { hasHistory } from "../state/history.js";
import { said } from "../state/lines.js";
import { pin, pinsOf } from "../state/preference-changes.js";
import { PINS } from "../state/preferences.js";
import { mayPin } from "../state/shared-pins.js";
import { foundLines } from "./found-lines.js";

/** @import { Client } from "../client.js" */
/** @import { Conversation } from "../state/conversation.js" */
/** @import { Line } from "../state/shapes.js" */

/** Those of all conversations. @param {Client} client */
export function pinnedRows(client) {
  const { state } = client;
  return state.preferences.names(PINS).flatMap((name) => pinsOf(state, name).map((msgid) => row(client, name, msgid, ownButton)));
}

/** Those that the channel has pinned for everybody. What was deleted meanwhile is left out. @param {Client} client @param {Conversation} conversation */
export function sharedRows(client, conversation) {
  const may = mayPin(client.state, conversation);
  return [...conversation.pins].reverse().map((msgid) => row(client, conversation.key, msgid, may ? sharedButton : null, { absent: false }));
}

/** @param {Client} client @param {string} name @param {string} msgid @param {HTMLElement} place */
function ownButton(client, name, msgid, place) {
  return iconButton("leave", t("Remove from your saved messages"), () => {
    client.act((each) => each.tell(pin(each, name, msgid)));
    place.remove();
  });
}

/** @param {Client} client @param {string} name @param {string} msgid @param {HTMLElement} place */
function sharedButton(client, name, msgid, place) {
  return iconButton("leave", t("Unpin this message for everybody"), () => {
    client.act((each) => each.outgoing.push(format("UNPIN", [name, msgid])));
    place.remove();
  });
}

/**
 * @param {Client} client
 * @param {string} key Of the conversation.
 * @param {string} msgid
 * @param {typeof ownButton | null} button
 * @param {{absent: boolean}} [how] Whether a message is named that cannot be shown.
 */
function row(client, key, msgid, button, { absent } = { absent: true }) {
  const { state } = client;
  const conversation = state.conversations.get(key);
  const name = conversation?.name ?? key;
  const place = make("div");
  const show = (/** @type {Line | null} */ line) => {
    const out = button ? button(client, name, msgid, place) : null;
    if (!absent && (!line || line.deleted)) return place.remove();
    if (!line) return place.replaceChildren(make("p.soft", null, t("A message in {name} that cannot be shown.", { name }), out));
    place.replaceChildren(foundLines(client, [{ name, line }]));
    if (out) place.querySelector(".where")?.append(out);
  };
  const known = conversation?.find(msgid);
  if (known) show(known);
  else fetch(client, name, msgid, show);
  return place;
}

/** A message that is not loaded. @param {Client} client @param {string} name @param {string} msgid @param {(line: Line | null) => void} show */
function fetch(client, name, msgid, show) {
  const { state } = client;
  if (!hasHistory(state) || state.status !== "online") return show(null);
  const page = (/** @type {import("../state/shapes.js").Batch} */ { messages }) => {
    const message = messages.find(({ tags, command }) => tags.msgid === msgid && /^(?:PRIVMSG|NOTICE)$/.test(command));
    const line = message ? said(message, state) : null;
    show(line && state.preferences.ignores(line.nick, line.account) ? null : line);
  };
  client.act((each) => each.ask({ kind: "pin", key: "", page, failed: () => show(null) }, "CHATHISTORY", ["AROUND", name, `msgid=${msgid}`, "1"]));
}
