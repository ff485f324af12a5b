/** The line under the messages that shows who is typing. */

import { t } from "../i18n.js";
import { define, Part } from "./part.js";

/** The maximum number of people named. */
const NAMED = 3;

export class TypingLine extends Part {
  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "typing")) return;
    const nicks = [...(this.state.current?.typing.values() ?? [])].map(({ nick }) => this.state.displayName(nick));
    this.textContent = words(nicks);
  }
}

/** @param {string[]} nicks */
export function words(nicks) {
  if (!nicks.length) return "";
  if (nicks.length > NAMED) return t("Several people are typing…");
  const last = nicks.at(-1);
  return nicks.length === 1 ? t("{last} is typing…", { last }) : t("{names} and {last} are typing…", { names: nicks.slice(0, -1).join(", "), last });
}

define("typing-line", TypingLine);
