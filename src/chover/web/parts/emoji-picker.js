/** Choosing an emoji: those that are used most, groups, a search, and a skin tone. The table of names is loaded on first use. */

import "../channel-styles.js";
import { frequentEmoji, GROUPS, toned, TONES, used } from "../emoji-groups.js";
import { focusNow } from "../focus.js";
import { make } from "../html.js";
import { N_, t, way } from "../i18n.js";
import { unlessComposing } from "../input-method.js";
import { load, save } from "../storage.js";
import { emojiSign } from "./emoji-sign.js";

/** @typedef {import("../emoji.js").Emoji} Emoji */

const FOUND = 120;
const FREQUENT = 16;
const OWN = { name: N_("This server"), sign: "⭐" };
/** Flags come last. */
const ORDER = [...GROUPS.slice(1), ...GROUPS.slice(0, 1)];

/**
 * Open it at an element; `chosen` is called with the chosen emoji, if any.
 * @param {HTMLElement} at
 * @param {(emoji: string) => void} chosen
 */
export async function pickEmoji(at, chosen) {
  const { emojiOf, everyEmoji, findEmoji, noEmoji, ownEmoji } = await import("../emoji.js");
  const own = ownEmoji();
  const list = make("div.emoji", { role: "group", "aria-label": t("Emoji") });
  const input = make("input", { type: "search", placeholder: t("Find an emoji"), "aria-label": t("Find an emoji"), oninput: () => fill() });
  const tones = make("select", { "aria-label": t("Skin tone"), onchange: () => {
    save("emoji-tone", tones.value);
    fill();
  } }, ...TONES.map((tone) => make("option", { value: tone, selected: tone === load("emoji-tone", "") }, toned("✋", tone))));
  const groups = make("div.groups-bar", { role: "toolbar", "aria-label": t("Groups") }, ...[...own.length ? [OWN] : [], ...ORDER].map(({ name, sign }) =>
    make("button", { type: "button", title: t(name), "aria-label": t(name), onclick: () => show(list, name) }, sign)));
  const box = make("div.picker", { popover: "auto", role: "dialog", "aria-label": t("Choose an emoji"), onkeydown: unlessComposing((event) => move(event, box, list)) },
    make("div.link-line", null, input, tones), groups, list);
  const choose = (/** @type {string} */ emoji) => {
    used(emoji);
    box.hidePopover();
    chosen(emoji);
  };
  const fill = () => {
    const typed = input.value.trim();
    groups.hidden = typed !== "";
    list.replaceChildren(...(typed ? [results(wanted(typed, findEmoji, emojiOf), noEmoji(typed))] : sections(own, everyEmoji())));
  };
  list.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button) choose(button.dataset.emoji ?? "");
  });
  fill();
  open(box, at, input);
  input.addEventListener("keydown", unlessComposing((event) => {
    const first = list.querySelector("button");
    if (event.key !== "Enter" || !first) return;
    // The field that gets the focus must not get this Enter, too.
    event.preventDefault();
    choose(first.dataset.emoji ?? "");
  }));
}

/**
 * Emoji by name, or one that was typed.
 * @param {string} typed
 * @param {(text: string, most: number) => Emoji[]} findEmoji
 * @param {(text: string) => string} emojiOf
 */
function wanted(typed, findEmoji, emojiOf) {
  const found = findEmoji(typed, FOUND);
  const emoji = found.length ? "" : emojiOf(typed);
  return emoji ? [{ emoji, name: emoji }] : found;
}

/** @param {Emoji[]} found @param {string} nothing */
function results(found, nothing) {
  return found.length ? make("div.grid", null, ...found.map(button)) : make("p.soft", { role: "status" }, nothing);
}

/** @param {Emoji[]} own Those of the server. @param {Emoji[]} all */
function sections(own, all) {
  const names = new Map([...own, ...all].map(({ emoji, name }) => [emoji, name]));
  const frequent = frequentEmoji().slice(0, FREQUENT).map((emoji) => ({ emoji, name: names.get(emoji) ?? emoji }));
  /** @type {Map<string, Emoji[]>} */
  const groups = new Map(GROUPS.map(({ name }) => [name, []]));
  for (const each of all) groups.get(GROUPS.find(({ has }) => has.test(each.emoji))?.name ?? "")?.push(each);
  return [section(N_("Frequent"), frequent), ...own.length ? [section(OWN.name, own)] : [], ...ORDER.map(({ name }) => section(name, groups.get(name) ?? []))];
}

/** @param {string} name In English. @param {Emoji[]} emoji */
function section(name, emoji) {
  return make("section", { "aria-label": t(name), "data-group": name }, make("h3", null, t(name)), make("div.grid", null, ...emoji.map(button)));
}

/** @param {Emoji} emoji */
function button({ emoji, name }) {
  const words = name.replaceAll("_", " ");
  const shown = toned(emoji, load("emoji-tone", ""));
  return make("button", { type: "button", title: words, "aria-label": words, "data-emoji": shown }, emojiSign(shown));
}

/** @param {HTMLElement} list @param {string} name */
function show(list, name) {
  const found = list.querySelector(`[data-group="${name}"]`);
  if (found instanceof HTMLElement) list.scrollTop = found.offsetTop - list.offsetTop;
  found?.querySelector("button")?.focus({ preventScroll: true });
}

/** Show a popover beside an element, within the window. @param {HTMLElement} box @param {HTMLElement} at @param {HTMLElement} focus */
function open(box, at, focus) {
  const before = focusNow();
  // In a dialog, only what is inside it can be used.
  const dialog = at.closest("dialog");
  if (dialog) dialog.prepend(box);
  else document.body.append(box);
  box.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    box.remove();
    if (document.activeElement === document.body) before()?.focus();
  });
  box.showPopover();
  const place = at.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const top = place.top - height - 8 > 8 ? place.top - height - 8 : Math.min(place.bottom + 8, innerHeight - height - 8);
  box.style.top = `${Math.max(top, 8)}px`;
  box.style.left = `${Math.max(Math.min(place.right - width, innerWidth - width - 8), 8)}px`;
  focus.focus();
}

/** The arrow keys move in the grid, also from one group to the next. @param {KeyboardEvent} event @param {HTMLElement} box @param {HTMLElement} list */
function move(event, box, list) {
  event.stopPropagation();
  const buttons = [...list.querySelectorAll("button")];
  const { activeElement } = document;
  const at = buttons.findIndex((each) => each === activeElement);
  const { key } = event;
  const input = box.querySelector("input");
  if (!/^Arrow/.test(key) || (at < 0 && (key !== "ArrowDown" || activeElement !== input))) return;
  event.preventDefault();
  const next = at < 0 ? buttons[0] : key === "ArrowRight" ? buttons[at + way()] : key === "ArrowLeft" ? buttons[at - way()] : vertical(buttons, at, key === "ArrowDown" ? 1 : -1);
  if (next) next.focus();
  else if (key === "ArrowUp") input?.focus();
}

/** The one below or above: in the next row, the nearest. @param {HTMLButtonElement[]} buttons @param {number} at @param {1 | -1} direction */
function vertical(buttons, at, direction) {
  const from = buttons[at];
  if (!from) return undefined;
  const rest = direction > 0 ? buttons.slice(at + 1) : buttons.slice(0, at).reverse();
  const row = rest.find(({ offsetTop }) => offsetTop !== from.offsetTop)?.offsetTop;
  const beside = rest.filter(({ offsetTop }) => offsetTop === row);
  return beside.sort((a, b) => Math.abs(a.offsetLeft - from.offsetLeft) - Math.abs(b.offsetLeft - from.offsetLeft))[0];
}
