/** What is drawn again keeps the focus: another element is in the place of the one that had it. */

const ROW = "[data-line], [data-first]";

/**
 * The focus of now. What it returns finds the element later, or the one in its place; null if that is gone as well.
 * @returns {() => HTMLElement | null}
 */
export function focusNow() {
  const { activeElement: element } = document;
  if (!(element instanceof HTMLElement) || element === document.body) return () => null;
  const whole = wholeOf(element);
  const row = element.closest(ROW);
  if (row instanceof HTMLElement) return () => (element.isConnected ? element : inRow(whole, nameOf(row), element));
  const at = alike(whole, element).indexOf(element);
  return () => (element.isConnected ? element : (alike(whole, element).slice(0, at + 1).at(-1) ?? null));
}

/** Change what is drawn, and leave the focus where it was. @param {() => void} change */
export function keepFocus(change) {
  const before = document.activeElement;
  const find = focusNow();
  change();
  if (document.activeElement !== before) find()?.focus({ preventScroll: true });
}

/** By the line that a row is about, or the first of its lines. @param {HTMLElement} row */
export function nameOf({ dataset: { line, first } }) {
  return line ?? first ?? "";
}

/** What remains when a part is drawn again: the outermost of our elements around it, or the dialog. @param {HTMLElement} element */
function wholeOf(element) {
  let whole = element;
  let ours = null;
  for (let each = element; each.parentElement && each !== document.body; each = each.parentElement) {
    whole = each;
    if (each.localName.includes("-")) ours = each;
  }
  return ours ?? whole;
}

/**
 * The row may be in the next piece of the conversation now, and lack what had the focus.
 * @param {HTMLElement} whole
 * @param {string} name Of the row.
 * @param {HTMLElement} element
 */
function inRow(whole, name, element) {
  const row = /** @type {HTMLElement[]} */ ([...whole.querySelectorAll(ROW)]).find((each) => nameOf(each) === name);
  if (!row || element.matches(ROW)) return row ?? null;
  const [same] = alike(row, element);
  const similar = ofKind(row, element).filter((each) => each.className === element.className);
  return same ?? (similar.length === 1 ? similar[0] : null) ?? row;
}

/** Those that do the same. @param {HTMLElement} whole @param {HTMLElement} element */
function alike(whole, element) {
  const purpose = purposeOf(element);
  return ofKind(whole, element).filter((each) => purposeOf(each) === purpose);
}

/** @param {HTMLElement} whole @param {HTMLElement} element */
function ofKind(whole, element) {
  return /** @type {HTMLElement[]} */ ([...whole.querySelectorAll(element.localName)]);
}

/** What an element is for: by its data, and by its words if it has none. @param {HTMLElement} element */
function purposeOf(element) {
  const data = Object.entries(element.dataset);
  return data.length ? JSON.stringify(data.sort()) : (element.getAttribute("aria-label") ?? element.textContent);
}
