/** Commands about messages that are sent later, and reminders. */

import { t } from "../i18n.js";
import { OFFERED, remindOf, sayLater } from "../state/scheduled.js";
import { CannotDo, guard, here, need, orElse, tell } from "./command.js";
import { HELP, splitTime } from "./times.js";

/** @import { Client } from "../client.js" */

const SPOKEN = new Set(["message", "action", "notice"]);

/** @param {Client} client @param {string} rest */
function later(client, rest) {
  need(client, OFFERED, t("sending later"));
  const { name } = here(client);
  const { when, rest: text, problem } = splitTime(rest, client.state.now);
  orElse(problem || (text ? "" : t(HELP)));
  guard(client, name, text);
  client.act((state) => sayLater(state, name, when, text));
}

/** @param {Client} client @param {string} rest */
function remind(client, rest) {
  need(client, OFFERED, t("reminders"));
  const { name, lines } = here(client);
  const line = lines.findLast(({ msgid, deleted, kind }) => msgid && !deleted && SPOKEN.has(kind));
  if (!line) throw new CannotDo(t("Nothing was said here that you could be reminded of."));
  const { when, rest: more, problem } = splitTime(rest, client.state.now);
  orElse(problem || (more ? t(HELP) : ""));
  client.act((state) => remindOf(state, name, line.msgid, when));
}

/** @type {Record<string, import("./command.js").Run>} */
export const SCHEDULING = { later, remind, scheduled: () => tell("show-panel", { name: "catch-up", about: "later" }) };
