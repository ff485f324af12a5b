/** The text of a message as elements. */

import { make } from "../html.js";
import { isEmoji, plain, shownBlocks, tokens } from "../text.js";
import { hue } from "../people.js";
import { fragment, within } from "../places.js";

/** @import { ShownBlock, Token } from "../text.js" */

/** What is hidden is hidden from screen readers, too, until it is clicked. */
const SPOILER = { tabindex: "0", role: "button", "aria-label": "Spoiler: show it" };
const IMAGES = /\.(?:png|jpe?g|gif|webp|avif)$/i;

/** @type {Record<Token["kind"], (token: Token) => Node>} */
const DRAW = {
  text: ({ text }) => document.createTextNode(text),
  link: ({ text, href }) => within(href) ? make("a", { href: within(href) }, text) : make("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text),
  channel: ({ text }) => make("a.channel", { href: fragment(text), "data-channel": text }, text),
  nick: ({ text }) => make("span.name", { "data-hue": hue(text) }, text),
  host: ({ text }) => make("span.host", null, text),
  code: ({ text }) => make("code", null, text),
  block: ({ text }) => make("pre", { tabindex: "0" }, make("code", null, text)),
};

/**
 * @param {string} text
 * @param {(nick: string) => boolean} known Whether a folded name belongs to somebody.
 */
export function messageText(text, known) {
  return make("div.text", { class: isEmoji(text) ? "text large" : "text", dir: "auto" }, ...grouped(shownBlocks(text, known)));
}

/** Blocks of one kind that follow each other are one element. @param {ShownBlock[]} blocks */
function grouped(blocks) {
  const groups = /** @type {ShownBlock[][]} */ ([]);
  for (const block of blocks) {
    const last = groups.at(-1);
    if (last && block.kind !== "code" && alike(last[0], block)) last.push(block);
    else groups.push([block]);
  }
  return groups.flatMap(group);
}

/** Numbers and points are different lists. @param {ShownBlock | undefined} first @param {ShownBlock} block */
function alike(first, block) {
  return first?.kind === block.kind && (first.marker === "•") === (block.marker === "•");
}

/** @param {ShownBlock[]} blocks @returns {Node[]} */
function group(blocks) {
  const [first] = blocks;
  const lines = () => blocks.flatMap(({ tokens: inside }, at) => [...(at ? [document.createTextNode("\n")] : []), ...inside.map(drawn)]);
  if (first?.kind === "quote") return [make("blockquote", null, ...lines())];
  if (first?.kind === "item") return [make(first.marker === "•" ? "ul" : "ol", null, ...blocks.map(item))];
  return lines();
}

/** Its point or number is text, so that it can be found, selected and copied. @param {ShownBlock} block */
function item({ marker, level, tokens: inside }) {
  return make("li", { "data-level": level || null }, make("span.marker", null, `${marker} `), make("span", null, ...inside.map(drawn)));
}

/** @param {Token} token */
function drawn(token) {
  const node = DRAW[token.kind](token);
  if (!token.styles.length) return node;
  const spoiler = token.styles.includes("spoiler");
  return make("span", { class: token.styles.join(" "), ...(spoiler ? SPOILER : {}) }, node);
}

/**
 * Previews of pictures, only for our own server's files: nobody else learns who looks at what.
 * @param {string} text
 * @param {string} files Where files are kept, as an absolute address; "" where none are.
 */
export function previews(text, files) {
  if (!files) return null;
  const own = tokens(text, () => false).filter(({ kind, href }) => kind === "link" && isOwnImage(href, files));
  if (!own.length) return null;
  return make("div.previews", null, ...own.slice(0, 4).map(({ href }) => preview(href)));
}

/** A picture in a box of fixed size, so that nothing moves when it is loaded. @param {string} href */
function preview(href) {
  const image = make("img", { src: href, alt: nameOf(href), loading: "lazy", decoding: "async" });
  const link = make("a.preview", { href, target: "_blank", rel: "noopener" }, image);
  // The address of an upload contains its size; older and typed addresses do not.
  const [, width, height] = /^#([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(new URL(href).hash) ?? [];
  if (width && height) {
    link.style.setProperty("--width", width);
    link.style.setProperty("--height", height);
  }
  return link;
}

/** The readable name of a file; anybody may have typed the address, so it may have none. @param {string} href */
function nameOf(href) {
  const name = new URL(href).pathname.split("/").at(-1) ?? "";
  try {
    return plain(decodeURIComponent(name));
  } catch {
    return name;
  }
}

/** @param {string} href @param {string} files */
function isOwnImage(href, files) {
  const url = new URL(href);
  return url.origin === location.origin && url.href.startsWith(files) && IMAGES.test(url.pathname);
}
