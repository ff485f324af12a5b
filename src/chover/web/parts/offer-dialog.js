/** A link leads to a channel that we are not in: following a link never joins one. */

import { make } from "../html.js";
import { t } from "../i18n.js";
import { placeOf } from "../places.js";
import { join } from "../state/actions.js";
import { dialog } from "./dialog.js";

/** @import { Client } from "../client.js" */

/** @param {Client} client @param {string} about The fragment of the place. */
export function open(client, about) {
  const place = placeOf(about);
  if (!place) return;
  const what = place.msgid ? t("the message that the link leads to") : t("what is said there");
  const enter = () => {
    box.close();
    client.act((state) => join(state, place.name));
    document.dispatchEvent(new CustomEvent("follow", { detail: place }));
  };
  const yes = make("button.primary", { type: "button", onclick: enter }, t("Join"));
  const box = dialog(place.name, make("p", null, t("You are not in this channel. Join it to see {what}.", { what })),
    make("div.row", null, yes, make("button.plain", { type: "button", onclick: () => box.close() }, t("Not now"))));
  yes.focus();
}
