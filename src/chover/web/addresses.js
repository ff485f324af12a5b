/** Addresses of the web in a text. Pure. The terminal client finds the same (client/display/addresses.py); tests/links.json holds both to it. */

/** Longest address that is made a link, in characters. */
const LONGEST = 2000;
const FOUND = /\bhttps?:\/\/[^\s<>"\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069。、，！？；：「」『』【】《》〈〉｡､]+/giu;
/** What ends a sentence or emphasizes a word; never the underscore, which addresses end in. */
const TRAILING = ".,;:!?'*~`|…‥．—–؟،؛۔।॥።։";
/** @type {Record<string, string>} */
const PAIRS = { ")": "(", "]": "[", "}": "{", "）": "（", "］": "［", "｝": "｛", "»": "«", "›": "‹", "”": "“", "’": "‘" };

/** @param {string} text */
export function addresses(text) {
  const found = [];
  if (!text.includes("://")) return [];
  for (const match of text.matchAll(FOUND)) {
    // What is far too long is not even trimmed: each step of that looks at all of it.
    const link = match[0].length <= 2 * LONGEST ? trimmed(match[0]) : match[0];
    if (link.length <= LONGEST && leads(link)) found.push({ start: match.index, text: link });
  }
  return found;
}

/** An address without the punctuation of the sentence that it stands in. @param {string} link */
function trimmed(link) {
  let rest = link;
  for (;;) {
    const last = rest.at(-1) ?? "";
    const open = PAIRS[last];
    const unmatched = open !== undefined && rest.split(open).length < rest.split(last).length;
    if (!last || (!unmatched && !TRAILING.includes(last))) return rest;
    rest = rest.slice(0, -1);
  }
}

/** @param {string} link */
function leads(link) {
  try {
    return ["http:", "https:"].includes(new URL(link).protocol);
  } catch {
    return false;
  }
}
