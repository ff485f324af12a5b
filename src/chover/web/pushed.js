/** The contents of a push message (draft/webpush: one line of IRC), and how it is shown. Pure; the service worker uses it, too. */

import { filled } from "./filled.js";
import { fold, isChannel, parse, readTime } from "./irc.js";
import { oneLine, plain } from "./text.js";

/**
 * @typedef {object} Said A message to notify of.
 * @property {string} name Of the conversation: the channel, or the other's nick.
 * @property {string} who
 * @property {string} text
 * @property {boolean} action
 * @property {string} msgid
 * @property {number} at Milliseconds since 1970; 0 if it is not known.
 */
/**
 * @typedef {object} Notice The parameters of a notification.
 * @property {string} title
 * @property {NotificationOptions & {tag: string, data: {name: string, msgid: string, at: number}}} options
 */
/** @typedef {{kind: "said", notice: Notice} | {kind: "read", key: string, upTo: number}} Pushed */

/** @import { Words } from "./filled.js" */

/** Marks a text for translation: the page stores what these are in its language for the worker (stored-page.js). @param {string} text */
const N_ = (text) => text;
/** All that a notification says by itself. */
export const WORDS = {
  said: N_("{who} in {channel}"),
  refused: N_("Not sent to {name}"),
  reminder: N_("Reminder in {name}"),
  unreadable: N_("Something is new."),
  read: N_("Read on another device"),
};
/** The cache in which the page stores them, by the English text. */
export const SPOKEN = "spoken";

/** The maximum number of characters of a message and of a name in a notification. */
const LONGEST = 200;
const LONGEST_NAME = 64;

/**
 * The message in a line, or up to where a conversation was read elsewhere; null for anything else.
 * @param {string} line
 * @param {Words} [t] In which language.
 * @returns {Pushed | null}
 */
export function pushed(line, t = filled) {
  const message = parse(line);
  if (!message) return null;
  const { command, nick, tags, params: [target = "", last] } = message;
  if (last === undefined) return null;
  if (command === "MARKREAD") return { kind: "read", key: fold(target), upTo: readTime(last.replace(/^timestamp=/, "")) };
  if (command === "SCHEDULED") return { kind: "said", notice: due(message.params, t) };
  if (!/^(?:PRIVMSG|NOTICE)$/.test(command) || !nick) return null;
  const [, verb = "ACTION", text = ""] = /^\x01(\S*) ?([^\x01]*)\x01?$/.exec(last) ?? [last, "ACTION", last];
  if (verb !== "ACTION") return null;
  const name = isChannel(target) ? target : nick;
  return { kind: "said", notice: notice({ name, who: nick, text, action: last.startsWith("\x01"), msgid: tags.msgid ?? "", at: readTime(tags.time) }, t) };
}

/** A reminder, or a message that could not be sent at its time. @param {string[]} params @param {Words} t @returns {Notice} */
function due([id = "", name = "", kind = "", status = "", when = "", msgid = "", author = "", text = ""], t) {
  const place = short(name, LONGEST_NAME);
  const title = t(status === "refused" ? WORDS.refused : WORDS.reminder, { name: place });
  const who = kind === "remind" && author !== "*" ? `${short(author, LONGEST_NAME)}: ` : "";
  return { title, options: { body: short(who + oneLine(text), LONGEST), tag: `scheduled ${id}`, icon: "icon.svg", data: { name, msgid, at: readTime(when.replace("timestamp=", "")) } } };
}

/**
 * A notification; it replaces an earlier one of the same conversation.
 * @param {Said} said
 * @param {Words} [t] In which language.
 * @returns {Notice}
 */
export function notice({ name, who, text, action, msgid, at }, t = filled) {
  const whose = short(who, LONGEST_NAME);
  return {
    title: isChannel(name) ? t(WORDS.said, { who: whose, channel: short(name, LONGEST_NAME) }) : whose,
    options: {
      body: short(action ? `${whose} ${oneLine(text)}` : oneLine(text), LONGEST),
      tag: fold(name),
      icon: "icon.svg",
      data: { name, msgid, at },
    },
  };
}

/** Text without invisible characters and bidi controls, never split inside a character. @param {string} text @param {number} most */
function short(text, most) {
  const characters = [...plain(text)];
  return characters.length > most ? `${characters.slice(0, most).join("")}…` : characters.join("");
}
