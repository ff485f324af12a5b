/** What is in a text: links, names, code, the colours and styles of IRC. Pure; elements are made elsewhere. */

import { fold } from "./irc.js";

/**
 * @typedef {object} Token
 * @property {"text" | "link" | "channel" | "nick" | "code" | "block"} kind
 * @property {string} text
 * @property {string} href Where a link leads.
 * @property {string[]} styles bold, italic, underline, strike, mono, spoiler.
 */

/** Longest address that is made a link, in characters. */
const LONGEST_LINK = 2000;
/** The terminal client finds the same (client/screen/addresses.py); tests/links.json holds both to it. */
const LINK = /\bhttps?:\/\/[^\s<>"\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069。、，！？；：「」『』【】《》〈〉｡､]+/giu;
/** What ends a sentence or emphasizes a word; never the underscore, which addresses end in. */
const TRAILING = ".,;:!?'*~`…‥．—–؟،؛۔।॥։።";
/** @type {Record<string, string>} */
const PAIRS = { ")": "(", "]": "[", "}": "{", "）": "（", "］": "［", "｝": "｛", "»": "«", "›": "‹", "”": "“", "’": "‘" };
const CHANNEL = /(?<![\p{L}\p{N}_/#&])#[\p{L}\p{N}_#.-]*[\p{L}\p{N}_]/gu;
const WORD = /[\p{L}\p{N}_\-[\]\\^{}|`]+/gu;
const CODE = /```(?:[a-z0-9+-]{0,16}\n)?([^]+?)```|`([^`\n]+)`/giu;
/** https://modern.ircdocs.horse/formatting */
// eslint-disable-next-line no-control-regex
const CONTROL = /\x02|\x1d|\x1f|\x1e|\x11|\x0f|\x16|\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-f]{6}(?:,[0-9a-f]{6})?)?/giu;
/** @type {Record<string, string>} */
const STYLES = { "\x02": "bold", "\x1d": "italic", "\x1f": "underline", "\x1e": "strike", "\x11": "mono" };
/** What would turn the text around it, or is no character to be shown. */
// eslint-disable-next-line no-control-regex
const HARMFUL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * @param {string} text
 * @param {(nick: string) => boolean} known Whether there is somebody of that name.
 * @returns {Token[]}
 */
export function tokens(text, known) {
  /** @type {Token[]} */
  const found = [];
  let at = 0;
  for (const match of text.matchAll(CODE)) {
    found.push(...styled(text.slice(at, match.index), known));
    const block = match[1] !== undefined;
    found.push({ kind: block ? "block" : "code", text: plain(match[1] ?? match[2] ?? ""), href: "", styles: [] });
    at = match.index + match[0].length;
  }
  found.push(...styled(text.slice(at), known));
  return found;
}

/**
 * The text without what is invisible or turns others around.
 * @param {string} text
 */
export function plain(text) {
  return text.replace(CONTROL, "").replace(HARMFUL, "");
}

/**
 * @param {string} text
 * @param {(nick: string) => boolean} known
 */
function styled(text, known) {
  /** @type {Token[]} */
  const found = [];
  /** @type {Set<string>} */
  let styles = new Set();
  let at = 0;
  for (const match of text.matchAll(CONTROL)) {
    found.push(...named(text.slice(at, match.index), [...styles], known));
    styles = turned(styles, match[0]);
    at = match.index + match[0].length;
  }
  found.push(...named(text.slice(at), [...styles], known));
  return found;
}

/** @param {Set<string>} styles @param {string} control */
function turned(styles, control) {
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
 * @param {string} text
 * @param {string[]} styles
 * @param {(nick: string) => boolean} known
 */
function named(text, styles, known) {
  /** @type {Token[]} */
  const found = [];
  const clean = text.replace(HARMFUL, "");
  let at = 0;
  for (const match of clean.matchAll(LINK)) {
    const link = trimmed(match[0]);
    if (link.length > LONGEST_LINK || !isLink(link)) continue;
    found.push(...mentions(clean.slice(at, match.index), styles, known));
    found.push({ kind: "link", text: link, href: link, styles });
    at = match.index + link.length;
  }
  found.push(...mentions(clean.slice(at), styles, known));
  return found;
}

/** An address without the punctuation of the sentence that it stands in. @param {string} link */
function trimmed(link) {
  let rest = link;
  for (;;) {
    const last = rest.at(-1) ?? "";
    const open = PAIRS[last];
    const unmatched = open !== undefined && rest.split(open).length < rest.split(last).length;
    if (!last || (!unmatched && !TRAILING.includes(last))) return rest;
    rest = rest.slice(0, -1);
  }
}

/** @param {string} link */
function isLink(link) {
  try {
    return ["http:", "https:"].includes(new URL(link).protocol);
  } catch {
    return false;
  }
}

/**
 * Names of channels and people.
 * @param {string} text
 * @param {string[]} styles
 * @param {(nick: string) => boolean} known
 */
function mentions(text, styles, known) {
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
  return /^(?:(?:\p{RGI_Emoji}|\p{Extended_Pictographic}\ufe0f?)\s*){1,5}$/v.test(text);
}
