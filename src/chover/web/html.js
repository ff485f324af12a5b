/** Creates elements. Markup cannot be written through this module: text is only ever text. */

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element like "button.quiet" with attributes (`on…` are listeners, booleans are set or left out) and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag | `${Tag}.${string}`} spec
 * @param {Record<string, unknown> | null} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(spec, attributes, ...children) {
  const [tag = "", ...classes] = spec.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes ?? {})) set(element, name, value);
  for (const child of children) if (child) element.append(child);
  return /** @type {HTMLElementTagNameMap[Tag]} */ (element);
}

/** @param {HTMLElement} element @param {string} name @param {unknown} value */
function set(element, name, value) {
  if (typeof value === "function") {
    element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
  } else if (value === true) {
    element.setAttribute(name, "");
  } else if (value !== false && value !== null && value !== undefined) {
    element.setAttribute(name, String(value));
  }
}

/**
 * One of our icons (icons.svg), hidden from screen readers: the element around it has the label.
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `icons.svg#${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/**
 * A button that is an icon; its label is read out and shown on hovering.
 * @param {string} name Of the icon.
 * @param {string} label
 * @param {(event: MouseEvent) => void} [onclick]
 */
export function iconButton(name, label, onclick) {
  return make("button.icon-button", { type: "button", "aria-label": label, title: label, onclick }, icon(name));
}

/**
 * Make the children of an element those that the keys name, keeping elements whose key exists already.
 * @param {HTMLElement} parent
 * @param {{key: string, build: () => HTMLElement}[]} wanted
 */
export function reconcile(parent, wanted) {
  const known = new Map([...parent.children].map((child) => [/** @type {HTMLElement} */ (child).dataset.key, child]));
  let place = parent.firstElementChild;
  for (const { key, build } of wanted) {
    const element = known.get(key) ?? keyed(build(), key);
    known.delete(key);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  for (const gone of known.values()) gone.remove();
}

/** @param {HTMLElement} element @param {string} key */
function keyed(element, key) {
  element.dataset.key = key;
  return element;
}

/**
 * The element of the page with this selector, which must exist.
 * @template {HTMLElement} Type
 * @param {string} selector
 * @param {new () => Type} type
 * @param {ParentNode} [within]
 * @returns {Type}
 */
export function find(selector, type, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`there is no ${selector}`);
  return found;
}
