/** Something small that opens beside what was pressed, and leaves the page in sight. On a phone it is at the lower edge. */

import { focusNow } from "../focus.js";
import "../late-styles.js";
import { unlessComposing } from "../input-method.js";

const GAP = 8;
/** Where a sheet is easier to reach. */
const PHONE = matchMedia("(max-width: 44rem)");

/**
 * Show a popover, and give it the focus; the focus returns when it is closed. Tab stays inside.
 * @param {HTMLElement} box With the attribute popover.
 * @param {Element | null} at Where it belongs; null: the middle of the window.
 * @param {HTMLElement} [focus] Otherwise the box itself.
 */
export function showPopover(box, at, focus = box) {
  const before = focusNow();
  box.tabIndex = -1;
  document.body.append(box);
  box.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    box.remove();
    if (document.activeElement === document.body) before()?.focus();
  });
  box.addEventListener("keydown", unlessComposing((event) => event.key === "Tab" && around(event, box)));
  box.showPopover();
  if (!PHONE.matches) place(box, at);
  focus.focus();
}

/** Beside the element, or else above or below it, and always within the window. @param {HTMLElement} box @param {Element | null} at */
export function place(box, at) {
  const { left, right, top, bottom } = at?.getBoundingClientRect() ?? { left: innerWidth / 2, right: innerWidth / 2, top: innerHeight / 3, bottom: innerHeight / 3 };
  const { offsetWidth: width, offsetHeight: height } = box;
  const fits = right + GAP + width <= innerWidth - GAP;
  const x = fits ? right + GAP : left - GAP - width >= GAP ? left - GAP - width : innerWidth - width - GAP;
  const y = fits || left - GAP - width >= GAP ? top : bottom + GAP;
  box.style.left = `${Math.max(x, GAP)}px`;
  box.style.top = `${Math.max(Math.min(y, innerHeight - height - GAP), GAP)}px`;
}

/** @param {KeyboardEvent} event @param {HTMLElement} box */
function around(event, box) {
  const stops = [...box.querySelectorAll("button, input, select, a[href]")].filter((each) => each instanceof HTMLElement && !each.hasAttribute("disabled") && each.checkVisibility());
  const end = event.shiftKey ? stops[0] : stops.at(-1);
  const { activeElement } = document;
  if (activeElement !== end && !(event.shiftKey && activeElement === box)) return;
  event.preventDefault();
  const next = event.shiftKey ? stops.at(-1) : stops[0];
  if (next instanceof HTMLElement) next.focus();
}
