/** What people say about themselves: display names and more (draft/metadata-3). */

import { fold, format } from "../irc.js";
import { plain } from "../text.js";
import { keyvalue } from "./preferences.js";
import { changed, meet } from "./people.js";

/** @import { Message } from "./shapes.js" */
/** @import { State } from "../state.js" */

const METADATA = "draft/metadata-3";
export const STATUS = "status";
/** When the status is over, as a date: our own key, which others keep without knowing it. */
export const UNTIL = "chover.chat/status-until";
/** Characters of a value that are shown, by key. @type {Record<string, number>} */
const LONGEST = { "display-name": 80, pronouns: 80, [STATUS]: 80, [UNTIL]: 40, avatar: 300 };

/** @param {State} state */
export function subscribe(state) {
  if (state.can(METADATA)) state.outgoing.push(format("METADATA", ["*", "SUB", ...Object.keys(LONGEST)]));
}

/**
 * Set a value about ourselves; "" removes it.
 * @param {State} state
 * @param {string} key
 * @param {string} value
 */
export function describe(state, key, value) {
  if (state.can(METADATA)) state.outgoing.push(format("METADATA", value ? ["*", "SET", key, value] : ["*", "SET", key]));
}

/** What somebody says of themselves at the moment; "" for nothing, or when it is over. @param {State} state @param {string} nick */
export function statusOf({ users, now }, nick) {
  const { metadata } = users.get(fold(nick)) ?? { metadata: /** @type {Record<string, string>} */ ({}) };
  const end = Date.parse(metadata[UNTIL] ?? "");
  return end && end <= now ? "" : metadata[STATUS] ?? "";
}

/** The emoji with which a status begins, or "". @param {string} status */
export function emojiAtFront(status) {
  return /^\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]*(?:\u200d\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]*)*|^\p{RI}{2}/u.exec(status)?.[0] ?? "";
}

/** Take our own status back when it is over. @param {State} state */
export function clearStatus(state) {
  const { metadata } = state.users.get(fold(state.nick)) ?? { metadata: /** @type {Record<string, string>} */ ({}) };
  if (!metadata[UNTIL] || !(Date.parse(metadata[UNTIL]) <= state.now) || !state.can(METADATA)) return;
  // Until the server has answered, it is not asked again.
  meet(state, state.nick, { metadata: { ...metadata, [UNTIL]: "", [STATUS]: "" } });
  describe(state, STATUS, "");
  describe(state, UNTIL, "");
  changed(state, state.nick);
  state.changed("me");
}

/** @param {State} state @param {Message} message */
function note(state, { command, params }) {
  const [, target = "", key = ""] = params;
  const value = command === "761" ? (params.at(-1) ?? "") : "";
  const longest = Object.hasOwn(LONGEST, key) ? LONGEST[key] : 0;
  if (!longest || state.isChannel(target)) return;
  const nick = target === "*" ? state.nick : target;
  const { metadata } = state.users.get(fold(nick)) ?? { metadata: {} };
  // A name is one line without bidi controls.
  meet(state, nick, { metadata: { ...metadata, [key]: plain(value).trim().slice(0, longest) } });
  changed(state, nick);
  if (state.isMe(nick)) state.changed("me");
}

/** 761: a value; 766: there is none; 774: a channel with so many members that values have to be requested. @type {Record<string, (state: State, message: Message) => void>} */
export const METADATA_HANDLERS = {
  761: (state, message) => keyvalue(state, message) || note(state, message),
  766: (state, message) => keyvalue(state, message) || note(state, message),
  770: () => {},
  774: (state, { params }) => state.outgoing.push(format("METADATA", [params[1] ?? "*", "SYNC"])),
};

/** Characters of a display name in front of a nick, which must stay visible. */
const NAME_CHARS = 24;

/** @param {string} name @param {string} nick */
export function beside(name, nick) {
  if (fold(name) === fold(nick)) return name;
  const letters = [...name];
  return `${letters.length > NAME_CHARS ? `${letters.slice(0, NAME_CHARS).join("")}…` : name} (${nick})`;
}
