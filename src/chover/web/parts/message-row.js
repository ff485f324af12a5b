/** One row of a conversation as an element. */

import { pictureOf } from "../custom-emoji.js";
import { dateOf, dayName, dayOf, hours, shortTime, wholeTime } from "../dates.js";
import { icon, make } from "../html.js";
import { t, tn } from "../i18n.js";
import { fold } from "../irc.js";
import { hue, portrait } from "../people.js";
import { emojiAtFront, statusOf } from "../state/metadata.js";
import { PINS } from "../state/preferences.js";
import { ownFiles, withNames, withoutEnd } from "../own-files.js";
import { rootOf, summaryOf } from "../state/threads.js";
import { isEmoji, oneLine, shownBlocks } from "../text.js";
import { emojiSign } from "./emoji-sign.js";
import { eventsRow } from "./event-row.js";
import { linkPreview, media } from "./media.js";
import { blocksText } from "./message-text.js";

/** @import { Client } from "../client.js" */
/** @import { Conversation } from "../state/conversation.js" */
/** @import { Line } from "../state/shapes.js" */
/** @import { Row } from "./rows.js" */

/** A screen reader cannot long-press a row, so on a touch screen there is a button. */
const TOUCH = matchMedia("(hover: none)").matches;
/** Characters of a quoted message. */
const QUOTE = 140;

/** @param {Row} row @param {Conversation} conversation @param {Client} client */
export function rowElement(row, conversation, client) {
  if (row.kind === "day") return dayRow(row.at);
  if (row.kind === "new") return make("div.new-line", { role: "separator" }, make("span", null, t("New")));
  if (row.kind === "ignored") return make("p.events", null, ignoredWords(row.lines));
  if (row.kind === "events") return eventsRow(row.lines, client);
  return messageRow(row.line, row.head, row.tile ?? "", conversation, client);
}

/** @param {number} at */
function dayRow(at) {
  return make("h2.day", null, make("button", { type: "button", "data-day": dateOf(at), title: t("Go to another day") }, make("time", { datetime: dateOf(at) }, dayName(at, Date.now()))));
}

/** @param {Line} line @param {boolean} head @param {string} tile @param {Conversation} conversation @param {Client} client */
function messageRow(line, head, tile, conversation, client) {
  const classes = ["message", line.kind, head && "head", tile, line.mentions && "calls", line.delivery, line.deleted && "deleted"];
  return make("article", {
    class: classes.filter(Boolean).join(" "),
    tabindex: "-1",
    "data-line": line.id,
    "aria-label": `${line.nick || t("Notice")}, ${hours(line.at)}`,
  },
  head && line.nick && portrait(client.state, line.nick, line.account),
  head && line.kind !== "action" && header(line, client),
  !head && timeOf(line),
  line.replyTo && quote(line, conversation, client),
  ...body(line, conversation, client, head),
  line.reactions && reactions(line, client),
  threadLink(line, conversation, client),
  line.msgid !== "" && !line.deleted && conversation.pins.includes(line.msgid) && make("span.delivery", null, icon("pin"), ` ${t("Pinned for everybody")}`),
  isPinned(line, conversation, client) && make("span.delivery", null, icon("save"), ` ${t("Saved (only you see this)")}`),
  line.delivery && delivery(line),
  TOUCH && make("button.hidden", { type: "button", "data-actions": "" }, t("What to do with this message")));
}

/** "3 replies, last 10:42 · 1 new" for the message that begins a thread, or "". @param {Line} line @param {Conversation} conversation @param {Client} client */
export function threadWords(line, conversation, { state }) {
  if (!conversation.answers.has(line.msgid) || rootOf(conversation, line) !== line.msgid) return "";
  const { count, lastAt, unread } = summaryOf(state, conversation, line.msgid);
  // A part of the past does not have all replies.
  const more = !conversation.byMsgid.has(line.msgid);
  const last = dayOf(lastAt) === dayOf(state.now) ? hours(lastAt) : shortTime(lastAt);
  if (!count) return "";
  const words = more ? t("{count}+ replies, last {last}", { count, last }) : tn("{n} reply, last {last}", "{n} replies, last {last}", count, { last });
  return unread ? `${words} · ${t("{unread} new", { unread })}` : words;
}

/** @param {Line} line @param {Conversation} conversation @param {Client} client */
function threadLink(line, conversation, client) {
  const words = threadWords(line, conversation, client);
  const className = words && summaryOf(client.state, conversation, line.msgid).unread ? "thread-link unread" : "thread-link";
  return words && make("button", { type: "button", class: className, "data-thread": line.msgid, title: t("Show the thread") }, icon("reply"), words);
}

/** @param {Line} line @param {Conversation} conversation @param {Client} client */
export function isPinned({ msgid, deleted }, { key }, { state: { preferences } }) {
  return msgid !== "" && !deleted && (preferences.get(key, PINS) ?? "").split(" ").includes(msgid);
}

