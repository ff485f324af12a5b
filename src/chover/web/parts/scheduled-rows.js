/** Messages that are sent later and reminders, as rows of the inbox. */

import { shortTime } from "../dates.js";
import { make } from "../html.js";
import { t } from "../i18n.js";
import { hue } from "../people.js";
import { write } from "../state/drafts.js";
import { unschedule } from "../state/scheduled.js";
import { oneLine } from "../text.js";

/** @import { Client } from "../client.js" */
/** @import { Scheduled } from "../state/scheduled.js" */

/** Those that are over first. @param {Client} client @returns {HTMLElement[]} */
export function scheduledRows(client) {
  const { scheduled } = client.state;
  const sorted = [...scheduled.filter(({ status }) => status !== "waiting"), ...scheduled.filter(({ status }) => status === "waiting")];
  if (!sorted.length) return [make("p.soft", null, t("Nothing is scheduled. The clock beside the send button sends a message later; the menu of a message has “Remind me”."))];
  return [make("ul.found-lines", null, ...sorted.map((each) => row(client, each)))];
}

/** @param {Client} client @param {Scheduled} item */
function row(client, item) {
  const { name, at, author, text, why, kind } = item;
  return make("li.scheduled", null,
    make("div.where", null, make("b", null, title(item)), make("time", { datetime: new Date(at).toISOString() }, shortTime(at))),
    author && make("div.who", null, make("b", { "data-hue": hue(author) }, client.displayName(author))),
    make("div.text", null, text ? oneLine(text) : kind === "remind" ? t("A message that was deleted") : ""),
    why && make("p.problem", null, why),
    make("div.row", null, ...buttons(client, item, name)));
}

/** @param {Scheduled} item */
function title({ kind, status, name }) {
  if (kind === "remind") return status === "refused" ? t("Reminder in {name}, ended", { name }) : t("Reminder in {name}", { name });
  return status === "refused" ? t("Not sent to {name}", { name }) : t("To {name}", { name });
}

/** @param {Client} client @param {Scheduled} item @param {string} name */
function buttons(client, { id, kind, status, msgid, text }, name) {
  const drop = () => client.act((state) => unschedule(state, id));
  const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) => make("button.link", { type: "button", onclick }, label);
  const show = () => {
    client.act((state) => state.show(state.conversation(name).key));
    document.dispatchEvent(new CustomEvent("jump", { detail: msgid }));
    if (status === "due") drop();
  };
  const rewrite = () => {
    client.act((state) => {
      state.show(state.conversation(name).key);
      write(state, name, text, msgid);
      state.changed("drafts");
    });
    drop();
    document.dispatchEvent(new CustomEvent("to-composer"));
  };
  return [
    kind === "remind" && status !== "refused" ? button(t("Show the message"), show) : null,
    kind === "say" ? button(t("Put it into the field"), rewrite) : null,
    button(status === "waiting" ? t("Cancel") : t("Done"), drop),
  ];
}
