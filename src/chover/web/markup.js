/**
 * What people mean by `**bold**`, quotes, lists and code in a message. Only shown: what was typed is what is kept. Pure.
 *
 * The terminal client reads the same (client/display/markup.py); tests/markup.json checks both. A message is cut into
 * blocks by its lines, and each line into pieces. Text that does not fit the grammar stays as it was typed.
 */

import { addresses } from "./addresses.js";

/**
 * @typedef {object} Piece A part of a line.
 * @property {"text" | "code" | "link" | "host" | "control"} kind `control`: one of IRC's codes; `host`: that of a link with a name.
 * @property {string} text
 * @property {string[]} styles Of bold, italic, strike and spoiler.
 * @property {string} href
 */
/**
 * @typedef {object} Block A line, or all lines of a code block.
 * @property {"line" | "quote" | "item" | "code"} kind
 * @property {Piece[]} pieces
 * @property {number} level How deep an item is indented.
 * @property {string} marker "•", or the number of an item with its point.
 * @property {string} language
 * @property {string} code
 */
/**
 * @typedef {object} Mark A run of marks, which may begin or end styles. What it neither begins nor ends stays text.
 * @property {string[]} can Styles.
 * @property {boolean} opens
 * @property {boolean} closes
 * @property {Set<string>} begun
 * @property {Set<string>} ended
 */

