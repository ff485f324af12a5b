/** Suggestions for unknown commands. */

import { fold } from "../irc.js";

/**
 * The most similar name, otherwise one that begins with the word; "" if there is none. Same as in the terminal client.
 * @param {string} typed
 * @param {string[]} names
 */
export function nearest(typed, names) {
  const word = fold(typed);
  const ranked = names.map((name) => ({ name, far: distance(word, name) })).sort((a, b) => a.far - b.far);
  const [best] = ranked;
  if (best && best.far <= (word.length > 3 ? 2 : 1)) return best.name;
  return names.find((name) => word && name.startsWith(word)) ?? "";
}

/** The number of letters to change, add or remove (Levenshtein). @param {string} one @param {string} other */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
