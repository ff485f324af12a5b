/** Going through the parts of the page by F6, as in other programs: the list, the head, the messages, the field, what is beside. */

/** @type {[part: string, ...first: string[]][]} Each part, and what has the focus first in it: the first kind of which it has any. */
const PARTS = [
  ["channel-list", "[aria-current]", "button"],
  ["conversation-head", ".buttons button"],
  ["message-list", ".message:last-of-type"],
  ["message-composer", "#message"],
  ["side-panel", "input", "[role=tab][aria-selected=true]", ".thread-lines", "button:not(.head *)"],
];

/** @param {1 | -1} by */
export function go(by) {
  const parts = PARTS.filter(([part, ...first]) => stop(part, first));
  const at = parts.findIndex(([part]) => document.querySelector(part)?.contains(document.activeElement));
  const [part = "", ...first] = parts[at < 0 && by < 0 ? parts.length - 1 : (at + by + parts.length) % parts.length] ?? [];
  // The newest message that is drawn; the list scrolls to it.
  if (part === "message-list") document.dispatchEvent(new CustomEvent("to-messages"));
  else stop(part, first)?.focus();
}

/** @param {string} part @param {string[]} first */
function stop(part, first) {
  const within = document.querySelector(part);
  const found = first.map((kind) => [...within?.querySelectorAll(kind) ?? []].find((each) => each.checkVisibility())).find(Boolean);
  return found instanceof HTMLElement ? found : undefined;
}
