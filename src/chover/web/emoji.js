/** Emoji by name, from the table that all clients share. Loaded when somebody looks for one, not before. */

import { customNames } from "./custom-emoji.js";
import { t } from "./i18n.js";
import { EMOJI } from "./tables/emoji.js";

/** @typedef {{emoji: string, name: string}} Emoji `name` is written with underscores. */

/** @param {string[]} table */
function items(table) {
  return table.flatMap((line) => line.split("|"));
}

/** The short names stand first. @type {Emoji[]} */
const known = [
  ...items(EMOJI.short).flatMap((item) => {
    const [names = "", emoji = ""] = item.split("=");
    return names.split(" ").map((name) => ({ emoji, name }));
  }),
  ...items(EMOJI.long).map((item) => {
    const end = item.search(/[a-z0-9]/);
    return { emoji: item.slice(0, end), name: item.slice(end).replaceAll(" ", "_") };
  }),
];
/** @type {Map<string, string>} */
const byName = new Map(known.map(({ name, emoji }) => /** @type {[string, string]} */ ([name, emoji])).reverse());

/** Each emoji once, under its first name. @returns {Emoji[]} */
export function everyEmoji() {
  return [...new Map([...known].reverse().map((each) => [each.emoji, each])).values()].reverse();
}

/** The server's own. @returns {Emoji[]} */
export function ownEmoji() {
  return customNames().map((name) => ({ emoji: `:${name}:`, name }));
}

/** A name as it is kept. @param {string} text */
function tidy(text) {
  return text.trim().replace(/^:|:$/g, "").toLowerCase().replace(/(?<=[a-z0-9])[\s_-]+(?=[a-z0-9])/g, "_");
}

/**
 * Emoji whose name begins with this, then those with a word that does, then those that have it anywhere; each once.
 * @param {string} text
 * @param {number} most
 * @returns {Emoji[]}
 */
export function findEmoji(text, most) {
  const wanted = tidy(text);
  const own = ownEmoji();
  /** @type {Map<string, Emoji>} */
  const found = new Map();
  const tests = [
    (/** @type {string} */ name) => name === wanted,
    (/** @type {string} */ name) => name.startsWith(wanted),
    (/** @type {string} */ name) => name.includes(`_${wanted}`),
    (/** @type {string} */ name) => name.includes(wanted),
  ];
  for (const test of tests) {
    for (const each of [...own, ...known]) {
      if (found.size >= most) return [...found.values()];
      if (!found.has(each.emoji) && test(each.name.replaceAll("-", "_"))) found.set(each.emoji, each);
    }
  }
  return [...found.values()];
}

/** Signs that are no letters, digits or punctuation, with what joins and colours them; or a keycap. As client/emoji.py. */
const PICTURE = /^(?:[\p{So}\p{Sm}‼⁉〰\u{1f000}-\u{1faff}][\p{So}\p{Sm}\u{1f000}-\u{1faff}\p{Sk}\p{Mn}\p{Me}\u200d\u{e0020}-\u{e007f}]*|[0-9#*]\ufe0f?\u20e3)$/u;

/**
 * The emoji that was meant by a name, or by itself; "" if there is none.
 * @param {string} text
 */
export function emojiOf(text) {
  const bare = text.trim();
  const own = `:${bare.replace(/^:|:$/g, "")}:`;
  if (customNames().includes(own.slice(1, -1))) return own;
  // eslint-disable-next-line no-control-regex
  return byName.get(tidy(bare)) ?? (PICTURE.test(bare) && !/[\x00-\x7f]/.test(bare.replace(/^[0-9#*]/, "")) ? bare : "");
}

/** What to say of a name that is none. @param {string} text */
export function noEmoji(text) {
  const near = findEmoji(text, 1)[0]?.name;
  return t("There is no emoji called {text}.{hint}", { text, hint: near ? ` ${t("Did you mean {near}?", { near })}` : "" });
}