const DEEPEST = 3;
/** All controls but line ends, tabs and the formatting codes of IRC; and what turns the rest of a line around. */
// eslint-disable-next-line no-control-regex
const HARMFUL = /[\x00\x01\x05-\x08\x0b-\x0e\x10\x12-\x15\x17-\x1c\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
const TAB = "    ";
const FENCE = "```";
const LANGUAGE = /^[A-Za-z0-9+#.-]{0,16}$/;
const QUOTE = /^>(?: ([^]*)|)$/;
const ITEM = /^( {0,8})([-*•]|\d{1,9}[.)]) ([^]*\S[^]*)$/;
/** In this order: an escaped character, two kinds of code, a link with a name, a code of IRC, marks. */
const TOKEN =
  // eslint-disable-next-line no-control-regex
  /\\([*~|`])|^\\([>-] )|```([^`]+)```|`([^`]+)`|\[([^[\]]{1,200})\]\((https?:\/\/(?:[^\s()]|\([^\s()]*\)){1,2000})\)|([\x02\x1d\x1f\x1e\x16\x11\x0f]|\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04(?:[0-9A-Fa-f]{6}(?:,[0-9A-Fa-f]{6})?)?)|(\*+|~+|\|+)/g;
/** @type {Map<string, string[]>} */
const MARKS = new Map([["*", ["italic"]], ["**", ["bold"]], ["***", ["bold", "italic"]], ["~~", ["strike"]], ["||", ["spoiler"]]]);
/** @type {Record<string, string>} */
const WRITTEN = { italic: "*", bold: "**", strike: "~~", spoiler: "||" };
const HOST = /[^\s/]+\.[^\s/.]{2,}/g;
/** Scripts that are written without spaces: a mark beside one of their letters may begin or end something. */
const UNSPACED = [[0x0e00, 0x0e7f], [0x3040, 0x30ff], [0x3400, 0x9fff], [0xac00, 0xd7af], [0x20000, 0x3ffff]];

/** At least one, without what would turn or hide the text around it. @param {string} text @returns {Block[]} */
export function blocks(text) {
  const lines = text.replace(HARMFUL, "").split("\n");
  const ends = endsOf(lines);
  const found = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const end = line.startsWith(FENCE) ? ends[at] ?? -1 : -1;
    found.push(end < 0 ? lineBlock(line) : codeBlock(lines.slice(at, end + 1)));
    if (end >= 0) at = end;
  }
  return found;
}

/** For each line the next one, itself included, that ends a code block which begins on it; -1 without one. @param {string[]} lines */
function endsOf(lines) {
  const ends = lines.map(() => -1);
  let next = -1;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = (lines[at] ?? "").trimEnd();
    const closes = line.endsWith(FENCE);
    ends[at] = closes && line.trim().length > 2 * FENCE.length ? at : next;
    if (closes) next = at;
  }
  return ends;
}

/** @param {Partial<Block> & Pick<Block, "kind">} block @returns {Block} */
function block(block) {
  return { pieces: [], level: 0, marker: "", language: "", code: "", ...block };
}

/** @param {string[]} lines */
function codeBlock(lines) {
  const first = (lines[0] ?? "").slice(FENCE.length);
  if (lines.length === 1) return block({ kind: "code", code: first.trimEnd().slice(0, -FENCE.length).replaceAll("\t", TAB) });
  const last = (lines.at(-1) ?? "").trimEnd().slice(0, -FENCE.length);
  const language = LANGUAGE.test(first.trim()) ? first.trim() : "";
  const inner = [...(language || !first.trim() ? [] : [first]), ...lines.slice(1, -1), ...(last.trim() ? [last] : [])];
  return block({ kind: "code", language, code: inner.join("\n").replaceAll("\t", TAB) });
}

/** @param {string} raw */
function lineBlock(raw) {
  const line = raw.replaceAll("\t", " ");
  const quoted = QUOTE.exec(line);
  if (quoted) return block({ kind: "quote", pieces: linePieces(quoted[1] ?? "") });
  const [, space = "", sign = "", rest = ""] = ITEM.exec(line) ?? [];
  if (!sign) return block({ kind: "line", pieces: linePieces(line) });
  const marker = /\d/.test(sign) ? sign : "•";
  return block({ kind: "item", pieces: linePieces(rest), level: Math.min(Math.floor(space.length / 2), DEEPEST), marker });
}

// ---- a line

/** @param {string} line @returns {Piece[]} */
function linePieces(line) {
  const items = itemsOf(line);
  pair(/** @type {Mark[]} */ (items.filter((item) => "can" in item)));
  return styled(items);
}

/** @param {Piece["kind"]} kind @param {string} text @param {string} [href] @returns {Piece} */
function piece(kind, text, href = "") {
  return { kind, text, styles: [], href };
}

/** @param {string} line @returns {(Piece | Mark)[]} */
function itemsOf(line) {
  /** @type {(Piece | Mark)[]} */
  const items = [];
  const links = addresses(line).reverse();
  let at = 0;
  let token = next(line, at);
  while (token || links.length) {
    const link = links.at(-1);
    if (link && link.start < at) links.pop();
    else if (token && token.index < at) token = next(line, at);
    else if (link && (!token || link.start <= token.index)) {
      links.pop();
      items.push(piece("text", line.slice(at, link.start)), piece("link", link.text, link.text));
      at = link.start + link.text.length;
    } else if (token) {
      items.push(piece("text", line.slice(at, token.index)), ...read(line, token));
      at = token.index + token[0].length;
      token = next(line, at);
    }
  }
  items.push(piece("text", line.slice(at)));
  return items;
}

/** @param {string} line @param {number} at */
function next(line, at) {
  TOKEN.lastIndex = at;
  return TOKEN.exec(line);
}

/** @param {string} line @param {RegExpExecArray} token @returns {(Piece | Mark)[]} */
function read(line, token) {
  const [text, escaped, begun, fenced, code, name, address, control] = token;
  if (escaped ?? begun) return [piece("text", text.slice(1))];
  if (fenced ?? code) return [piece("code", fenced ?? code ?? "")];
  if (name && address) return named(name, address, text);
  if (control) return [piece("control", control)];
  const can = MARKS.get(text);
  if (!can) return [piece("text", text)];
  const before = charBefore(line, token.index);
  const after = String.fromCodePoint(line.codePointAt(token.index + text.length) ?? 32);
  return [{
    can, opens: after.trim() !== "" && !inWord(before), closes: before.trim() !== "" && !inWord(after), begun: new Set(), ended: new Set(),
  }];
}

/** A character of two halves counts as one. @param {string} line @param {number} at */
function charBefore(line, at) {
  const half = line.charCodeAt(at - 1) >= 0xdc00 && line.charCodeAt(at - 1) < 0xe000;
  return line.slice(Math.max(0, at - (half ? 2 : 1)), at);
}

/** A link with a name shows its host, too. A name that looks like another address is not believed. @param {string} name @param {string} address @param {string} text */
function named(name, address, text) {
  const [link] = addresses(address);
  const host = link?.text === address ? new URL(address).hostname : "";
  const lies = name.includes("://") || (name.match(HOST) ?? []).some((word) => word.toLowerCase() !== host);
  return host && !lies ? [piece("link", name, address), piece("host", ` (${host})`)] : [piece("text", text)];
}

/** @param {string} char */
function inWord(char) {
  const code = char.codePointAt(0) ?? 0;
  return /[\p{L}\p{N}_]/u.test(char) && !UNSPACED.some(([first = 0, last = 0]) => code >= first && code <= last);
}

/** Find the beginnings and ends that belong together. What lies open between them stays text. @param {Mark[]} marks */
function pair(marks) {
  /** @type {[string, Mark][]} */
  const stack = [];
  /** @type {Record<string, number>} */
  const standing = { italic: 0, bold: 0, strike: 0, spoiler: 0 };
  for (const mark of marks) {
    if (mark.closes && mark.can.every((style) => standing[style])) for (let left = mark.can.length; left; left -= 1) close(mark, stack, standing);
    else if (mark.opens) {
      for (const style of mark.can) {
        stack.push([style, mark]);
        standing[style] = (standing[style] ?? 0) + 1;
      }
    }
  }
}

/** End the innermost style that this mark can end and has not ended. @param {Mark} mark @param {[string, Mark][]} stack @param {Record<string, number>} standing */
function close(mark, stack, standing) {
  for (let top = stack.pop(); top; top = stack.pop()) {
    const [style, opener] = top;
    standing[style] = (standing[style] ?? 0) - 1;
    if (mark.can.includes(style) && !mark.ended.has(style)) {
      opener.begun.add(style);
      mark.ended.add(style);
      return;
    }
  }
}

/** Pieces with the styles that hold where they stand; text beside text with the same styles is one piece. @param {(Piece | Mark)[]} items */
function styled(items) {
  /** @type {Piece[]} */
  const found = [];
  /** @type {Set<string>} */
  const styles = new Set();
  for (const item of items) {
    if ("can" in item) {
      for (const style of item.ended) styles.delete(style);
      const rest = item.can.filter((style) => !item.begun.has(style) && !item.ended.has(style));
      add(found, { ...piece("text", rest.map((style) => WRITTEN[style]).join("")), styles: [...styles] });
      for (const style of item.begun) styles.add(style);
    } else add(found, ["text", "link", "host"].includes(item.kind) ? { ...item, styles: [...styles] } : item);
  }
  return found.length ? found : [piece("text", "")];
}

/** @param {Piece[]} found @param {Piece} added */
function add(found, added) {
  const last = found.at(-1);
  if (last?.kind === "text" && added.kind === "text" && String(last.styles) === String(added.styles)) last.text += added.text;
  else if (added.text) found.push(added);
}
