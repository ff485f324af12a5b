/** What was said anywhere, looked for by the server (soju.im/search). Loaded when somebody searches. */

import { escapeTag } from "../irc.js";
import { counts } from "./conversation.js";
import { said } from "./lines.js";

/** @typedef {import("./batches.js").Batch} Batch */
/** @typedef {import("../state.js").State} State */

export const RESULTS = 50;

/**
 * https://soju.im/search: attributes as tags are written.
 * @param {State} state
 * @param {Record<string, string>} attributes
 */
export function search(state, attributes) {
  const text = Object.entries({ ...attributes, limit: String(RESULTS) })
    .map(([key, value]) => `${key}=${escapeTag(value)}`)
    .join(";");
  state.search = { attributes, found: [], status: "asking", reason: "" };
  state.ask({ kind: "search", key: "", page: (batch) => results(state, batch), failed: (reason) => failed(state, reason) }, "SEARCH", [text]);
  state.changed("search");
}

/** @param {State} state @param {Batch} batch */
function results(state, batch) {
  const found = [];
  for (const message of batch.messages) {
    const target = message.params[0] ?? "";
    const name = state.isChannel(target) || state.isMe(message.nick) ? target : message.nick;
    const line = said(message, state);
    if (line) line.mentions = counts(line) && state.calls(line.text);
    if (line) found.push({ name, line });
  }
  state.search = { attributes: state.search?.attributes ?? {}, found, status: "done", reason: "" };
  state.changed("search");
}

/** @param {State} state @param {string} reason */
function failed(state, reason) {
  state.search = { attributes: {}, found: [], status: "failed", reason };
  state.changed("search");
}
