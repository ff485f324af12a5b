/** The settings of this browser, made from their table. */

import "../channel-styles.js";
import { make } from "../html.js";
import { t } from "../i18n.js";
import { NOTIFICATIONS, SETTINGS } from "../settings.js";
import { dialog } from "./dialog.js";
import { toggle } from "./fields.js";
import { pushSetting } from "./push-setting.js";

/** @import { Client } from "../client.js" */

/** @param {Client} client */
export function open(client) {
  const groups = [...new Set(SETTINGS.map(({ group }) => group))];
  dialog(t("Settings"), ...groups.map((group) => make("section.fields", { "aria-label": t(group) }, make("h3", null, t(group)),
    ...SETTINGS.filter((setting) => setting.group === group).map((setting) => row(client, setting)),
    ...(group === NOTIFICATIONS ? [notifications(), pushSetting(client)] : []))),
    make("p.soft", null, t("These settings are kept in this browser.")));
}

/** @param {Client} client @param {import("../settings.js").Setting} setting */
function row(client, setting) {
  const { name, label, help, choices } = setting;
  if (setting.on) return switchOf(client, setting);
  const select = make("select", { "aria-label": t(label), onchange: () => {
    client.settings.set(name, select.value);
    client.redraw();
  } }, ...choices.map(([value, words]) => make("option", { value, selected: client.settings.get(name) === value }, t(words))));
  return make("label.field", null, t(label), select, help && make("small", null, t(help)));
}

/** @param {Client} client @param {import("../settings.js").Setting} setting One of two choices. */
function switchOf(client, { name, label, help, choices, on }) {
  const off = choices.find(([value]) => value !== on)?.[0] ?? "";
  return toggle(t(label), help && t(help), { on: client.settings.get(name) === on }, (wanted) => {
    client.settings.set(name, wanted ? (on ?? "") : off);
    client.redraw();
    return "";
  }).element;
}

/** The browser asks for permission itself, and only on the user's request. */
function notifications() {
  if (!("Notification" in window)) return make("p.soft", null, notifiable());
  if (Notification.permission === "granted") return null;
  if (Notification.permission === "denied") return make("p.soft", null, t("This browser was told not to show notifications of this page."));
  const button = make("button.plain", { type: "button", onclick: async () => {
    await Notification.requestPermission();
    button.replaceWith(make("p.soft", null, Notification.permission === "granted" ? t("Notifications are on.") : t("Notifications stay off.")));
  } }, t("Allow notifications"));
  return isSecureContext ? make("div.row", null, button) : make("p.soft", null, notifiable());
}

function notifiable() {
  return t("Notifications, installing, and copying need https, except on the server's own machine: ask the server's operator for a certificate.");
}
