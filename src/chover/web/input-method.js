/** Keys that belong to an input method (Japanese, Chinese, Korean, dead keys), not to the page. */

/** `keyCode` of a key that an input method has taken: https://w3c.github.io/uievents/#determine-keydown-keyup-keyCode */
const TAKEN = 229;

/**
 * A key handler that ignores keys of an input method: the Enter that ends a composition sends nothing.
 * Every key handler of the page goes through this.
 *
 * `isComposing` is not enough: Safari ends the composition first, and the keydown after it has only the code.
 * @param {(event: KeyboardEvent) => void} handler
 */
export function unlessComposing(handler) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (!event.isComposing && event.keyCode !== TAKEN) handler(event);
    // The browser itself must not close a dialog either.
    else if (event.key === "Escape") event.preventDefault();
  };
}
