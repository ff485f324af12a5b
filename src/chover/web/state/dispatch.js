/** Passes the server's messages to their handlers: the answer to a request, a complete batch, or a command. */

import { t } from "../i18n.js";
import { leftOut } from "./bounds.js";
import { DRAFTS, everything as everyDraft, OFFERED as ALL_DRAFTS } from "./drafts.js";
import { page } from "./history.js";
import { everything } from "./preferences.js";
import { METADATA_HANDLERS } from "./metadata.js";
import { PRESENCE } from "./presence.js";
import { everything as everyScheduled, OFFERED as SCHEDULED } from "./scheduled.js";
import { numeric, SERVER } from "./server.js";
import { pinned } from "./shared-pins.js";
import { TALK } from "./talk.js";

/** @import { State } from "../state.js" */
/** @import { Batch, Message } from "./shapes.js" */

/** Handlers by command. @type {Record<string, (state: State, message: Message) => void>} */
const HANDLERS = { PREVIEW: (state, message) => void state.notifications.push({ kind: "preview", message }), PINNED: pinned, ...TALK, ...DRAFTS, ...PRESENCE, ...METADATA_HANDLERS, ...SERVER };

/** @param {State} state @param {Message} message */
export function receive(state, message) {
  const complete = state.batches.feed(message);
  if (state.batches.full) leftOut(state, t("messages in batches"));
  if (complete && "command" in complete) dispatch(state, complete);
  else if (complete) take(state, complete);
}

/** @param {State} state @param {Batch} batch */
function take(state, batch) {
  const request = state.requests.get(batch.opening.tags.label ?? "");
  if (request && (request.page || !request.then)) {
    state.answered(batch.opening);
    return page(state, request, batch);
  }
  if (batch.kind === "chathistory") return;
  if (batch.kind === ALL_DRAFTS) return everyDraft(state, batch.messages);
  if (batch.kind === SCHEDULED) return everyScheduled(state, batch.messages);
  if (batch.kind === "metadata" && batch.params[0] === "*") return everything(state, batch.messages);
  for (const message of batch.messages) {
    const label = batch.opening.tags.label;
    dispatch(state, label ? { ...message, tags: { ...message.tags, label } } : message);
  }
}

/** @param {State} state @param {Message} message */
function dispatch(state, message) {
  const then = state.requests.get(message.tags.label ?? "")?.then;
  if (then) {
    state.answered(message);
    then(message);
    return;
  }
  const handler = HANDLERS[message.command];
  if (handler) handler(state, message);
  else if (/^\d{3}$/.test(message.command)) numeric(state, message);
}
