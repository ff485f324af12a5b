/** The server's answers in words, from the table that all clients share. */

import { shortTime } from "../dates.js";
import { t } from "../i18n.js";
import { ANSWERS } from "../tables/answers.js";

/** @import { Message } from "../state/shapes.js" */

/** Puts answers into words, one after another: the end of a list depends on what came before. */
export function teller() {
  let before = "";
  return (/** @type {Message} */ { command, params }) => {
    const row = before;
    before = command;
    const [of = "", nothing = ""] = ANSWERS.ends[command] ?? [];
    const form = of && of !== row ? nothing : ANSWERS.sentences[command];
    return form && params.length > 1 ? filled(t(form), params) + endOfABan(command, params) : null;
  };
}

/** Servers with chover.chat/scheduled say when a ban ends, in seconds since 1970. @param {string} command @param {string[]} params */
function endOfABan(command, params) {
  const until = command === "367" ? Number(params[5] ?? 0) : 0;
  return until ? `, ${t("until {time}", { time: shortTime(until * 1000) })}` : "";
}

/** @param {string} form @param {string[]} params */
function filled(form, params) {
  return form.replace(/\{(\d|rest)\}/g, (_, at) => (at === "rest" ? params.slice(2).join(" ") : (params[Number(at)] ?? "")));
}
