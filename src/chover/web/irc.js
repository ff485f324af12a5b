/**
 * One line of IRC: taken apart and put together. Imports nothing.
 *
 * Sources: https://modern.ircdocs.horse/#message-format and https://ircv3.net/specs/extensions/message-tags
 */

/** @import { Message } from "./state/shapes.js" */

/** Longest line without its tags, CR LF included. */
export const LINE_BYTES = 512;

/** @type {Record<string, string>} */
const ESCAPES = { ";": "\\:", " ": "\\s", "\\": "\\\\", "\r": "\\r", "\n": "\\n" };
/** @type {Record<string, string>} */
const UNESCAPES = { ":": ";", s: " ", "\\": "\\", r: "\r", n: "\n" };

const encoder = new TextEncoder();

/** @param {string} text */
export function bytes(text) {
  return encoder.encode(text).length;
}

/** @param {string} value */
export function escapeTag(value) {
  return value.replace(/[; \\\r\n]/g, (char) => ESCAPES[char] ?? char);
}

/**
 * An unescaped tag value; an unknown escape loses its backslash.
 * @param {string} value
 */
export function unescapeTag(value) {
  return value.includes("\\") ? value.replace(/\\(.?)/gs, (_, char) => UNESCAPES[char] ?? char) : value;
}

/**
 * Tags without the leading "@"; if a key is repeated, the last one counts.
 * @param {string} text
 */
export function parseTags(text) {
  /** @type {Record<string, string>} */
  const tags = Object.create(null);
  for (const item of text.split(";")) {
    const at = item.indexOf("=");
    const key = at < 0 ? item : item.slice(0, at);
    if (key) tags[key] = at < 0 ? "" : unescapeTag(item.slice(at + 1));
  }
  return tags;
}

/** @param {Record<string, string>} tags */
export function formatTags(tags) {
  return Object.entries(tags)
    .map(([key, value]) => (value ? `${key}=${escapeTag(value)}` : key))
    .join(";");
}

/**
 * Parse a line without its end; null if it has no command.
 * @param {string} line
 * @returns {Message | null}
 */
export function parse(line) {
  let rest = line.replace(/[\r\n]+$/, "");
  /** @type {Record<string, string>} */
  let tags = Object.create(null);
  let source = "";
  const word = () => {
    const end = rest.indexOf(" ");
    const taken = end < 0 ? rest : rest.slice(0, end);
    rest = end < 0 ? "" : rest.slice(end + 1).replace(/^ +/, "");
    return taken;
  };
  if (rest.startsWith("@")) tags = parseTags(word().slice(1));
  if (rest.startsWith(":")) source = word().slice(1);
  const command = word().toUpperCase();
  const params = [];
  while (rest && !rest.startsWith(":")) params.push(word());
  if (rest) params.push(rest.slice(1));
  return command ? { tags, source, nick: source.split("!", 1)[0] ?? "", command, params } : null;
}

/**
 * A line without its end. Only the last parameter may be empty, contain a space or begin with a colon.
 * @param {string} command
 * @param {string[]} params
 * @param {Record<string, string>} [tags]
 */
export function format(command, params = [], tags = {}) {
  const front = Object.keys(tags).length ? [`@${formatTags(tags)}`] : [];
  const last = params.length - 1;
  const words = params.map((param, at) => (at === last && /^$|^:| /.test(param) ? `:${param}` : param));
  return [...front, command, ...words].join(" ").replace(/[\r\n\0]/g, "");
}

/**
 * Split text into pieces of at most `limit` bytes of UTF-8, at a space if there is one in their second half. A grapheme
 * cluster is never split (https://www.unicode.org/reports/tr29/), unless it alone is longer than `limit`.
 * @param {string} text
 * @param {number} limit
 */
export function splitText(text, limit) {
  const pieces = [];
  let rest = text;
  // Bytes are only counted where they decide: otherwise each piece would cost as much as all that is left.
  while (rest.length > limit || bytes(rest) > limit) {
    const { end, begin } = cutting(rest, limit);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(begin);
  }
  pieces.push(rest);
  return pieces;
}

const graphemes = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/**
 * The end of the first piece, and the beginning of the rest: the space between them is in neither.
 * @param {string} text
 * @param {number} limit
 */
function cutting(text, limit) {
  const near = text.slice(0, limit + 2);
  const segments = graphemes ? [...graphemes.segment(near)].map(({ segment }) => segment) : [...near];
  const half = Math.floor(limit / 2);
  let used = 0;
  let end = 0;
  let space = -1;
  for (const segment of segments) {
    if (segment === " " && used >= half) space = end;
    used += bytes(segment);
    if (used > limit) break;
    end += segment.length;
  }
  if (space >= 0) return { end: space, begin: space + 1 };
  const cut = end || fitting(text, limit);
  return { end: cut, begin: cut };
}

/**
 * How many UTF-16 units of the text fit into `limit` bytes without splitting a character; at least one character.
 * @param {string} text
 * @param {number} limit
 */
function fitting(text, limit) {
  let used = 0;
  let end = 0;
  for (const char of text) {
    used += bytes(char);
    if (used > limit && end) break;
    end += char.length;
  }
  return end;
}

/**
 * The form in which names are compared, close enough to the server's own (PRECIS, RFC 8265).
 * @param {string} name
 */
export function fold(name) {
  return name.replace(/[\uff01-\uffef]+/g, (wide) => wide.normalize("NFKC")).normalize("NFC").toLowerCase();
}

/**
 * @param {string} name
 * @param {string} [types] The characters with which channels begin (ISUPPORT CHANTYPES).
 */
export function isChannel(name, types = "#") {
  return name !== "" && types.includes(name[0] ?? "");
}

/**
 * Milliseconds since 1970 from a `time` tag or `timestamp=` value; 0 if it is invalid.
 * @param {string | undefined} text
 */
export function readTime(text) {
  return (text && Date.parse(text)) || 0;
}

/** @param {number} at Milliseconds since 1970. */
export function formatTime(at) {
  return new Date(at).toISOString();
}
