/** Asks for a secret, which is not shown. */

import { make } from "../html.js";
import { t } from "../i18n.js";
import { dialog, field } from "./dialog.js";

/** @param {string} question @param {(answer: string) => void} then */
export function ask(question, then) {
  const { input, element } = field(question, { type: "password", autocomplete: "current-password", required: true });
  const box = dialog(question);
  box.append(make("form.fields", { onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    box.close();
    then(input.value);
  } }, element, make("button.primary", { type: "submit" }, t("Go on"))));
  input.focus();
}
