/** Missed messages, as the server counts them for all devices: CATCHUP and MENTIONS (docs/protocol.md). */

import { said } from "./lines.js";

/** @import { Batch, Missed, Message } from "./shapes.js" */
/** @import { State } from "../state.js" */

export const CATCHUP = "chover.chat/catchup";

/** @param {State} state @param {Missed["kind"]} kind */
export function askMissed(state, kind) {
  if (!state.can(CATCHUP)) return;
  state.missed = { kind, status: "asking", reason: "", places: [], calls: [] };
  state.ask({ kind: "missed", key: "", page: (batch) => missed(state, batch), failed: (reason) => notMissed(state, reason) }, kind === "mentions" ? "MENTIONS" : "CATCHUP", []);
  state.changed("missed");
}

/** @param {State} state @param {Batch} batch */
function missed(state, batch) {
  const { kind } = state.missed ?? { kind: "catchup" };
  const places = batch.messages.filter(({ command }) => command === "CATCHUP").map(placeOf);
  const calls = batch.messages.flatMap((message) => {
    const target = message.params[0] ?? "";
    const line = message.command === "CATCHUP" ? null : said(message, state);
    if (line) line.mentions = !line.mine; // The server says that it is for us.
    return line && !state.preferences.ignores(line.nick, line.account) ? [{ name: state.isChannel(target) ? target : message.nick, line }] : [];
  });
  state.missed = { kind, status: "done", reason: "", places, calls };
  state.changed("missed");
}

/** @param {Message} message */
function placeOf({ params }) {
  const [name = "", unread = "0", calls = "0"] = params;
  return { name, unread: Number(unread) || 0, calls: Number(calls) || 0 };
}

/** @param {State} state @param {string} reason */
function notMissed(state, reason) {
  state.missed = { kind: "catchup", places: [], calls: [], status: "failed", reason };
  state.changed("missed");
}
