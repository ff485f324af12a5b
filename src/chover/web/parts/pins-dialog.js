/** Our pinned messages in a dialog. */

import { make } from "../html.js";
import { dialog } from "./dialog.js";
import { pinnedRows } from "./pinned-rows.js";

/** @param {import("../client.js").Client} client */
export function open(client) {
  const rows = pinnedRows(client);
  const box = dialog("Pinned (only you see this)", make("div.pins", null, ...rows),
    rows.length ? null : make("p.soft", null, "Nothing is pinned. The pin button of a message pins it."));
  box.addEventListener("click", ({ target }) => target instanceof Element && target.closest(".go") && box.close());
}
