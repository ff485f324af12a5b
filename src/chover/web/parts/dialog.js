/** A dialog in front of the page. The browser keeps the focus in it, and returns it afterwards. */

import { focusNow } from "../focus.js";
import { t } from "../i18n.js";
import "../late-styles.js";
import { iconButton, make } from "../html.js";
import { unlessComposing } from "../input-method.js";

/**
 * @param {string} title
 * @param {...import("../html.js").Child} content
 */
export function dialog(title, ...content) {
  const before = focusNow();
  const box = make("dialog", { "aria-labelledby": "dialog-title", onclose: () => {
    box.remove();
    // The browser knows only the element that had it, which may have been drawn again.
    if (document.activeElement === document.body) before()?.focus();
  } });
  const shut = iconButton("leave", t("Close"), () => box.close());
  box.append(make("div.dialog-head", null, make("h2", { id: "dialog-title" }, title), shut), ...content.filter((each) => each instanceof Node));
  box.addEventListener("pointerdown", (event) => event.target === box && outside(box, event) && box.close());
  document.body.append(box);
  box.showModal();
  return box;
}

/** @param {HTMLElement} box @param {PointerEvent} event */
function outside(box, { clientX, clientY }) {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/**
 * A field with its label.
 * @param {string} label
 * @param {Record<string, unknown>} attributes
 * @param {string} [help]
 */
export function field(label, attributes, help) {
  const input = make("input", attributes);
  return { input, element: make("label.field", null, label, input, help && make("small", null, help)) };
}

/**
 * Let the arrow keys choose in a list of options while the focus stays in a field (a combobox).
 * @param {HTMLInputElement} input
 * @param {HTMLElement} list
 * @param {(option: HTMLElement) => void} chosen
 */
export function choosing(input, list, chosen) {
  const options = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=option]")]);
  const mark = (/** @type {number} */ at) => options().forEach((option, index) => {
    option.setAttribute("aria-selected", String(index === at));
    if (index !== at) return;
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  });
  const selected = () => options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  input.addEventListener("keydown", unlessComposing((event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = options().length;
    const option = options()[selected()];
    if (step && count) mark((selected() + step + count) % count);
    else if (event.key === "Enter" && option) chosen(option);
    else return;
    event.preventDefault();
  }));
  list.addEventListener("click", (event) => {
    const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
    if (option instanceof HTMLElement) chosen(option);
  });
  return { first: () => mark(0) };
}
