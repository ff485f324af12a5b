/** Keys that belong to an input method (Japanese, Chinese, Korean, dead keys), not to the page. */

/** `keyCode` of a key that an input method has taken: https://w3c.github.io/uievents/#determine-keydown-keyup-keyCode */
const TAKEN = 229;

/**
 * A key handler that leaves alone whatever an input method takes: the Enter that ends a composition sends nothing.
 * Every key handler of the page goes through this.
 *
 * `isComposing` alone does not tell: Safari ends the composition first, and the keydown behind it has the code alone.
 * @param {(event: KeyboardEvent) => void} handler
 */
export function unlessComposing(handler) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (!event.isComposing && event.keyCode !== TAKEN) handler(event);
    // Nor does the browser itself close a dialog by it.
    else if (event.key === "Escape") event.preventDefault();
  };
}
