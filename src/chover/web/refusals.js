/** What a refusal of the server means, in words (tables/refusals.js). Pure. */

import { shortTime } from "./dates.js";
import { t } from "./i18n.js";
import { REASONS, REFUSALS } from "./tables/refusals.js";

/** @import { Message } from "./state/shapes.js" */

/** The refusal as a person reads it; null, if the table does not know it. @param {Message} message */
export function inWords({ command, params }) {
  const fails = command === "FAIL";
  const said = params.at(-1) ?? "";
  const about = params.slice(fails ? 2 : 1, -1);
  return worded(REFUSALS[fails ? (params[1] ?? "") : command] ?? [], said, about);
}

/**
 * @param {[said: string, words: string][]} pairs
 * @param {string} said
 * @param {string[]} about
 */
function worded(pairs, said, about) {
  for (const [form, words] of pairs) {
    const texts = fits(form, said);
    if (texts && enough(words, about)) return filled(t(words), texts, about);
  }
  return null;
}

/** Whether everything that the words name is known. @param {string} words @param {string[]} about */
function enough(words, about) {
  return [...words.matchAll(/\{(\d)\}/g)].every(([, at]) => about[Number(at) - 1]);
}

/** The texts that stand for … in a form, or null. @param {string} form @param {string} said */
function fits(form, said) {
  const pattern = form.split("…").map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("([^]*?)");
  return new RegExp(`^${pattern}$`).exec(said)?.slice(1);
}

/**
 * @param {string} words
 * @param {string[]} texts
 * @param {string[]} about
 */
function filled(words, texts, about) {
  return words.replace(/\{(\w)\}/g, (_, name) => (/\d/.test(name) ? (about[Number(name) - 1] ?? "") : reason(texts[name.charCodeAt(0) - 97] ?? "")));
}

/** @param {string} said @returns {string} */
function reason(said) {
  const time = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}) UTC$/.exec(said);
  if (time) return shortTime(Date.parse(`${time[1]}T${time[2]}Z`));
  return worded(REASONS, said, []) ?? said.replace(/\.$/, "");
}
