/** What every list of messages does with its rows: their keys, the messages that wait, and what a click on one means. */

import { emojiList } from "../custom-emoji.js";
import { statusOf } from "../state/metadata.js";
import { dayName } from "../dates.js";
import { fold } from "../irc.js";
import { ask } from "../open.js";
import { giveUp, join, react, retry, rewrite } from "../state/actions.js";
import { blank } from "../state/lines.js";
import { isPinned, rowElement, threadWords } from "./message-row.js";
import { reveal } from "./message-text.js";

/** @import { Client } from "../client.js" */
/** @import { Conversation } from "../state/conversation.js" */
/** @import { Line } from "../state/shapes.js" */
/** @import { State } from "../state.js" */
/** @import { Part } from "./part.js" */
/** @import { Row } from "./rows.js" */
/**
 * @typedef {object} List
 * @property {(msgid: string) => void} jump Shows a message.
 * @property {(at: Element) => void} sheet Opens the actions for the message that an element belongs to.
 * @property {(element: Element) => Line | undefined} lineOf
 */

const CLICKED = "[data-jump], [data-channel], [data-nick], [data-reaction], [data-retry], [data-rewrite], [data-give-up], [data-actions], [data-thread], [data-day], .spoiler";

/** Rows for `redraw`. @param {Row[]} rows @param {Conversation} conversation @param {Client} client */
export function drawnRows(rows, conversation, client) {
  return rows.map((row) => ({ key: keyOf(row, conversation, client), build: () => rowElement(row, conversation, client) }));
}

/** The key of a row includes its appearance, besides its lines. @param {Row} row @param {Conversation} conversation @param {Client} client */
function keyOf(row, conversation, client) {
  if (row.kind === "day") return `${row.key} ${dayName(row.at, Date.now())}`;
  if (row.kind === "events") return `${row.key} ${client.settings.get("events")}`;
  if (row.kind !== "message") return row.key;
  const pinned = `${isPinned(row.line, conversation, client) ? " pinned" : ""}${conversation.pins.includes(row.line.msgid) ? " shared" : ""} ${emojiList().version}`;
  return (row.head ? `${row.key} ${client.displayName(row.line.nick)} ${client.state.users.get(fold(row.line.nick))?.metadata.avatar ?? ""} ${statusOf(client.state, row.line.nick)}` : row.key) + pinned + threadWords(row.line, conversation, client);
}

/** Our messages that the server has not kept yet. @param {State} state @param {Conversation} conversation */
export function waitingLines(state, conversation) {
  return [...state.outbox].filter(({ target }) => fold(target) === conversation.key).map((pending) => blank({
    kind: pending.action ? "action" : "message", id: pending.nonce, nonce: pending.nonce, nick: state.nick, text: pending.text,
    at: pending.at, mine: true, replyTo: pending.replyTo, reason: pending.reason,
    delivery: pending.reason ? "failed" : pending.sent ? "sent" : "pending",
  }));
}

/** @param {Part} part @param {Event} event @param {List} list */
export function clicked(part, event, list) {
  const target = event.target instanceof Element ? event.target.closest(CLICKED) : null;
  if (!(target instanceof HTMLElement)) return;
  const { jump, channel, nick, reaction, retry: again, rewrite: change, giveUp: discard, thread, day } = target.dataset;
  if (channel) event.preventDefault();
  if (target.matches(".spoiler")) reveal(target);
  if (jump) list.jump(jump);
  if (day) ask(target, "day", day);
  if (nick) ask(target, "person", nick);
  if (thread) document.dispatchEvent(new CustomEvent("show-panel", { detail: { name: "thread", about: thread } }));
  if ("actions" in target.dataset) list.sheet(target);
  part.act((state) => {
    if (channel) join(state, channel);
    if (again) retry(state, again);
    if (change) rewrite(state, change);
    if (discard) giveUp(state, discard);
    const line = reaction && list.lineOf(target);
    if (line && state.current) react(state, state.current, line, reaction);
  });
  if (change) document.dispatchEvent(new CustomEvent("to-composer"));
}
