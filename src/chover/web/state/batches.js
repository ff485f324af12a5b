/** Batches: messages that belong together, collected until the last one has arrived (https://ircv3.net/specs/extensions/batch). */

/** @import { Message, Batch } from "./shapes.js" */

/** The maximum number of messages kept of one batch; the rest is ignored. */
const MOST = 5000;

export class Batches {
  constructor() {
    /** @type {Map<string, Batch>} */
    this._open = new Map();
  }

  clear() {
    this._open.clear();
  }

  /**
   * The next thing to process: a message, a complete batch, or null while one is being collected.
   * @param {Message} message
   * @returns {Message | Batch | null}
   */
  feed(message) {
    if (message.command === "BATCH") return this._turn(message);
    const batch = this._open.get(message.tags.batch ?? "");
    if (!batch) return message;
    if (batch.messages.length < MOST) batch.messages.push(message);
    return null;
  }

  /** @param {Message} message */
  _turn(message) {
    const [reference = "", kind = "", ...params] = message.params;
    if (reference.startsWith("+")) {
      const parent = this._open.get(message.tags.batch ?? "");
      this._open.set(reference.slice(1), { kind, params, opening: message, messages: [], parent });
      return null;
    }
    const batch = this._open.get(reference.slice(1));
    this._open.delete(reference.slice(1));
    return batch ? this._close(batch) : null;
  }

  /** @param {Batch} batch */
  _close(batch) {
    if (batch.kind === "draft/multiline") return this._whole(joined(batch), batch);
    if (!batch.parent) return batch;
    batch.parent.messages.push(...batch.messages);
    return null;
  }

  /**
   * @param {Message | null} message
   * @param {Batch} batch
   */
  _whole(message, batch) {
    if (!message || !batch.parent) return message;
    batch.parent.messages.push(message);
    return null;
  }
}

/**
 * A multi-line message as one message (https://ircv3.net/specs/extensions/multiline).
 * @param {Batch} batch
 * @returns {Message | null}
 */
function joined(batch) {
  const [first] = batch.messages;
  if (!first) return null;
  let text = "";
  for (const message of batch.messages) {
    const joint = message === first || "draft/multiline-concat" in message.tags ? "" : "\n";
    text += joint + (message.params.at(-1) ?? "");
  }
  const { tags, source, nick } = batch.opening;
  return { ...first, source: first.source || source, nick: first.nick || nick, tags, params: [batch.params[0] ?? "", ...first.params.slice(1, -1), text] };
}