/** @param {Line} line */
function timeOf(line) {
  return make("time", { datetime: new Date(line.at).toISOString(), title: wholeTime(line.at) }, hours(line.at));
}

/** @param {Line} line @param {Client} client */
function header(line, client) {
  const name = client.wantedName(line.nick);
  return make("header", null,
    // The text of an action begins with the name.
    line.nick && line.kind !== "action" && make("button.nick", { type: "button", "data-nick": line.nick, "data-hue": hue(line.nick) }, name),
    // Anybody may choose any display name: the nick identifies them.
    fold(name) !== fold(line.nick) && make("span.real-nick", null, line.nick),
    statusSign(client.state, line),
    line.bot && make("span.badge", null, t("bot")),
    line.kind === "notice" && make("span.badge", null, t("notice")),
    line.kind === "note" && make("span.badge", null, t("only you see this")),
    timeOf(line));
}

/** The emoji of their status, which says the rest when it is pointed at. @param {import("../state.js").State} state @param {Line} line */
function statusSign(state, { nick, mine }) {
  const status = mine ? "" : statusOf(state, nick);
  const emoji = emojiAtFront(status);
  return emoji && make("span.status-sign", { title: status, role: "img", "aria-label": status }, emoji);
}

/** @param {Line} line @param {Conversation} conversation @param {Client} client @param {boolean} head */
function body(line, conversation, client, head) {
  // The text of an action has the name in it, and the rest of its header behind it.
  const behind = head && line.kind === "action" && header(line, client);
  if (line.deleted) return [make("div.text", null, make("em", null, t("This message was deleted."))), behind];
  const blocks = shownBlocks(line.text, (nick) => conversation.members.has(nick) || nick === fold(client.state.nick));
  const files = ownFiles(blocks, client.state.support.get("soju.im/FILEHOST"));
  const text = blocksText(withoutEnd(blocks, files), isEmoji(line.text));
  text.dir = "auto";
  if (line.kind === "action") text.prepend(make("button.actor", { type: "button", "data-nick": line.nick, "data-hue": hue(line.nick) }, client.displayName(line.nick)), " ");
  if (line.edited) text.append(" ", make("span.edited", null, t("(edited)")));
  return [text, behind, media(files, client, line.id), linkPreview(line, blocks, files, conversation, client)];
}

/** @param {Line} line @param {Conversation} conversation @param {Client} client */
function quote(line, conversation, client) {
  const answered = conversation.find(line.replyTo);
  const words = answered && !conversation.ignores(answered) ? [make("b", { "data-hue": hue(answered.nick) }, answered.nick), " ", short(answered, client.state)] : [t("an earlier message")];
  return make("button.quote", { type: "button", "data-jump": line.replyTo, title: t("Show the message that is answered") },
    icon("reply"), make("span", null, ...words));
}

/** A message in one line; files by their names. @param {Line} line @param {import("../state.js").State} state */
export function short(line, { support }) {
  if (line.deleted) return t("(deleted)");
  const text = withNames(oneLine(line.text), support.get("soju.im/FILEHOST"));
  return text.length > QUOTE ? `${text.slice(0, QUOTE)}…` : text;
}

/** @param {Line} line @param {Client} client */
function reactions(line, client) {
  const buttons = [...(line.reactions ?? [])].map(([reaction, nicks]) => {
    const mine = nicks.has(client.state.nick);
    const who = [...nicks].join(", ");
    const short = [...reaction].slice(0, 16).join("");
    return make("button.reaction", {
      type: "button", "data-reaction": reaction, "aria-pressed": String(mine), title: who,
      "aria-label": `${short}, ${nicks.size}: ${who}`,
    }, make("span", { "aria-hidden": "true" }, pictureOf(reaction) ? emojiSign(reaction) : short), make("span.count", { "aria-hidden": "true" }, String(nicks.size)));
  });
  return make("div.reactions", null, ...buttons);
}

/** @param {Line} line */
function delivery(line) {
  if (line.delivery !== "failed") {
    return make("span.delivery", null, line.delivery === "sent" ? t("Sending…") : t("Waits for the connection"));
  }
  return make("span.delivery", null, icon("warning"), ` ${t("Not sent: {reason}", { reason: line.reason })} `,
    make("button.link", { type: "button", "data-retry": line.nonce }, t("Try again")), " ",
    make("button.link", { type: "button", "data-rewrite": line.nonce }, t("Edit")), " ",
    make("button.link", { type: "button", "data-give-up": line.nonce }, t("Discard")));
}

/** That there were messages, and how many. @param {Line[]} lines */
function ignoredWords({ length }) {
  return tn("{n} message of somebody you ignore", "{n} messages of somebody you ignore", length);
}
