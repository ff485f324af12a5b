/**
 * From a search text to the attributes of a search (https://soju.im/search), and what to mark in the results.
 *
 * The terminal client accepts the same language (client/searching.py); tests/queries.json checks both. Pure.
 */

/**
 * @typedef {object} Asking What a search depends on besides its text.
 * @property {number} now Milliseconds since 1970.
 * @property {string} here The conversation that "in:here" means.
 * @property {string} files The address of the server's files; "" for none.
 */

const PIECE = /-?"[^"]*"?|\S+/g;
const FILTER = /^(-?)(from|in|before|after|has):(.*)$/is;
const AGO = /^(\d{1,4})([mhdw])$/i;
const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;
/** Milliseconds. @type {Record<string, number>} */
const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
/** @type {Record<string, string>} */
const EXAMPLES = { from: "from:alice", in: "in:#tea", before: "before:2026-01-31", after: "after:3d", has: "has:link" };
/** From this length, the last word matches all words that begin with it, as on the server. */
const GOES_ON = 3;

/** The query is invalid; the message is for the person who typed it. */
export class NotUnderstood extends Error {}

/**
 * The attributes; empty for an empty text. Days are in the reader's time zone.
 * @param {string} typed
 * @param {Asking} asking
 * @returns {Record<string, string>}
 */
export function attributesOf(typed, asking) {
  /** @type {Record<string, string>} */
  const found = {};
  const [text, kinds] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([])];
  for (const piece of typed.match(PIECE) ?? []) {
    const [, minus = "", word, value = ""] = (!/^-?"/.test(piece) && FILTER.exec(piece)) || [];
    const name = word?.toLowerCase();
    if (!name) {
      text.push(piece);
      continue;
    }
    check(minus, name, value, found);
    if (name === "has") kinds.push(minus + kind(value, asking.files));
    else found[name] = READERS[name]?.(name, value, asking) ?? value;
  }
  // The text comes first, because its last word may still be incomplete.
  const said = [...kinds, ...text].join(" ");
  return said ? { text: said, ...found } : found;
}

/** @param {string} minus @param {string} name @param {string} value @param {Record<string, string>} found */
function check(minus, name, value, found) {
  if (!value) throw new NotUnderstood(`${name}: needs a value directly after it, like ${EXAMPLES[name]}.`);
  if (minus && name !== "has") throw new NotUnderstood(`-${name}: is not understood; only words, phrases and has: can be excluded.`);
  if (name in found) throw new NotUnderstood(`${name}: is there twice.`);
}

/** The words that messages with a link or file contain. @param {string} value @param {string} files */
function kind(value, files) {
  if (value.toLowerCase() === "link") return "http*";
  if (value.toLowerCase() !== "file") throw new NotUnderstood(`has:${value} is not understood; use has:link or has:file.`);
  if (!files) throw new NotUnderstood("This server does not store files.");
  return `"${files}"`;
}

/** @param {string} name @param {string} value @param {Asking} asking */
function moment(name, value, { now }) {
  const [, count, unit = ""] = AGO.exec(value) ?? [];
  const at = count ? new Date(now - Number(count) * (UNITS[unit.toLowerCase()] ?? 0)) : MOMENT.test(value) ? new Date(dated(value)) : null;
  if (at && !Number.isNaN(at.getTime())) return at.toISOString();
  throw new NotUnderstood(`${name}:${value} is not a time: use a day (2026-01-31), a moment (2026-01-31T17:30), or 2h, 3d, 1w.`);
}

/** A day begins in the reader's time zone; one that does not exist (February 30) is invalid. @param {string} value */
function dated(value) {
  const day = value.slice(0, 10);
  const real = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== day) return Number.NaN;
  return value === day ? `${value}T00:00:00` : value;
}

/** @type {Record<string, (name: string, value: string, asking: Asking) => string>} */
const READERS = {
  in: (_, value, { here }) => (value === "here" && here) || value,
  before: moment,
  after: moment,
};

/**
 * A pattern for the words of a search, to be used on folded text; null for none.
 * @param {string} text
 */
export function patternOf(text) {
  const pieces = (text.match(PIECE) ?? []).filter((piece) => !piece.startsWith("-"));
  const last = pieces.at(-1);
  const parts = pieces.map((piece) => part(piece, piece === last && !piece.endsWith('"'))).filter(Boolean);
  return parts.length ? new RegExp(parts.join("|"), "gu") : null;
}

/** @param {string} piece @param {boolean} typing Whether more of it may follow. */
function part(piece, typing) {
  const words = folded(piece).text.match(/[\p{L}\p{N}\p{M}]+|\p{So}/gu);
  if (!words) return "";
  const last = words.at(-1) ?? "";
  const goesOn = piece.endsWith("*") || (typing && last.length >= GOES_ON);
  // Scripts without spaces have no word boundaries.
  const edge = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}\p{M}]+$/u.test(words.join(""));
  const end = edge && !goesOn ? "(?![\\p{L}\\p{N}\\p{M}])" : goesOn && edge ? "[\\p{L}\\p{N}\\p{M}]*" : "";
  return `${edge ? "(?<![\\p{L}\\p{N}\\p{M}])" : ""}${words.join("[^\\p{L}\\p{N}]+")}${end}`;
}

/**
 * The matches of the pattern in a text: pairs of start and end.
 * @param {string} text
 * @param {RegExp} pattern
 * @returns {[number, number][]}
 */
export function hits(text, pattern) {
  const { text: plain, places } = folded(text);
  return [...plain.matchAll(pattern)].map((match) => [places[match.index] ?? 0, places[match.index + match[0].length] ?? text.length]);
}

/** Text in the form in which it is compared (case, diacritics), with the origin of each of its units. @param {string} text */
function folded(text) {
  let result = "";
  const places = [];
  let at = 0;
  for (const char of text) {
    const plain = char.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    for (let unit = 0; unit < plain.length; unit += 1) places.push(at);
    result += plain;
    at += char.length;
  }
  return { text: result, places: [...places, text.length] };
}
