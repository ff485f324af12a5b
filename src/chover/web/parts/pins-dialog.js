/** Pinned messages in a dialog: those of the channel for everybody, and our own. */

import { make } from "../html.js";
import { t } from "../i18n.js";
import { dialog } from "./dialog.js";
import { pinnedRows, sharedRows } from "./pinned-rows.js";

/** @param {import("../client.js").Client} client */
export function open(client) {
  const { current } = client.state;
  const shared = current ? sharedRows(client, current) : [];
  const own = pinnedRows(client);
  const box = dialog(t("Pinned messages"),
    shared.length ? section(t("For everybody in {name}", { name: current?.name }), shared) : null,
    own.length ? section(t("Saved: only you see these"), own) : null,
    shared.length || own.length ? null : make("p.soft", null, t("Nothing is pinned or saved. The menu of a message does both.")));
  box.addEventListener("click", ({ target }) => target instanceof Element && target.closest(".go") && box.close());
}

/** @param {string} title @param {HTMLElement[]} rows */
function section(title, rows) {
  return make("section.pins", { "aria-label": title }, make("h3", null, title), ...rows);
}
