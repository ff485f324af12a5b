/** What was said anywhere, looked for by the server (soju.im/search). Loaded when somebody searches. */

import { escapeTag, formatTime } from "../irc.js";
import { counts } from "./conversation.js";
import { said } from "./lines.js";

/** @import { Batch, Found } from "./shapes.js" */
/** @import { State } from "../state.js" */

/** Messages that are asked for at once. */
export const RESULTS = 50;
/** Milliseconds that the server's clock may be ahead. */
const AHEAD = 86_400_000;

/**
 * https://soju.im/search: attributes as tags are written.
 * @param {State} state
 * @param {Record<string, string>} attributes
 */
export function search(state, attributes) {
  state.search = { attributes, found: [], status: "asking", reason: "", complete: false, ignored: 0, before: 0 };
  // With a bound at its end, too, it is the newest that are found.
  ask(state, state.search, attributes.after && !attributes.before ? { before: formatTime(state.now + AHEAD) } : {});
}

/** The next page, of what is older. @param {State} state */
export function searchOn(state) {
  const { search: found } = state;
  if (!found || found.complete || found.status !== "done") return;
  ask(state, found, { before: formatTime(found.before) });
}

/** @param {State} state @param {Found} found @param {Record<string, string>} bound */
function ask(state, found, bound) {
  found.status = "asking";
  // The bound is inclusive: what is known of that moment comes once more.
  const limit = RESULTS + found.found.filter(({ line }) => line.at === found.before).length;
  const text = Object.entries({ ...found.attributes, ...bound, limit: String(limit) }).map(([key, value]) => `${key}=${escapeTag(value)}`).join(";");
  // Another search may have begun meanwhile.
  const still = (/** @type {() => void} */ then) => {
    if (state.search !== found) return;
    then();
    state.changed("search");
  };
  state.ask({ kind: "search", key: "", page: (batch) => still(() => results(state, found, batch, limit)), failed: (reason) => still(() => Object.assign(found, { status: "failed", reason })) }, "SEARCH", [text]);
  state.changed("search");
}

/** @param {State} state @param {Found} found @param {Batch} batch @param {number} limit */
function results(state, found, { messages }, limit) {
  const known = new Set(found.found.map(({ line }) => line.msgid));
  const fresh = [];
  for (const message of messages) {
    const target = message.params[0] ?? "";
    const name = state.isChannel(target) || state.isMe(message.nick) ? target : message.nick;
    const line = said(message, state);
    if (line) line.mentions = counts(line) && state.calls(line.text);
    if (line && !known.has(line.msgid)) fresh.push({ name, line });
  }
  const shown = fresh.filter(({ line }) => line.mine || !state.preferences.ignores(line.nick, line.account));
  found.ignored += fresh.length - shown.length;
  // The later of two of one moment stands first, too.
  found.found.push(...shown.reverse().sort((a, b) => b.line.at - a.line.at));
  const oldest = Math.min(...fresh.map(({ line }) => line.at));
  found.before = fresh.length ? oldest : found.before - 1;
  found.complete = messages.length < limit;
  found.status = "done";
}
