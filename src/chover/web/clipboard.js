/** The clipboard, also where the page came over plain http, which has no `navigator.clipboard`. */

import { make } from "./html.js";

/** Put text there; whether it is there now. @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** As pages did before there was a clipboard for them: from a field that is selected. @param {string} text */
function copySelected(text) {
  const before = document.activeElement;
  const field = make("textarea.hidden", { readonly: true, tabindex: "-1", "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}
