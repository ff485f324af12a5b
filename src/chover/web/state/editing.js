/** Editing messages (chover.chat/edit, docs/protocol.md). Loaded on first use. */

import { t } from "../i18n.js";
import { bytes, format } from "../irc.js";
import { batched, limits, room } from "./sending.js";

/** @import { State } from "../state.js" */
/** @import { Conversation } from "./conversation.js" */
/** @import { Line } from "./shapes.js" */

/**
 * Change the text of one of our messages.
 * @param {State} state
 * @param {Conversation} conversation
 * @param {Line} line
 * @param {string} text
 */
export function edit(state, conversation, line, text) {
  const after = text.trim();
  if (!state.can("chover.chat/edit") || !after || after === line.text) return;
  const failed = (/** @type {string} */ why) => state.tell(t("Not changed: {why}", { why }));
  state.outgoing.push(...changing(state, state.label({ kind: "wish", key: "", failed }), conversation.name, line.msgid, after));
}

/**
 * The lines that change one of our messages; line feeds become spaces if it must be one line.
 * @param {State} state
 * @param {string} label
 * @param {string} target
 * @param {string} msgid
 * @param {string} text
 */
function changing(state, label, target, msgid, text) {
  const width = room(state, target) - bytes(msgid) - 1;
  if (limits(state) && (text.includes("\n") || bytes(text) > width)) return batched("EDIT", [target, msgid], text, width, label, { label });
  return [format("EDIT", [target, msgid, text.replace(/\s*\n\s*/g, " ")], { label })];
}
