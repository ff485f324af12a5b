/** The clipboard, also for a page loaded over plain http, where `navigator.clipboard` does not exist. */

import { make } from "./html.js";
import { t } from "./i18n.js";

/** @import { Client } from "./client.js" */

/** Copy a text, and say so. @param {Client} client @param {string} text */
export async function copy(client, text) {
  const done = await copyText(text);
  client.act((state) => state.tell(done ? t("Copied.") : t("The browser does not let this page copy: {text}", { text })));
}

/** Copy a text. Returns whether it worked. @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** The old way of copying, from a selected field. @param {string} text */
function copySelected(text) {
  const before = document.activeElement;
  const field = make("textarea.hidden", { readonly: true, tabindex: "-1", "aria-hidden": "true" });
  field.value = text;
  // While a dialog is open, nothing outside it can be selected.
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}
