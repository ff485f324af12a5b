/** What somebody has done to a row remains when the row is drawn again: what plays, what was revealed, and the focus. */

import { keepFocus, nameOf } from "../focus.js";
import { reconcile } from "../html.js";
import { reveal } from "./message-text.js";

/**
 * Make the rows of an element those that the keys name, as `reconcile` does.
 * @param {HTMLElement} parent
 * @param {{key: string, build: () => HTMLElement}[]} wanted
 */
export function redraw(parent, wanted) {
  const before = rowsOf(parent);
  keepFocus(() => {
    reconcile(parent, wanted);
    for (const [name, row] of rowsOf(parent)) {
      const old = before.get(name);
      if (old && old !== row) bring(old, row);
    }
  });
}

/** By their names. @param {HTMLElement} parent @returns {Map<string, HTMLElement>} */
function rowsOf(parent) {
  const rows = /** @type {HTMLElement[]} */ ([...parent.children]);
  return new Map(rows.filter(nameOf).map((row) => [nameOf(row), row]));
}

/** @param {HTMLElement} old @param {HTMLElement} row */
function bring(old, row) {
  // A player that is moved within one task goes on; one that is created again begins at the beginning.
  exchange(old, row, ".media", (box) => [...box.querySelectorAll("a")].map(({ href }) => href).join(" "));
  exchange(old, row, ".link-room", (box) => (box.childElementCount ? (box.dataset.url ?? "") : ""), ({ dataset }) => dataset.url ?? "");
  const [before, now] = [old, row].map((each) => each.querySelector(".text"));
  if (!before || before.textContent !== now?.textContent) return;
  const spoilers = now.querySelectorAll(".spoiler");
  before.querySelectorAll(".spoiler, .revealed").forEach((each, at) => {
    const spoiler = spoilers[at];
    if (each.matches(".revealed") && spoiler instanceof HTMLElement) reveal(spoiler);
  });
}

/**
 * What was there takes the place of what is the same.
 * @param {HTMLElement} old
 * @param {HTMLElement} row
 * @param {string} selector
 * @param {(box: HTMLElement) => string} contents Of what was there; "" if it has none.
 * @param {(box: HTMLElement) => string} wanted Of what is to be there.
 */
function exchange(old, row, selector, contents, wanted = contents) {
  const before = old.querySelector(selector);
  const now = row.querySelector(selector);
  if (!(before instanceof HTMLElement && now instanceof HTMLElement)) return;
  const held = contents(before);
  if (held && held === wanted(now)) now.replaceWith(before);
}
