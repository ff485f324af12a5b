/** The text of a message as elements. */

import { make } from "../html.js";
import { t } from "../i18n.js";
import { isEmoji, shownBlocks } from "../text.js";
import { hue } from "../people.js";
import { withEmoji } from "./emoji-sign.js";
import { fragment, within } from "../places.js";

/** @import { ShownBlock, Token } from "../text.js" */

/** What is hidden is hidden from screen readers, too, until it is clicked. */
const SPOILER = { tabindex: "0", role: "button" };

/** @type {Record<Token["kind"], (token: Token) => Node>} */
const DRAW = {
  text: ({ text }) => withEmoji(text),
  link: ({ text, href }) => within(href) ? make("a", { href: within(href) }, text) : make("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, text),
  channel: ({ text }) => make("a.channel", { href: fragment(text), "data-channel": text }, text),
  nick: ({ text }) => make("span.name", { "data-hue": hue(text) }, text),
  host: ({ text }) => make("span.host", null, text),
  code: ({ text }) => make("code", null, text),
  block: codeBlock,
};

/**
 * @param {string} text
 * @param {(nick: string) => boolean} known Whether a folded name belongs to somebody.
 */
export function messageText(text, known) {
  return blocksText(shownBlocks(text, known), isEmoji(text));
}

/** @param {ShownBlock[]} blocks @param {boolean} [large] */
export function blocksText(blocks, large = false) {
  return make("div.text", { class: large ? "text large" : "text", dir: "auto" }, ...grouped(blocks));
}

/** Code is there at once, and coloured as soon as the colours are loaded, which the first block with a language does. @param {Token} token */
function codeBlock({ text, language }) {
  const code = make("code", null, text);
  if (language) void import("./code-colours.js").then(({ colour }) => colour(code, language), () => undefined);
  return make("pre", { tabindex: "0" }, code);
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
  return make("span", { class: token.styles.join(" "), ...(spoiler ? { ...SPOILER, "aria-label": t("Spoiler: show it") } : {}) }, node);
}

/** Show a spoiler, also to a screen reader. @param {HTMLElement} spoiler */
export function reveal(spoiler) {
  spoiler.classList.replace("spoiler", "revealed");
  for (const name of ["role", "aria-label", "tabindex"]) spoiler.removeAttribute(name);
}
