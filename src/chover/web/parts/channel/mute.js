/** Mutes somebody in a channel for a time: they may stay and read. */

import "../../channel-styles.js";
import { askChanServ } from "../../asking.js";
import { make } from "../../html.js";
import { t } from "../../i18n.js";
import { dialog } from "../dialog.js";
import { form } from "../fields.js";
import { duration } from "./duration.js";

/** @param {import("../../client.js").Client} client @param {string} nick */
export function open(client, nick) {
  const { current } = client.state;
  if (!current?.channel) return;
  const { name } = current;
  const time = duration(client, "2h");
  const box = dialog(t("Mute {nick} in {name}", { nick, name }), make("p.soft", null, t("They may stay and read, and are told until when. Another nick does not help them.")), form(t("Mute"), async () => {
    const { told, problem } = await askChanServ(client, "MUTE", name, nick, ...(time.value ? [time.value] : []));
    const done = told.some((line) => line.includes(" is muted in "));
    if (done) {
      client.act((state) => state.tell(t("{nick} is muted. \"Bans\" in the menu of {name} lists it.", { nick, name })));
      box.close();
    }
    return problem || (done ? "" : told.join(" "));
  }, time.element));
  time.element.querySelector("select")?.focus();
}
