/** Removes somebody from a channel, with a reason, and bans them if wanted. */

import "../../channel-styles.js";
import { askChanServ, askServer } from "../../asking.js";
import { make } from "../../html.js";
import { t } from "../../i18n.js";
import { dialog } from "../dialog.js";
import { form, labelled, toggle } from "../fields.js";
import { OFFERED } from "../../state/scheduled.js";
import { duration } from "./duration.js";

/** @param {import("../../client.js").Client} client @param {string} nick */
export function open(client, nick) {
  const { current, support } = client.state;
  if (!current?.channel) return;
  const { name } = current;
  const why = labelled(t("Reason"), make("input", { type: "text", maxlength: support.get("KICKLEN", "300"), autocomplete: "off" }), t("They are told it, and so is everybody in the channel."));
  const ban = toggle(t("Ban them, too"), t("They cannot come back, and another nick does not help."), { on: false }, () => "");
  const time = duration(client);
  time.element.hidden = true;
  ban.input.addEventListener("change", () => { time.element.hidden = !ban.input.checked || !client.state.can(OFFERED); });
  const submit = async () => {
    const reason = why.input.value.trim();
    const problem = ban.input.checked ? await both(reason) : (await askServer(client, "KICK", [name, nick, ...(reason ? [reason] : [])])).problem;
    if (!problem) box.close();
    return problem;
  };
  const both = async (/** @type {string} */ reason) => {
    const { told, problem } = await askChanServ(client, "KICKBAN", name, nick, ...(time.value ? [time.value] : []), ...(reason ? [reason] : []));
    const done = told.some((line) => /is banned from/.test(line));
    if (done) client.act((state) => state.tell(t("{nick} is removed and banned. \"Bans\" in the menu of {name} lists them.", { nick, name })));
    return problem || (done ? "" : told.join(" "));
  };
  const box = dialog(t("Remove {nick} from {name}", { nick, name }), form(t("Remove"), submit, why.element, ban.element, time.element));
  box.querySelector(".primary")?.classList.add("bad");
  why.input.focus();
}
