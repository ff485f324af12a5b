/** How a selection gets marks and loses them: one table for the buttons, the keys and the help. Pure. */

import { N_ } from "./i18n.js";

/** @typedef {{from: number, to: number, text: string, start: number, end: number}} Edit The text replaces what is between from and to; then start to end is selected. */
/**
 * @typedef {object} Format
 * @property {string} icon
 * @property {string} label
 * @property {string} shown Its keys, or "".
 * @property {string} code Of the key that is pressed with Ctrl; "Shift" in front if that is held, too.
 * @property {(text: string, start: number, end: number) => Edit} edit
 */

const FENCE = "```";
const ADDRESS = /^https?:\/\/\S+$/;

/** @type {Format[]} */
export const FORMATS = [
  { icon: "bold", label: N_("Bold"), shown: "Ctrl B", code: "KeyB", edit: between("**") },
  { icon: "italic", label: N_("Italic"), shown: "Ctrl I", code: "KeyI", edit: between("*") },
  { icon: "strike", label: N_("Struck through"), shown: "Ctrl Shift X", code: "ShiftKeyX", edit: between("~~") },
  { icon: "code", label: N_("Code"), shown: "Ctrl E", code: "KeyE", edit: between("`") },
  { icon: "code-block", label: N_("Block of code"), shown: "Ctrl Shift E", code: "ShiftKeyE", edit: fenced },
  { icon: "cite", label: N_("Quote"), shown: "Ctrl Shift 9", code: "ShiftDigit9", edit: before("> ") },
  { icon: "list", label: N_("List"), shown: "Ctrl Shift 8", code: "ShiftDigit8", edit: before("- ") },
  { icon: "link", label: N_("Link"), shown: "", code: "", edit: linked },
  { icon: "spoiler", label: N_("Spoiler"), shown: "", code: "", edit: between("||") },
];

/** The format of a key that was pressed. @param {KeyboardEvent} event */
export function formatOf({ ctrlKey, metaKey, altKey, shiftKey, key, code }) {
  // The letter that a layout has there; its place, where the layout has no such letters.
  const place = /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : code;
  if (altKey || ctrlKey === metaKey || !place) return undefined;
  return FORMATS.find((format) => format.code === (shiftKey ? "Shift" : "") + place);
}

/**
 * Marks around the selection, or none if they are there already. Spaces at its edges stay outside, where marks count.
 * @param {string} mark
 * @returns {Format["edit"]}
 */
function between(mark) {
  return (text, first, last) => {
    const chosen = text.slice(first, last);
    const start = chosen.trim() ? first + chosen.length - chosen.trimStart().length : first;
    const end = chosen.trim() ? last - chosen.length + chosen.trimEnd().length : last;
    const inner = text.slice(start, end);
    const { length } = mark;
    if (inner.length > 2 * length && inner.startsWith(mark) && inner.endsWith(mark) && run(inner, 0, mark) !== 2 * length) {
      return { from: start, to: end, text: inner.slice(length, -length), start, end: end - 2 * length };
    }
    if (marked(text, start, end, mark)) return { from: start - length, to: end + length, text: inner, start: start - length, end: end - length };
    return { from: start, to: end, text: mark + inner + mark, start: start + length, end: end + length };
  };
}

/** Whether this mark, and no longer one, stands on both sides. @param {string} text @param {number} start @param {number} end @param {string} mark */
function marked(text, start, end, mark) {
  const { length } = mark;
  if (text.slice(start - length, start) !== mark || text.slice(end, end + length) !== mark) return false;
  // Two asterisks are bold, and no italic; three are both.
  return run(text, end, mark) !== 2 * length || mark.length > 1;
}

/** The length of the run of this character from there. @param {string} text @param {number} at @param {string} mark */
function run(text, at, mark) {
  let end = at;
  while (text[end] === mark[0]) end += 1;
  return end - at;
}

/** Every line that the selection touches begins so, or no longer does. @param {string} sign @returns {Format["edit"]} */
function before(sign) {
  return (text, start, end) => {
    const from = text.lastIndexOf("\n", start - 1) + 1;
    const next = text.indexOf("\n", end);
    const to = next < 0 ? text.length : next;
    const lines = text.slice(from, to).split("\n");
    const all = lines.every((line) => line.startsWith(sign));
    const made = lines.map((line) => (all ? line.slice(sign.length) : line.startsWith(sign) ? line : sign + line)).join("\n");
    return { from, to, text: made, start: lines.length > 1 ? from : from + made.length, end: from + made.length };
  };
}

/** @type {Format["edit"]} */
function fenced(text, start, end) {
  const above = start && text[start - 1] !== "\n" ? "\n" : "";
  const below = end < text.length && text[end] !== "\n" ? "\n" : "";
  const inner = text.slice(start, end);
  const at = start + above.length + FENCE.length + 1;
  return { from: start, to: end, text: `${above}${FENCE}\n${inner}\n${FENCE}${below}`, start: at, end: at + inner.length };
}

/** What is chosen is the name, or the address if it is one; what is missing is selected. @type {Format["edit"]} */
function linked(text, start, end) {
  const inner = text.slice(start, end);
  if (ADDRESS.test(inner)) return { from: start, to: end, text: `[](${inner})`, start: start + 1, end: start + 1 };
  const at = start + inner.length + 3;
  return { from: start, to: end, text: `[${inner}](https://)`, start: inner ? at : start + 1, end: inner ? at + 8 : start + 1 };
}
