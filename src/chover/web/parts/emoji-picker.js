/** Choosing an emoji by name. The table of names is loaded on first use. */

import "../late-styles.js";
import { make } from "../html.js";
import { unlessComposing } from "../input-method.js";
import { load, save } from "../storage.js";

const SHOWN = 64;
const RECENT = 16;
const FIRST = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "👀"];
const COLUMNS = 8;

/** Recently chosen emoji, the last one first. @returns {string[]} */
export function recentEmoji() {
  return load("emoji", FIRST);
}

/**
 * Open it at an element; `chosen` is called with the chosen emoji, if any.
 * @param {HTMLElement} at
 * @param {(emoji: string) => void} chosen
 */
export async function pickEmoji(at, chosen) {
  const { emojiOf, findEmoji, noEmoji } = await import("../emoji.js");
  const list = make("div.grid", { role: "group", "aria-label": "Emoji" });
  const input = make("input", { type: "search", placeholder: "Find an emoji", "aria-label": "Find an emoji", oninput: () => fill() });
  const box = make("div.picker", { popover: "auto", role: "dialog", "aria-label": "Choose an emoji", onkeydown: unlessComposing((event) => move(event, box)) }, input, list);
  const recent = recentEmoji();
  const choose = (/** @type {string} */ emoji) => {
    save("emoji", [emoji, ...recent.filter((each) => each !== emoji)].slice(0, RECENT));
    box.hidePopover();
    chosen(emoji);
  };
  const fill = () => {
    const typed = input.value.trim();
    const found = typed ? wanted(typed, findEmoji, emojiOf) : [
      ...recent.map((emoji) => ({ emoji, name: findName(emoji, findEmoji) })), ...findEmoji("", SHOWN + RECENT),
    ].filter(({ emoji }, index, all) => all.findIndex((each) => each.emoji === emoji) === index).slice(0, SHOWN);
    list.replaceChildren(...found.map(({ emoji, name }) => button(emoji, name, choose)), ...(found.length ? [] : [make("p.soft", { role: "status" }, noEmoji(typed))]));
  };
  fill();
  open(box, at, input);
  input.addEventListener("keydown", unlessComposing((event) => {
    const first = list.querySelector("button");
    if (event.key === "Enter" && first) choose(first.textContent ?? "");
  }));
}

/**
 * Emoji by name, or one that was typed.
 * @param {string} typed
 * @param {(text: string, most: number) => {emoji: string, name: string}[]} findEmoji
 * @param {(text: string) => string} emojiOf
 */
function wanted(typed, findEmoji, emojiOf) {
  const found = findEmoji(typed, SHOWN);
  const emoji = found.length ? "" : emojiOf(typed);
  return emoji ? [{ emoji, name: emoji }] : found;
}

/** @param {string} emoji @param {(text: string, most: number) => {emoji: string, name: string}[]} findEmoji */
function findName(emoji, findEmoji) {
  return findEmoji("", 5000).find((each) => each.emoji === emoji)?.name ?? emoji;
}

/** @param {string} emoji @param {string} name @param {(emoji: string) => void} choose */
function button(emoji, name, choose) {
  const words = name.replaceAll("_", " ");
  return make("button", { type: "button", title: words, "aria-label": words, onclick: () => choose(emoji) }, emoji);
}

/** Show a popover beside an element, within the window. @param {HTMLElement} box @param {HTMLElement} at @param {HTMLElement} focus */
function open(box, at, focus) {
  const before = document.activeElement;
  document.body.append(box);
  box.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    box.remove();
    if (before instanceof HTMLElement && document.activeElement === document.body) before.focus();
  });
  box.showPopover();
  const place = at.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const top = place.top - height - 8 > 8 ? place.top - height - 8 : Math.min(place.bottom + 8, innerHeight - height - 8);
  box.style.top = `${Math.max(top, 8)}px`;
  box.style.left = `${Math.max(Math.min(place.right - width, innerWidth - width - 8), 8)}px`;
  focus.focus();
}

/** The arrow keys move in the grid. @param {KeyboardEvent} event @param {HTMLElement} box */
function move(event, box) {
  event.stopPropagation();
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
  const buttons = [...box.querySelectorAll("button")];
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  if (!step || (at < 0 && event.key !== "ArrowDown")) return;
  event.preventDefault();
  const next = at < 0 ? 0 : at + step;
  if (next < 0) box.querySelector("input")?.focus();
  else buttons[Math.min(next, buttons.length - 1)]?.focus();
}
