/** Batches: messages that belong together, collected until the last one has arrived (https://ircv3.net/specs/extensions/batch). */

/** @import { Message, Batch } from "./shapes.js" */

/** The maximum number of messages kept of one batch; the rest is ignored. */
const MOST = 5000;
/** The maximum number of open batches, and of characters in the parameters of what they hold. */
const OPEN = 16;
const CHARACTERS = 16 * 1024 * 1024;

export class Batches {
  constructor() {
    /** @type {Map<string, Batch>} */
    this._open = new Map();
    this._size = 0;
    /** Whether the message that came last was left out, since open batches hold too much. */
    this.full = false;
  }

  clear() {
    this._open.clear();
    this._size = 0;
  }

  /**
   * The next thing to process: a message, a complete batch, or null while one is being collected.
   * @param {Message} message
   * @returns {Message | Batch | null}
   */
  feed(message) {
    this.full = false;
    if (message.command === "BATCH") return this._turn(message);
    const batch = this._open.get(message.tags.batch ?? "");
    if (!batch) return message;
    this._collect(batch, message);
    return null;
  }

  /** @param {Batch} batch @param {Message} message */
  _collect(batch, message) {
    if (batch.messages.length >= MOST) return;
    const size = message.params.reduce((sum, { length }) => sum + length, 0);
    this.full = this._size + size > CHARACTERS;
    if (this.full) return;
    batch.messages.push(message);
    batch.size += size;
    this._size += size;
  }

  /** @param {Message} message */
  _turn(message) {
    const [reference = "", kind = "", ...params] = message.params;
    if (reference.startsWith("+")) {
      this.full = this._open.size >= OPEN;
      if (this.full) return null;
      const parent = this._open.get(message.tags.batch ?? "");
      this._open.set(reference.slice(1), { kind, params, opening: message, messages: [], size: 0, parent });
      return null;
    }
    const batch = this._open.get(reference.slice(1));
    this._open.delete(reference.slice(1));
    if (!batch) return null;
    this._size -= batch.size;
    return this._close(batch);
  }

  /** @param {Batch} batch */
  _close(batch) {
    if (batch.kind === "draft/multiline") return this._whole(joined(batch), batch);
    if (!batch.parent) return batch;
    batch.parent.inside ??= batch.params;
    for (const message of batch.messages) this._collect(batch.parent, message);
    return null;
  }

  /**
   * @param {Message | null} message
   * @param {Batch} batch
   */
  _whole(message, batch) {
    if (!message || !batch.parent) return message;
    this._collect(batch.parent, message);
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
