/** The bans of a channel: seeing, adding and lifting them. */

import "../../channel-styles.js";
import { askChanServ, askServer } from "../../asking.js";
import { rightsIn } from "../../channel-modes.js";
import { shortTime, wholeTime } from "../../dates.js";
import { make } from "../../html.js";
import { t, tn } from "../../i18n.js";
import { whom as named } from "../../mode-words.js";
import { plain } from "../../text.js";
import { dialog } from "../dialog.js";
import { form, labelled, toggle } from "../fields.js";
import { duration } from "./duration.js";

/** @import { Client } from "../../client.js" */
/** @typedef {{mask: string, by: string, at: number, until: number}} Ban Times in milliseconds since 1970; `until` 0: for ever. */

/** Bans shown at once: a long list is read in pieces. */
const PAGE = 50;

/** @param {Client} client @param {string} typed Whom to ban. */
export async function open(client, typed) {
  const { current } = client.state;
  if (!current?.channel) return;
  const { name } = current;
  const list = make("ul.bans", { "aria-label": t("Bans") });
  const said = make("p.soft", { role: "status" }, t("Asking the server…"));
  const box = dialog(t("Bans of {name}", { name }));
  const may = rightsIn(client.state, current).half;
  const refresh = async () => {
    const { bans, problem } = await bansOf(client, name);
    const items = bans.map((ban) => item(client, name, ban, may, (words) => {
      said.textContent = words;
      void refresh();
    }));
    inPages(list, items);
    return problem || (bans.length ? "" : t("Nobody is banned from {name}.", { name }));
  };
  if (may) box.append(adding(client, name, typed, async (words) => {
    said.textContent = [words, await refresh()].filter(Boolean).join(" ");
  }));
  else box.append(make("p.soft", null, t("Only operators and half-operators of the channel can change these.")));
  box.append(said, list);
  said.textContent = await refresh();
}

/** The first of them, and a button for the next. @param {HTMLElement} list @param {HTMLElement[]} items */
function inPages(list, items) {
  const left = items.length - PAGE;
  const more = left > 0 && make("li", null, make("button.plain", { type: "button", onclick: () => {
    list.lastElementChild?.remove();
    const rest = document.createElement("ul");
    inPages(rest, items.slice(PAGE));
    list.append(...rest.children);
    items[PAGE]?.querySelector("button")?.focus();
  } }, tn("Show {n} more", "Show {n} more", left)));
  list.replaceChildren(...items.slice(0, PAGE), ...(more ? [more] : []));
}

/** @param {Client} client @param {string} name */
async function bansOf(client, name) {
  const { messages, problem } = await askServer(client, "MODE", [name, "+b"]);
  /** @type {Ban[]} */
  const bans = messages.filter(({ command }) => command === "367").map(({ params }) => ({ mask: params[2] ?? "", by: (params[3] ?? "").split("!")[0] ?? "", at: Number(params[4] ?? 0) * 1000, until: Number(params[5] ?? 0) * 1000 }));
  return { bans: bans.sort((a, b) => b.at - a.at), problem };
}

/** @param {Client} client @param {string} name @param {Ban} ban @param {boolean} may @param {(words: string) => void} then */
function item(client, name, { mask, by, at, until }, may, then) {
  const lift = async () => {
    const { problem } = await askServer(client, "MODE", [name, "-b", mask]);
    then(problem || t("{who} can come back.", { who: whom(mask) }));
  };
  return make("li", null, make("span.label", null, make("strong", { title: mask }, whom(mask)), make("small", null, [by && t("by {by}", { by: plain(by) }), at && wholeTime(at), until && t("until {time}", { time: shortTime(until) })].filter(Boolean).join(", "))),
    may && make("button.plain", { type: "button", "aria-label": t("Lift the ban of {who}", { who: whom(mask) }), onclick: () => void lift() }, t("Lift")));
}

/** A mask in words. @param {string} mask */
export function whom(mask) {
  return mask.startsWith("m:") ? `${named(mask.slice(2))} (muted)` : named(mask);
}

/** @param {Client} client @param {string} name @param {string} typed @param {(words: string) => void} then */
function adding(client, name, typed, then) {
  const who = labelled(t("Ban"), make("input", { type: "text", value: typed, autocomplete: "off", spellcheck: "false", placeholder: t("A nick, or a mask such as *!*@host") }),
    t("A nick stands for the person: another nick does not help them, even when they are gone."));
  const why = labelled(t("Reason"), make("input", { type: "text", maxlength: client.state.support.get("KICKLEN", "300"), autocomplete: "off" }), t("They are told it when they are removed."));
  const time = duration(client);
  const remove = toggle(t("Remove them from the channel, too"), "", { on: true }, () => "");
  return form(t("Ban"), async () => {
    const wanted = who.input.value.trim();
    const problem = wanted && !/\s/.test(wanted) ? "" : wanted ? t("A nick has no spaces.") : t("Whom do you want to ban?");
    if (problem) return who.fail(problem), "";
    const told = await ban(client, name, wanted, { reason: why.input.value.trim(), remove: remove.input.checked, time: time.value });
    if (told.problem) return who.fail(told.problem), "";
    who.input.value = why.input.value = "";
    then(told.words);
    return "";
  }, who.element, time.element, why.element, remove.element);
}

/** @param {Client} client @param {string} name @param {string} who @param {{reason: string, remove: boolean, time: string}} how */
async function ban(client, name, who, { reason, remove, time }) {
  if (/[!@*?:]/.test(who)) {
    if (time) return { problem: t("A mask is banned for ever. Choose that, or a nick."), words: "" };
    const { problem } = await askServer(client, "MODE", [name, "+b", who]);
    return { problem, words: t("{who} is banned.", { who: whom(who) }) };
  }
  const { told, problem } = await askChanServ(client, remove ? "KICKBAN" : "BAN", name, who, ...(time ? [time] : []), ...(remove && reason ? [reason] : []));
  const done = told.some((line) => /is banned from/.test(line));
  return { problem: problem || (done ? "" : told.join(" ")), words: t("{who} is banned.", { who }) };
}
