/** Somebody's role in the current channel, for those who may change it. */

import { askChanServ, askServer } from "../asking.js";
import { rightsIn } from "../channel-modes.js";
import { make } from "../html.js";
import { N_, t } from "../i18n.js";
import { fold } from "../irc.js";
import { ask as request } from "../open.js";
import { OFFERED } from "../state/scheduled.js";
import { toggle } from "./fields.js";

/** @import { Client } from "../client.js" */
/** @import { Conversation } from "../state/conversation.js" */

/** Mode, its prefix, name, whether half-operators may give it, and ChanServ's word. @type {[letter: string, prefix: string, label: string, half: boolean, word: string][]} */
const RANKS = [["", "", N_("Member"), true, "none"], ["v", "+", N_("Voice"), true, "voice"], ["h", "%", N_("Half-operator"), false, "halfop"], ["o", "@", N_("Operator"), false, "op"], ["a", "&", N_("Protected operator"), false, "admin"], ["q", "~", N_("Founder"), false, "founder"]];

/** @param {Client} client @param {string} nick @param {(what: () => void) => () => void} act */
export function roles(client, nick, act) {
  const { current } = client.state;
  const member = current?.members.get(fold(nick));
  if (!current || !member || client.state.isMe(nick)) return "";
  const { half, operator, founder } = rightsIn(client.state, current);
  if (!half) return "";
  const held = RANKS.find(([, prefix]) => prefix && member.ranks.startsWith(prefix)) ?? RANKS[0];
  const offered = RANKS.filter((rank) => rank === held || (operator ? founder ? rank[0] !== "q" : !"aq".includes(rank[0] || "-") : rank[3]));
  const account = client.state.users.get(fold(nick))?.account ?? "";
  const error = make("small.error", { role: "alert", hidden: true });
  const lasting = toggle(t("Keep the role"), t("They have it again whenever they come back."), { on: false }, () => "");
  const select = make("select", { "aria-label": t("Role in {name}", { name: current.name }), onchange: async () => {
    const problem = await give(client, current, nick, select.value, operator && lasting.input.checked ? account : "");
    error.textContent = problem;
    error.hidden = !problem;
    if (problem) select.value = held?.[0] ?? "";
  } }, ...offered.map(([letter, , label]) => make("option", { value: letter, selected: letter === held?.[0] }, t(label))));
  return make("div.fields", { role: "group", "aria-label": t("In {name}", { name: current.name }) }, make("div.field", null, make("span", null, t("Role in {name}", { name: current.name })), select, error),
    operator && account && lasting.element, client.state.can(OFFERED) && make("button.plain", { type: "button", onclick: act(() => request(document, "mute", nick)) }, t("Mute…")),
    make("button.plain.bad", { type: "button", onclick: act(() => request(document, "removal", nick)) }, t("Remove or ban…")));
}

/**
 * Give a rank and take the others away. What went wrong, or "".
 * @param {Client} client
 * @param {Conversation} conversation
 * @param {string} nick
 * @param {string} letter "" for none.
 * @param {string} account Whose access list entry is changed, too; "" for nobody's.
 */
async function give(client, { name, members }, nick, letter, account) {
  const held = members.get(fold(nick))?.ranks ?? "";
  const gone = RANKS.filter(([other, prefix]) => other !== letter && prefix && held.includes(prefix)).map(([other]) => other).join("");
  const added = letter ? `+${letter}` : "";
  const taken = gone ? `-${gone}` : "";
  const { problem } = added || taken ? await askServer(client, "MODE", [name, added + taken, ...Array(added.length && 1).fill(nick), ...[...gone].map(() => nick)]) : { problem: "" };
  if (problem || !account) return problem;
  const word = RANKS.find(([other]) => other === letter)?.[4] ?? "none";
  const { told, problem: refused } = await askChanServ(client, "ACCESS", name, ...(letter ? ["ADD", account, word] : ["DEL", account]));
  return refused || (told.some((line) => line.startsWith(`${account} has `)) ? "" : told.join(" "));
}
