/**
 * What a message mentions: the same rule as the server's (engine/mentions.py); tests/transcripts/mentions.json checks
 * both. The message contains one of the reader's words as a complete word, folded like names, or answers one of the
 * reader's messages. No word ends inside a longer one.
 */

/** IRC formatting codes and control characters, which are not displayed. */
const FORMATTING = /\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9a-fA-F]{6}(?:,[0-9a-fA-F]{6})?)?|[\x00-\x08\x0e-\x1f\x7f]/g;
const ADDRESS = /(?:[a-z][a-z0-9+.-]*:\/\/|www\.)\S+/g;
const CONNECTS = /^[-.@|^[\]{}\\\u2010\u2011]$/;
const MARK = /^[\p{M}\u00ad\u200c\u200d]$/u;
/** Letters that belong together: in scripts without spaces none do; Hangul and Katakana belong with their own kind. @type {[string, RegExp][]} */
const SCRIPTS = [
  ["free", /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u],
  ["katakana", /^[\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff]/],
  ["hangul", /^[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]/],
  ["letter", /^[\p{L}\p{N}_]/u],
];

/** A text in the form in which names are compared, without formatting. @param {string} text */
export function folded(text) {
  return text.replace(FORMATTING, "").replace(/[\uff01-\uffef]+/g, (run) => run.normalize("NFKC")).toLowerCase().normalize("NFC");
}

/** A function that finds the words in a folded text, as complete words. @param {string[]} words @returns {(text: string) => boolean} */
export function matcher(words) {
  const forms = words.map((word) => folded(word).split(/\s+/).filter(Boolean).map(escape).join("\\s+")).filter(Boolean);
  const each = forms.map((form) => new RegExp(form, "g"));
  return (text) => each.some((pattern) => [...text.matchAll(pattern)].some((found) => whole(text, found.index, found.index + found[0].length)));
}

/** The user's words, prepared again whenever they change. */
export class Words {
  constructor() {
    this._named = "";
    this._find = matcher([]);
  }

  /** Whether a text contains one of the words. @param {string[]} words @param {string} text */
  stand(words, text) {
    const named = words.join("\n");
    if (named !== this._named) Object.assign(this, { _named: named, _find: matcher(words) });
    return this._find(folded(text));
  }
}

/** @param {string} part */
function escape(part) {
  return part.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

/** @param {string} text @param {number} start @param {number} end */
function whole(text, start, end) {
  const before = [...text.slice(0, start)];
  const found = [...text.slice(start, end)];
  const after = [...text.slice(end, end + 6)];
  if (before.at(-1) === "#" || inAddress(text, start)) return false;
  return !(goesOnBefore(before, kind(found[0]) || "letter") || goesOnAfter(after, lastKind(found) || "letter"));
}

/** @param {string} text @param {number} start */
function inAddress(text, start) {
  return [...text.matchAll(ADDRESS)].some(({ 0: address, index }) => index <= start && start < index + address.length);
}

/** @param {string[]} before @param {string} edge */
function goesOnBefore(before, edge) {
  return stick(lastKind(CONNECTS.test(before.at(-1) ?? "") ? before.slice(0, -1) : before), edge);
}

/** @param {string[]} after @param {string} edge */
function goesOnAfter([first = "", second = "", third = ""], edge) {
  if (MARK.test(first) || stick(edge, kind(first))) return true;
  if (/['\u2019]/.test(first) && second === "t") return !kind(third);
  return CONNECTS.test(first) && stick(edge, kind(second));
}

/** The kind of the last letter; combining marks belong to it. @param {string[]} chars */
function lastKind(chars) {
  return kind(chars.findLast((char) => !MARK.test(char)));
}

/** @param {string} one @param {string} other */
function stick(one, other) {
  return one === other && one !== "" && one !== "free";
}

/** The group of a letter; "" for anything that is not a letter or digit. @param {string} [char] */
function kind(char = "") {
  return SCRIPTS.find(([, script]) => script.test(char))?.[0] ?? "";
}
