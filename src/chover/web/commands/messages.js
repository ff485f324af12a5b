/** Commands for finding messages and acting on them; on the last one, if none is selected. */

import { copy } from "../clipboard.js";
import { t } from "../i18n.js";
import { formatTime } from "../irc.js";
import { address } from "../places.js";
import { counts } from "../state/conversation.js";
import { edit } from "../state/editing.js";
import { markUnread, pin } from "../state/preference-changes.js";
import { hasHistory, PAGE, pageOf } from "../state/history.js";
import { OFFERED, pinForAll } from "../state/shared-pins.js";
import { react, remove as redact } from "../state/actions.js";
import { CannotDo, guard, here, need, oneLine, place, split, tell } from "./command.js";
import { speak } from "./talking.js";

/** @import { Client } from "../client.js" */
/** @import { Line } from "../state/shapes.js" */

const SPOKEN = new Set(["message", "action", "notice"]);
const DAY = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?$/;

/**
 * The last message of somebody else, or of ours. Throws CannotDo.
 * @param {Client} client
 * @param {boolean} mine
 */
function last(client, mine) {
  const current = here(client);
  const wanted = (/** @type {Line} */ line) => line.msgid && !line.deleted && (mine ? line.mine && line.kind === "message" : counts(line));
  const line = current.lines.findLast(wanted);
  if (!line) throw new CannotDo(mine ? t("You have said nothing here.") : t("Nobody has said anything here."));
  return { current, line };
}

/** @param {Client} client @param {string} rest */
function reply(client, rest) {
  need(client, "message-tags", t("replies"));
  const { current, line } = last(client, false);
  speak(client, current.name, rest, { replyTo: line.msgid });
}

/** @param {Client} client @param {string} rest */
async function reaction(client, rest) {
  need(client, "message-tags", t("reactions"));
  const { current, line } = last(client, false);
  guard(client, "", rest);
  const { emojiOf, noEmoji } = await import("../emoji.js");
  const emoji = emojiOf(rest);
  if (!emoji) throw new CannotDo(noEmoji(rest));
  client.act((state) => react(state, current, line, emoji));
}

/** @param {Client} client @param {string} rest */
function change(client, rest) {
  need(client, "chover.chat/edit", t("editing messages"));
  const { current, line } = last(client, true);
  guard(client, "", rest);
  client.act((state) => edit(state, current, line, rest));
}

/** @param {Client} client @param {string} reason */
function remove(client, reason) {
  need(client, "draft/message-redaction", t("deleting messages"));
  const { current, line } = last(client, true);
  guard(client, "", reason);
  client.act((state) => redact(state, current, line, oneLine(reason)));
}

/** @param {Client} client @param {string} rest */
function search(client, rest) {
  need(client, "soju.im/search", t("search"));
  tell("show-panel", { name: "search", about: rest });
}

/** @param {Client} client @param {string} rest */
export function history(client, rest) {
  const { key, name } = here(client);
  if (!hasHistory(client.state)) throw new CannotDo(t("This server has no history."));
  if (!rest) return tell("to-edge", "Home");
  const at = DAY.test(rest) ? new Date(rest.includes(":") ? rest : `${rest}T00:00`).getTime() : NaN;
  if (Number.isNaN(at)) throw new CannotDo(t("/history 2026-01-31 goes to a day; /history alone fetches older messages."));
  const nothing = () => client.act((state) => state.note(t("Nothing was said here since then."), ""));
  client.act((state) => state.ask({
    kind: "past", key, failed: nothing,
    page: ({ messages }) => {
      const first = messages.find(({ command, tags }) => tags.msgid && /^(?:PRIVMSG|NOTICE)$/.test(command));
      if (first) tell("jump", first.tags.msgid);
      else nothing();
    },
  }, "CHATHISTORY", ["AFTER", name, `timestamp=${formatTime(at - 1)}`, pageOf(client.state, PAGE)]));
}

/** @param {"catchup" | "mentions" | "threads" | "saved"} kind */
function missed(kind) {
  return () => tell("show-panel", { name: "catch-up", about: kind });
}

/** @param {Client} client @param {string} rest */
function thread(client, rest) {
  const [name, msgid] = split(rest);
  const conversation = msgid ? place(client, name) : here(client);
  const line = conversation.lines.findLast((each) => each.msgid && (each.replyTo || conversation.answers.has(each.msgid)));
  const about = msgid || line?.msgid;
  if (!about) throw new CannotDo(t("Nobody has replied to anything here: a message has a button for its thread."));
  client.act((state) => state.show(conversation.key));
  tell("show-panel", { name: "thread", about });
}

/** @param {Client} client */
function threads(client) {
  need(client, "chover.chat/threads", t("threads"));
  tell("show-panel", { name: "catch-up", about: "threads" });
}

/** @param {Client} client */
function read(client) {
  client.act((state) => [...state.conversations.values()].filter(({ unread }) => unread).forEach(({ key }) => state.read(key)));
}

/** @param {Client} client @param {string} rest */
function goTo(client, rest) {
  if (DAY.test(rest)) return history(client, rest);
  const [name, msgid] = split(rest);
  const { key } = place(client, name);
  client.act((state) => state.show(key));
  if (msgid) tell("jump", msgid);
}

/** @param {Client} client */
function link(client) {
  const current = here(client);
  const line = lastSaid(current);
  if (!line) throw new CannotDo(t("Nothing was said here, so there is nothing to link to."));
  void copy(client, address(current.name, line.msgid));
}

/** The last message, or undefined if nothing was said that has an id. @param {import("../state/conversation.js").Conversation} conversation */
function lastSaid({ lines }) {
  return lines.findLast(({ msgid, deleted, kind }) => msgid && !deleted && SPOKEN.has(kind));
}

/** @param {Client} client */
function saveMessage(client) {
  const current = here(client);
  const line = lastSaid(current);
  if (!line) throw new CannotDo(t("Nothing was said here that could be saved."));
  return client.act((state) => pin(state, current.name, line.msgid));
}

/** @param {Client} client */
function pinAll(client) {
  const current = here(client);
  need(client, OFFERED, t("pinning for everybody"));
  if (!current.channel) throw new CannotDo(t("Only messages of a channel can be pinned for everybody."));
  const line = lastSaid(current);
  if (!line) throw new CannotDo(t("Nothing was said here that could be pinned."));
  client.act((state) => pinForAll(state, current, line.msgid));
}

/** @param {Client} client */
function unread(client) {
  const { current, line } = last(client, false);
  return client.act((state) => markUnread(state, current, line));
}

/** @type {Record<string, import("./command.js").Run>} */
export const MESSAGES = {
  search,
  history,
  catchup: missed("catchup"),
  mentions: missed("mentions"),
  inbox: missed("catchup"),
  thread,
  threads,
  goto: goTo,
  read,
  link,
  save: saveMessage,
  pinall: pinAll,
  unread,
  select: () => tell("to-messages"),
  reply,
  react: reaction,
  edit: change,
  delete: remove,
  pins: () => tell("open", { name: "pins", about: "" }),
};
