/** What people say about themselves: display names and more (draft/metadata-3). */

import { fold, format } from "../irc.js";
import { plain } from "../text.js";
import { keyvalue } from "./preferences.js";
import { changed, meet } from "./people.js";

/** @import { Message } from "./shapes.js" */
/** @import { State } from "../state.js" */

const METADATA = "draft/metadata-3";
const KEYS = ["display-name", "pronouns", "status"];
/** Characters of a value that are shown. */
const LONGEST = 80;

/** @param {State} state */
export function subscribe(state) {
  if (state.can(METADATA)) state.outgoing.push(format("METADATA", ["*", "SUB", ...KEYS]));
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

/** @param {State} state @param {Message} message */
function note(state, { command, params }) {
  const [, target = "", key = ""] = params;
  const value = command === "761" ? (params.at(-1) ?? "") : "";
  if (!KEYS.includes(key) || state.isChannel(target)) return;
  const nick = target === "*" ? state.nick : target;
  const { metadata } = state.users.get(fold(nick)) ?? { metadata: {} };
  // A name is one line without bidi controls.
  meet(state, nick, { metadata: { ...metadata, [key]: plain(value).trim().slice(0, LONGEST) } });
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
