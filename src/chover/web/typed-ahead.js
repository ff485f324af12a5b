/** What somebody types while a part of the page is still being loaded goes into the field that this part brings. */

import { unlessComposing } from "./input-method.js";

/** Hold the keys that write from now on. @returns {() => void} Call it when the field has the focus, or will not come: it gets them. */
export function holdKeys() {
  /** @type {string[]} */
  const held = [];
  const { activeElement: before } = document;
  const holding = new AbortController();
  // Before anything else: the part that has the focus meanwhile must not act on them.
  addEventListener("keydown", unlessComposing((event) => {
    const writes = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!writes && event.key !== "Backspace" && event.key !== "Enter") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(event.key);
  }), { capture: true, signal: holding.signal });
  return () => {
    holding.abort();
    // Where no field has come, what was meant for it is not sent as a message.
    const came = document.activeElement !== before;
    for (const key of held) if (came || key !== "Enter") press(key);
  };
}

/** As if the key were pressed now. @param {string} key */
function press(key) {
  const { activeElement: field } = document;
  const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  if (!field?.dispatchEvent(pressed) || !(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
  // The only way to write that tells the field's listeners and can be undone.
  if (key.length === 1) document.execCommand("insertText", false, key);
  else if (key === "Backspace") document.execCommand("delete");
  else field.form?.requestSubmit();
}
