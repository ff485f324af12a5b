/** A long press, which corresponds to the secondary button of a mouse. */

/** Milliseconds. A browser's own long press, which selects text, happens after 500. */
const RESTS = 420;
/** Pixels that a resting finger may move. */
const SLIPS = 10;

/**
 * Call `pressed` with the part of an element that matches `selector`, and with the element under the finger.
 * @param {HTMLElement} element
 * @param {string} selector
 * @param {(found: HTMLElement, under: Element) => void} pressed
 */
export function onLongPress(element, selector, pressed) {
  let timer = 0;
  let from = { x: 0, y: 0 };
  const cancel = () => window.clearTimeout(timer);
  element.addEventListener("pointerdown", ({ target, pointerType, isPrimary, clientX: x, clientY: y }) => {
    cancel();
    const found = target instanceof Element ? target.closest(selector) : null;
    if (pointerType === "mouse" || !isPrimary || !(target instanceof Element) || !(found instanceof HTMLElement)) return;
    from = { x, y };
    timer = window.setTimeout(() => {
      noClick(target);
      pressed(found, target);
    }, RESTS);
  });
  element.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (Math.hypot(clientX - from.x, clientY - from.y) > SLIPS) cancel();
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, cancel);
  element.addEventListener("scroll", cancel, { passive: true });
  // The browser's own menu would cover what was opened; a mouse still gets it.
  element.addEventListener("contextmenu", (event) => {
    if (/** @type {PointerEvent} */ (event).pointerType !== "mouse") event.preventDefault();
  });
}

/** The end of this touch must not follow a link or press a button, whatever is there by then. @param {Element} target */
function noClick(target) {
  target.addEventListener("touchend", (event) => event.preventDefault(), { once: true, passive: false });
}
