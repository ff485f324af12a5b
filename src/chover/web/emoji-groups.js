/** The groups of emoji, by ranges of Unicode; the skin tones; and which emoji somebody uses most. No elements here. */

import { pictureOf } from "./custom-emoji.js";
import { N_ } from "./i18n.js";
import { load, save } from "./storage.js";

/** The first group that has an emoji is the one where it stands. @type {{name: string, sign: string, has: RegExp}[]} */
export const GROUPS = [
  { name: N_("Flags"), sign: "🏳️", has: /^[\u{1f1e6}-\u{1f1ff}\u{1f38c}\u{1f3c1}\u{1f3f3}\u{1f3f4}\u{1f6a9}]/u },
  { name: N_("Smileys and people"), sign: "😀", has: /^[☝✊-✍☹☺\u{1f385}\u{1f3c2}-\u{1f3c4}\u{1f3c7}\u{1f3ca}-\u{1f3cc}\u{1f442}-\u{1f450}\u{1f464}-\u{1f487}\u{1f48b}\u{1f48f}\u{1f491}\u{1f4a9}\u{1f4aa}\u{1f574}\u{1f575}\u{1f57a}\u{1f590}-\u{1f596}\u{1f5e3}\u{1f600}-\u{1f64f}\u{1f6a3}\u{1f6b4}-\u{1f6b6}\u{1f6c0}\u{1f6cc}\u{1f90c}-\u{1f93e}\u{1f970}-\u{1f97a}\u{1f977}\u{1f9b5}-\u{1f9b9}\u{1f9bb}\u{1f9cd}-\u{1f9df}\u{1f9e0}\u{1fac0}-\u{1fac5}\u{1fae0}-\u{1faff}]/u },
  { name: N_("Animals and nature"), sign: "🐻", has: /^[☀-☄⭐⛄⛅⛈❄⚡\u{1f300}\u{1f308}-\u{1f320}\u{1f324}-\u{1f32c}\u{1f330}-\u{1f335}\u{1f337}-\u{1f344}\u{1f3f5}\u{1f400}-\u{1f43f}\u{1f4a7}\u{1f525}\u{1f54a}\u{1f577}\u{1f578}\u{1f980}-\u{1f9ae}\u{1fab0}-\u{1fabf}\u{1fa90}]/u },
  { name: N_("Food and drink"), sign: "🍎", has: /^[☕\u{1f32d}-\u{1f32f}\u{1f336}\u{1f345}-\u{1f37f}\u{1f382}\u{1f950}-\u{1f96f}\u{1f9c0}-\u{1f9cb}\u{1fad0}-\u{1fadf}]/u },
  { name: N_("Activities"), sign: "⚽", has: /^[⚽⚾⛳⛷-⛹\u{1f380}-\u{1f3d3}\u{1f3f8}-\u{1f3fa}\u{1f93a}-\u{1f94f}\u{1f9e9}\u{1fa80}-\u{1fa86}\u{1fa70}\u{1fa71}]/u },
  { name: N_("Travel and places"), sign: "🚗", has: /^[⚓⛪⛰-⛵⛺⛽✈\u{1f301}-\u{1f307}\u{1f30d}-\u{1f310}\u{1f3d4}-\u{1f3f0}\u{1f5fa}-\u{1f5ff}\u{1f680}-\u{1f6ff}]/u },
  { name: N_("Objects"), sign: "💡", has: /^[⌚⌛⌨☎✂✉✏✒⚔-⚗⚖\u{1f484}\u{1f488}-\u{1f48a}\u{1f48c}-\u{1f48e}\u{1f4a1}\u{1f4a3}\u{1f4b0}-\u{1f4ff}\u{1f507}-\u{1f50f}\u{1f526}-\u{1f52e}\u{1f56f}-\u{1f573}\u{1f576}\u{1f579}\u{1f587}-\u{1f58d}\u{1f5a5}-\u{1f5e1}\u{1f97b}-\u{1f97f}\u{1f9af}-\u{1f9ff}\u{1fa72}-\u{1fab5}]/u },
  { name: N_("Symbols"), sign: "🔣", has: /^/u },
];

/** "" is the yellow of the emoji itself. */
export const TONES = ["", "\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];
const TONED = /^(\p{Emoji_Modifier_Base})\ufe0f?(?![\u{1f3fb}-\u{1f3ff}])/u;
const FIRST = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "👀"];
/** How many are remembered, and what remains of a use with each later one. */
const REMEMBERED = 24;
const FADES = 0.95;

/** An emoji in a skin tone, if it can have one. @param {string} emoji @param {string} tone */
export function toned(emoji, tone) {
  return tone ? emoji.replace(TONED, `$1${tone}`) : emoji;
}

/** The emoji that are used most, the first one most; for a new person, those that everybody uses. @returns {string[]} */
export function frequentEmoji() {
  const there = (/** @type {string} */ emoji) => !/^:[a-z]/.test(emoji) || pictureOf(emoji) !== "";
  const used = Object.entries(uses()).sort(([, a], [, b]) => b - a).map(([emoji]) => emoji).filter(there);
  return [...new Set([...used, ...FIRST])].slice(0, REMEMBERED);
}

/** Count a use. @param {string} emoji */
export function used(emoji) {
  const faded = Object.entries(uses()).map(([each, count]) => /** @type {[string, number]} */ ([each, count * FADES]));
  const counts = new Map(faded);
  counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
  save("emoji-uses", Object.fromEntries([...counts].sort(([, a], [, b]) => b - a).slice(0, REMEMBERED)));
}

/** @returns {Record<string, number>} */
function uses() {
  return load("emoji-uses", {});
}
