/** For how long somebody is banned or muted. */

import { make } from "../../html.js";
import { N_, t } from "../../i18n.js";
import { OFFERED } from "../../state/scheduled.js";

/** What the server is told, and its name. */
const TIMES = [["", N_("For ever")], ["20m", N_("20 minutes")], ["2h", N_("2 hours")], ["1d", N_("1 day")], ["1w", N_("1 week")], ["4w", N_("4 weeks")]];

/**
 * A choice; on a server that knows no ends nothing but "for ever".
 * @param {import("../../client.js").Client} client
 * @param {string} [chosen]
 */
export function duration(client, chosen = "") {
  const select = make("select", null, ...TIMES.map(([value, label]) => make("option", { value, selected: value === chosen }, t(label ?? ""))));
  const element = make("label.field", { hidden: !client.state.can(OFFERED) }, t("For how long"), select);
  return { element, get value() { return client.state.can(OFFERED) ? select.value : ""; } };
}
