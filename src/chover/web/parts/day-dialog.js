/** Going to a day of the conversation. */

import { dateOf } from "../dates.js";
import { history } from "../commands/messages.js";
import { make } from "../html.js";
import { t } from "../i18n.js";
import { dialog, field } from "./dialog.js";

/** @import { Client } from "../client.js" */

/** @param {Client} client @param {string} day The one that is suggested, as 2026-01-31. */
export function open(client, day) {
  const { input, element } = field(t("Day"), { type: "date", value: day, max: dateOf(Date.now()), required: true });
  const box = dialog(t("Go to a day"), make("form.fields", { onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    box.close();
    history(client, input.value);
  } }, element, make("button.primary", { type: "submit" }, t("Go"))));
  input.focus();
}
