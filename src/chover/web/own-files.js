/** Files of our own server in a message: what they are, by their addresses. Nothing is asked of the server. */

import { plain } from "./text.js";

/** @import { ShownBlock, Token } from "./text.js" */
/**
 * @typedef {object} OwnFile
 * @property {string} href
 * @property {string} name As it may be shown.
 * @property {"picture" | "video" | "audio" | "file"} kind What its name says; the server knows better.
 * @property {number} width In pixels; 0 if the address does not say it.
 * @property {number} height
 */

/** How many files of one message are shown; the addresses of more stay in the text. */
const MOST = 10;
/** A picture with more pixels is not shown in a message: it takes four bytes of memory for each. As in files/uploads.py. */
const MOST_PIXELS = 100_000_000;
const FILE = /^\/?[A-Za-z0-9_-]{22}\/[^/]+$/;
const SIZE = /^#([1-9]\d{0,4})x([1-9]\d{0,4})$/;
/** @type {[OwnFile["kind"], RegExp][]} */
const KINDS = [
  ["picture", /\.(?:png|jpe?g|gif|webp|avif)$/i],
  ["video", /\.(?:mp4|m4v|webm)$/i],
  ["audio", /\.(?:mp3|m4a|ogg|oga|opus|flac|wav)$/i],
];

/**
 * Those that are shown with a message, each once. One in a spoiler is not.
 * @param {ShownBlock[]} blocks
 * @param {string} files Where files are kept, as an absolute address; "" where none are.
 * @returns {OwnFile[]}
 */
export function ownFiles(blocks, files) {
  if (!files) return [];
  const found = blocks.flatMap(({ tokens }) => tokens).filter((token) => isShown(token, files)).map(({ href }) => href);
  return [...new Set(found)].slice(0, MOST).map(fileAt);
}

/** @param {Token} token @param {string} files */
function isShown({ kind, href, styles }, files) {
  if (kind !== "link" || styles.includes("spoiler") || !href.startsWith(files)) return false;
  return isFile(new URL(href), files);
}

/** @param {URL} url @param {string} files */
function isFile(url, files) {
  return url.origin === location.origin && FILE.test(url.pathname.slice(new URL(files).pathname.length));
}

/** Whether a message is one picture and nothing else. @param {string} text @param {string} files Where files are kept, or "". */
export function isPicture(text, files) {
  if (!files || !text.startsWith(files) || /\s/.test(text)) return false;
  return isShown({ kind: "link", text, href: text, styles: [] }, files) && fileAt(text).kind === "picture";
}

/** @param {string} href @returns {OwnFile} */
function fileAt(href) {
  const { pathname, hash } = new URL(href);
  const [, width = 0, height = 0] = SIZE.exec(hash)?.map(Number) ?? [];
  const [kind = "file"] = KINDS.find(([, ending]) => ending.test(pathname)) ?? [];
  const fits = kind !== "picture" || width * height <= MOST_PIXELS;
  return { href, name: nameIn(pathname), kind: fits ? kind : "file", width, height };
}

/** The readable name of a file; anybody may have typed the address, so it may have none. @param {string} path */
function nameIn(path) {
  const name = path.split("/").at(-1) ?? "";
  try {
    return plain(decodeURIComponent(name));
  } catch {
    return name;
  }
}

/** A text in which the addresses of our own files are their names. @param {string} text @param {string} files */
export function withNames(text, files) {
  if (!files || !text.includes(files)) return text;
  return text.replace(/\S+/g, (word) => (word.startsWith(files) && URL.canParse(word) && isFile(new URL(word), files) ? fileAt(word).name : word));
}

/**
 * A message without the addresses at its end, which the shown files replace. One in the midst of a sentence stays.
 * @param {ShownBlock[]} blocks
 * @param {OwnFile[]} own
 * @returns {ShownBlock[]}
 */
export function withoutEnd(blocks, own) {
  const shown = new Set(own.map(({ href }) => href));
  const left = shown.size ? [...blocks] : blocks;
  for (let last = left.at(-1); shown.size && last?.kind === "line"; last = left.at(-1)) {
    left.pop();
    const tokens = cut(last.tokens, shown);
    if (!tokens.length) continue;
    left.push({ ...last, tokens });
    break;
  }
  return left;
}

/** @param {Token[]} tokens @param {Set<string>} shown */
function cut(tokens, shown) {
  let end = tokens.length;
  const goes = (/** @type {Token | undefined} */ token) => token && (token.kind === "link" ? shown.has(token.href) && token.text === token.href : token.kind === "text" && !token.text.trim());
  while (goes(tokens[end - 1])) end -= 1;
  const left = tokens.slice(0, end);
  const last = left.at(-1);
  return end < tokens.length && last?.kind === "text" ? [...left.slice(0, -1), { ...last, text: last.text.trimEnd() }] : left;
}
