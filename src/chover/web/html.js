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
  const keys = new Set(wanted.map(({ key }) => key));
  /** @type {Map<string, HTMLElement>} */
  const known = new Map();
  for (const child of /** @type {HTMLElement[]} */ ([...parent.children])) {
    const { key = "" } = child.dataset;
    // First of all, so that none of those that stay has to be moved.
    if (!keys.has(key) || known.has(key)) child.remove();
    else known.set(key, child);
  }
  let place = parent.firstElementChild;
  for (const { key, build } of wanted) {
    const element = known.get(key) ?? keyed(build(), key);
    known.delete(key);
    if (place && element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
}

/**
 * Make the items of a list those that the keys name. What is in one that exists already is changed and not replaced: it may have
 * the focus, or a pointer is down on it. Listeners belong to the list.
 * @param {HTMLElement} list
 * @param {{key: string, item: HTMLElement}[]} wanted Each item with one element in it.
 */
export function renew(list, wanted) {
  reconcile(list, wanted.map(({ key, item }) => ({ key, build: () => item })));
  [...list.children].forEach((child, at) => {
    const [now, wish] = [child.firstElementChild, wanted[at]?.item.firstElementChild];
    if (now && wish && !now.isEqualNode(wish)) morph(now, wish);
  });
}

/** @param {Node} node @param {Node} wish Of the same name. */
function morph(node, wish) {
  if (node instanceof Element && wish instanceof Element) {
    for (const name of node.getAttributeNames()) if (!wish.hasAttribute(name)) node.removeAttribute(name);
    for (const { name, value } of wish.attributes) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  } else if (node.nodeValue !== wish.nodeValue) {
    node.nodeValue = wish.nodeValue;
  }
  const wishes = [...wish.childNodes];
  wishes.forEach((child, at) => {
    const now = node.childNodes[at];
    if (now?.nodeName === child.nodeName) morph(now, child);
    else node.insertBefore(child, now ?? null);
  });
  while (node.childNodes.length > wishes.length) node.lastChild?.remove();
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
