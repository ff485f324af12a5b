/**
 * The emoji of the server: `:name:` in a text is a picture, if there is one of that name. No elements here.
 *
 * The terminal client reads the same (client/display/custom_emoji.py); tests/custom_emoji.json checks both.
 */

/** The token of 005 with the version of the list. */
const TOKEN = "chover.chat/EMOJI";
/** Names that are kept. */
const MOST = 1000;
const NAME = /:([a-z0-9_-]{2,32})(?=:)/g;
const ENTRY = /^([a-z0-9_-]{2,32})=([A-Za-z0-9_-]{22})$/;
/** Alone in a message they are shown large, up to so many. */
const LARGE = 3;

let version = "";
/** Names and the ids of their pictures. @type {Map<string, string>} */
let known = new Map();
/** @type {Map<string, string>} */
let arriving = new Map();

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state/shapes.js").Message} Message */

/** The server has said which version of the list it has. @param {State} state */
export function supported(state) {
  const wanted = state.support.get(TOKEN);
  if (!wanted && known.size) replace(state, "", new Map());
  else if (wanted !== version) state.outgoing.push("EMOJI");
}

/** A part of the list, or its end. @param {State} state @param {Message} message */
export function told(state, { params: [of = "", listed] }) {
  if (listed !== undefined) {
    for (const entry of listed.split(" ")) {
      const [, name = "", id = ""] = ENTRY.exec(entry) ?? [];
      if (name && arriving.size < MOST) arriving.set(name, id);
    }
    return;
  }
  replace(state, of === "*" ? "" : of, arriving);
}

/** @param {State} state @param {string} of @param {Map<string, string>} list */
function replace(state, of, list) {
  know({ version: of, listed: [...list] });
  arriving = new Map();
  state.changed("emoji");
  state.changed("active");
}

/** @typedef {{version: string, listed: [name: string, id: string][]}} EmojiList */

/** What a browser stores, so that it need not ask again. @returns {EmojiList} */
export function emojiList() {
  return { version, listed: [...known] };
}

/** Know a list. @param {EmojiList} list */
export function know(list) {
  version = list.version;
  known = new Map(list.listed);
}

/** The names, in the order of the list. */
export function customNames() {
  return [...known.keys()];
}

/** The address of the picture of `:name:`; "" if there is none. @param {string} text */
export function pictureOf(text) {
  const id = text.length > 3 && text.startsWith(":") && text.endsWith(":") ? known.get(text.slice(1, -1)) : undefined;
  return id ? `emoji/${id}` : "";
}

/**
 * The text in pieces, and whether each is an emoji of the server.
 * @param {string} text
 * @param {(name: string) => boolean} [has]
 * @returns {[piece: string, emoji: boolean][]}
 */
export function parts(text, has = (name) => known.has(name)) {
  /** @type {[string, boolean][]} */
  const found = [];
  let at = 0;
  for (const { 0: begun, 1: name = "", index } of text.includes(":") ? text.matchAll(NAME) : []) {
    if (index < at || !has(name)) continue;
    if (index > at) found.push([text.slice(at, index), false]);
    found.push([`${begun}:`, true]);
    at = index + begun.length + 1;
  }
  if (at < text.length) found.push([text.slice(at), false]);
  return found;
}

/** Whether there is nothing in a text but up to three emoji of the server. @param {string} text */
export function isCustomEmoji(text) {
  const found = known.size ? parts(text).filter(([piece, emoji]) => emoji || piece.trim()) : [];
  return found.length > 0 && found.length <= LARGE && found.every(([, emoji]) => emoji);
}
