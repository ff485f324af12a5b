/** A line of modes as what somebody has done (tables/mode-words.js). Pure. */

import { t } from "./i18n.js";
import { MODE_WORDS } from "./tables/mode-words.js";
import { plain } from "./text.js";

/** @import { Support } from "./state/support.js" */

/** "made bob an operator, and lets only members write"; a mode that is not known stands as it was sent. @param {string} text @param {Support} support */
export function modeWords(text, support) {
  const [letters = "", ...values] = text.split(" ");
  const done = support.modes(letters, values).map(([sign, letter, value]) => words(`${sign}${letter}`, value));
  return done.length > 1 ? t("{first}, and {last}", { first: done.slice(0, -1).join(", "), last: done.at(-1) }) : (done[0] ?? t("set {text}", { text: plain(text) }));
}

/** @param {string} mode @param {string} value */
function words(mode, value) {
  const muted = mode.endsWith("b") && value.startsWith("m:");
  const form = MODE_WORDS[muted ? `${mode} m:` : mode];
  return form ? t(form, { value: whom(muted ? value.slice(2) : value) }) : t("set {text}", { text: plain(`${mode} ${value}`.trim()) });
}

/** A person, as an entry of a list names them. @param {string} mask */
export function whom(mask) {
  const [, account] = /^(?:a|account):(.+)$/.exec(mask) ?? [];
  return plain(account ? t("the account {account}", { account }) : mask === "U:*!*@*" ? t("everybody without an account") : mask);
}
