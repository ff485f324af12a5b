/** The setting for push notifications while the page is closed, or why they are not available. */

import { make } from "../html.js";
import { N_, t } from "../i18n.js";
import { kept, obstacle, turnOff, turnOn } from "../push.js";

/** @import { Client } from "../client.js" */

const SEALED = N_("For mentions and direct messages. What is sent goes through a push service of the browser's maker, which cannot read it.");

/** @param {Client} client */
export function pushSetting(client) {
  const box = make("div.field", { role: "group", "aria-label": t("While the page is closed") });
  draw(client, box, "");
  return box;
}

/** @param {Client} client @param {HTMLElement} box @param {string} problem */
function draw(client, box, problem) {
  const on = kept() !== null;
  const why = on ? "" : obstacle(client);
  const button = !why && make("button.plain", { type: "button", onclick: () => turn(client, box, !on) }, on ? t("Stop notifying me") : t("Notify me then, too"));
  box.replaceChildren(t("While the page is closed"), ...[
    make("small", null, why || (on ? `${t("This browser is notified.")} ${t(SEALED)}` : t(SEALED))),
    problem && make("small.error", { role: "alert" }, problem),
    button && make("div.row", null, button),
  ].filter((each) => each instanceof Node));
}

/** @param {Client} client @param {HTMLElement} box @param {boolean} on */
async function turn(client, box, on) {
  for (const button of box.querySelectorAll("button")) button.disabled = true;
  const problem = on ? await turnOn(client) : await turnOff(client);
  draw(client, box, problem || "");
  box.querySelector("button")?.focus();
}
