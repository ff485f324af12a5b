/** Files of our own server in a message: what they are, by their addresses. Nothing is asked of the server. */

import { plain } from "./text.js";

/** @import { ShownBlock, Token } from "./text.js" */
/**
 * @typedef {object} OwnFile
 * @property {string} href Where it is to be had from here.
 * @property {string} said The address in the message.
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
  return [...new Set(found)].slice(0, MOST).map((said) => fileAt(said, files));
}

/** @param {Token} token @param {string} files */
function isShown({ kind, href, styles }, files) {
  return kind === "link" && !styles.includes("spoiler") && isFile(href, files);
}

/** @param {string} href @param {string} files */
function isFile(href, files) {
  const { origin, pathname, host } = homeOf(files);
  if (!href.includes(pathname) || origin !== location.origin || !URL.canParse(href)) return false;
  const url = new URL(href);
  const ours = /^https?:$/.test(url.protocol) && machine(url) === host && !url.username && url.pathname.startsWith(pathname);
  return ours && FILE.test(url.pathname.slice(pathname.length));
}

/** @type {{files: string, origin: string, pathname: string, host: string}} */
let home = { files: "", origin: "", pathname: "", host: "" };

/** It is asked for with each message. @param {string} files */
function homeOf(files) {
  if (home.files !== files) {
    const url = new URL(files);
    home = { files, origin: url.origin, pathname: url.pathname, host: machine(url) };
  }
  return home;
}

/** The server, with TLS or without. On its own machine another program may call it otherwise than this page. @param {URL} url */
function machine({ hostname, port }) {
  return `${["127.0.0.1", "[::1]"].includes(hostname) ? "localhost" : hostname}:${port}`;
}

/** Whether a message is one picture and nothing else. @param {string} text @param {string} files Where files are kept, or "". */
export function isPicture(text, files) {
  return Boolean(files) && !/\s/.test(text) && isFile(text, files) && fileAt(text, files).kind === "picture";
}

/** @param {string} said @param {string} files @returns {OwnFile} */
function fileAt(said, files) {
  const { pathname, search, hash } = new URL(said);
  // Another program may have sent it with TLS, or without: it is loaded as this page is.
  const href = homeOf(files).origin + pathname + search + hash;
  const [, width = 0, height = 0] = SIZE.exec(hash)?.map(Number) ?? [];
  const [kind = "file"] = KINDS.find(([, ending]) => ending.test(pathname)) ?? [];
  const fits = kind !== "picture" || width * height <= MOST_PIXELS;
  return { href, said, name: nameIn(pathname), kind: fits ? kind : "file", width, height };
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
  if (!files || !text.includes(homeOf(files).pathname)) return text;
  return text.replace(/\S+/g, (word) => (isFile(word, files) ? fileAt(word, files).name : word));
}

/**
 * A message without the addresses at its end, which the shown files replace. One in the midst of a sentence stays.
 * @param {ShownBlock[]} blocks
 * @param {OwnFile[]} own
 * @returns {ShownBlock[]}
 */
export function withoutEnd(blocks, own) {
  const shown = new Set(own.map(({ said }) => said));
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
