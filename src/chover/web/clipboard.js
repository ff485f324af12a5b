/** The clipboard, also where the page came over plain http, which has no `navigator.clipboard`. */

import { make } from "./html.js";

/** @import { Client } from "./client.js" */

/** Copy, and say that it is done. @param {Client} client @param {string} text */
export async function copy(client, text) {
  const done = await copyText(text);
  client.act((state) => state.tell(done ? "Copied." : `The browser does not let this page copy: ${text}`));
}

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
  // While a dialog is open nothing outside of it can be selected.
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}
