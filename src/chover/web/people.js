/** The appearance of people: a colour and a letter for each, always the same. */

import { fold } from "./irc.js";
import { make } from "./html.js";

/** The number of colours in the styles. */
const HUES = 12;

/** @param {string} nick */
export function hue(nick) {
  // FNV-1a, and its high bits: names that differ by a letter should get different colours.
  let sum = 0x811c9dc5;
  for (const char of fold(nick)) sum = Math.imul(sum ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return (sum >>> 16) % HUES;
}

/** The first letter of a nick, for its avatar. @param {string} nick */
export function initial(nick) {
  const letters = [...nick.replace(/^[^\p{L}\p{N}]+/u, "")];
  return (letters[0] ?? nick[0] ?? "?").toUpperCase();
}

/** An avatar, hidden from screen readers: the name is next to it. @param {string} nick */
export function avatar(nick) {
  return make("span.avatar", { "aria-hidden": "true", "data-hue": hue(nick) }, initial(nick));
}
