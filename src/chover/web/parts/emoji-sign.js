/** An emoji as it is shown: the server's own as a picture, any other as text. */

import { parts, pictureOf } from "../custom-emoji.js";
import { make } from "../html.js";

/** @param {string} emoji A character, or `:name:`. @returns {Node} */
export function emojiSign(emoji) {
  const src = pictureOf(emoji);
  return src ? make("img.custom-emoji", { src, alt: emoji, title: emoji, loading: "lazy", decoding: "async" }) : document.createTextNode(emoji);
}

/** A text with its emoji. @param {string} text @returns {Node} */
export function withEmoji(text) {
  const found = parts(text);
  if (!found.some(([, emoji]) => emoji)) return document.createTextNode(text);
  const all = document.createDocumentFragment();
  all.append(...found.map(([piece, emoji]) => (emoji ? emojiSign(piece) : piece)));
  return all;
}
