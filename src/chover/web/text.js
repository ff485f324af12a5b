/** What is in a text: blocks of markup, links, names, the styles of IRC. Pure; elements are made elsewhere. */

import { isCustomEmoji, parts } from "./custom-emoji.js";
import { fold } from "./irc.js";
import { blocks } from "./markup.js";

/** @import { Block, Piece } from "./markup.js" */

/**
 * @typedef {object} Token
 * @property {"text" | "link" | "host" | "channel" | "nick" | "code" | "block"} kind
 * @property {string} text
 * @property {string} href Where a link leads.
 * @property {string} [language] Of a block of code.
 * @property {string[]} styles bold, italic, underline, strike, mono, spoiler.
 */

const CHANNEL = /(?<![\p{L}\p{N}_/#&])#[\p{L}\p{N}_#.-]*[\p{L}\p{N}_]/gu;
const WORD = /[\p{L}\p{N}_\-[\]\\^{}|`]+/gu;
/** https://modern.ircdocs.horse/formatting */
// eslint-disable-next-line no-control-regex
const CONTROL = /\x02|\x1d|\x1f|\x1e|\x11|\x0f|\x16|\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-f]{6}(?:,[0-9a-f]{6})?)?/giu;
/** @type {Record<string, string>} */
const STYLES = { "\x02": "bold", "\x1d": "italic", "\x1f": "underline", "\x1e": "strike", "\x11": "mono" };
/** What would turn the text around it, or is no character to be shown. */
// eslint-disable-next-line no-control-regex
const HARMFUL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

/** Instead of a spoiler. */
const HIDDEN = "▒▒▒";

/** @typedef {Block & {tokens: Token[]}} ShownBlock */

/**
 * The blocks of a message with what is in them.
 * @param {string} text
 * @param {(nick: string) => boolean} known Whether there is somebody of that name.
 * @returns {ShownBlock[]}
 */
export function shownBlocks(text, known) {
  return blocks(text).map((block) => ({ ...block, code: plain(block.code), tokens: tokensOf(block, known) }));
}

/**
 * All that is in a message, in one row.
 * @param {string} text
 * @param {(nick: string) => boolean} known
 */
export function tokens(text, known) {
  return shownBlocks(text, known).flatMap((block) => block.tokens);
}

/** A message as one line without styles, for a quote or a notification. Spoilers stay hidden. @param {string} text */
export function oneLine(text) {
  const words = shownBlocks(text, () => false).map(({ tokens: inside }) => inside.map(({ text: part, styles }) => (styles.includes("spoiler") ? HIDDEN : part)).join(""));
  return words.join(" ").replace(/\s+/g, " ").trim();
}

/** @param {Block} block @param {(nick: string) => boolean} known @returns {Token[]} */
function tokensOf({ kind, code, language, pieces }, known) {
  if (kind === "code") return [{ kind: "block", text: plain(code), href: "", styles: [], language }];
  /** @type {Token[]} */
  const found = [];
  /** @type {Set<string>} */
  let turned = new Set();
  for (const piece of pieces) {
    if (piece.kind === "control") turned = turn(turned, piece.text);
    else found.push(...tokensIn(piece, [...new Set([...piece.styles, ...turned])], known));
  }
  return found;
}

/** @param {Piece} piece @param {string[]} styles @param {(nick: string) => boolean} known @returns {Token[]} */
function tokensIn({ kind, text, href }, styles, known) {
  const clean = plain(text);
  if (kind === "text") return mentions(clean, styles, known);
  return clean && kind !== "control" ? [{ kind, text: clean, href, styles: kind === "code" ? [] : styles }] : [];
}

/**
 * The text without what is invisible or turns others around.
 * @param {string} text
 */
export function plain(text) {
  return text.replace(CONTROL, "").replace(HARMFUL, "");
}

/** @param {Set<string>} styles @param {string} control */
function turn(styles, control) {
  const style = STYLES[control[0] ?? ""];
  if (control === "\x0f") return new Set(/** @type {string[]} */ ([]));
  if (!style) return spoiled(styles, control);
  const next = new Set(styles);
  if (!next.delete(style)) next.add(style);
  return next;
}

/** The same colour on itself is how IRC hides what is not to be read at once. @param {Set<string>} styles @param {string} control */
function spoiled(styles, control) {
  const [, front, back] = /^\x03(\d{1,2})(?:,(\d{1,2}))?$/.exec(control) ?? [];
  const next = new Set(styles);
  if (front !== undefined && Number(front) === Number(back)) next.add("spoiler");
  else if (control.startsWith("\x03")) next.delete("spoiler");
  return next;
}

/**
 * The server's emoji, and between them names of channels and people.
 * @param {string} text
 * @param {string[]} styles
 * @param {(nick: string) => boolean} known
 */
function mentions(text, styles, known) {
  return parts(text).flatMap(([piece, emoji]) => (emoji ? [/** @type {Token} */ ({ kind: "text", text: piece, href: "", styles })] : namesIn(piece, styles, known)));
}

/**
 * @param {string} text
 * @param {string[]} styles
 * @param {(nick: string) => boolean} known
 */
function namesIn(text, styles, known) {
  /** @type {{at: number, text: string, kind: "channel" | "nick"}[]} */
  const places = [];
  if (text.includes("#")) {
    for (const match of text.matchAll(CHANNEL)) places.push({ at: match.index, text: match[0], kind: "channel" });
  }
  for (const match of text.matchAll(WORD)) {
    const inside = places.some((place) => match.index >= place.at && match.index < place.at + place.text.length);
    if (!inside && known(fold(match[0]))) places.push({ at: match.index, text: match[0], kind: "nick" });
  }
  places.sort((a, b) => a.at - b.at);
  /** @type {Token[]} */
  const found = [];
  let at = 0;
  for (const place of places) {
    if (place.at > at) found.push({ kind: "text", text: text.slice(at, place.at), href: "", styles });
    found.push({ kind: place.kind, text: place.text, href: "", styles });
    at = place.at + place.text.length;
  }
  if (at < text.length) found.push({ kind: "text", text: text.slice(at), href: "", styles });
  return found;
}

/** Whether there is nothing in it but a few emoji, which may then be shown large. @param {string} text */
export function isEmoji(text) {
  return isCustomEmoji(text) || /^(?:(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\ufe0f?)\s*){1,5}$/v.test(text);
}
