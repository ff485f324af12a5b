/** Changes to a field that undo knows, as if somebody had typed them. */

/** @import { Format } from "./formats.js" */

/**
 * Replace a part of what is in a field, the selection if nothing else is said. The field has the focus then, and tells of the change.
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 * @param {number} from
 * @param {number} to
 */
export function replaceText(field, text, from = field.selectionStart, to = field.selectionEnd) {
  field.focus();
  field.setSelectionRange(from, to);
  // There is no other way to change a field that undo knows. It is not to be removed: https://w3c.github.io/editing/docs/execCommand/
  if (text ? document.execCommand("insertText", false, text) : from === to || document.execCommand("delete")) return;
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new Event("input"));
}

/** Give the selection the marks of a format, or take them away. @param {HTMLTextAreaElement} field @param {Format} format */
export function mark(field, { edit }) {
  const { from, to, text, start, end } = edit(field.value, field.selectionStart, field.selectionEnd);
  replaceText(field, text, from, to);
  field.setSelectionRange(start, end);
}
