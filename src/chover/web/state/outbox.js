/**
 * What was given to be sent, until the server has kept or refused it. No I/O.
 *
 * Each message has a nonce and keeps it when it is sent again, so that the server keeps it once.
 */

/** @import { Pending } from "./shapes.js" */

/** Most messages on the wire without an answer: what is sent again after a lost connection stays small. */
const WINDOW = 16;

export class Outbox {
  /** @param {Pending[]} kept What an earlier page could not send. */
  constructor(kept = []) {
    /** In the order in which it is sent. @type {Map<string, Pending>} */
    this._pending = new Map();
    this._last = 0;
    this.takeOver(kept);
  }

  /** Put what an earlier page could not send between what is here, in its order. @param {Pending[]} kept */
  takeOver(kept) {
    const fresh = kept.filter(({ nonce }) => !this._pending.has(nonce)).map((pending) => ({ ...pending, sent: false }));
    const all = [...this._pending.values(), ...fresh].sort((a, b) => orderOf(a) - orderOf(b));
    this._pending = new Map(all.map((pending) => [pending.nonce, pending]));
    this._last = Math.max(this._last, ...all.map(orderOf));
  }

  get size() {
    return this._pending.size;
  }

  [Symbol.iterator]() {
    return this._pending.values();
  }

  /** @param {string} nonce */
  get(nonce) {
    return this._pending.get(nonce);
  }

  /** A counter that begins at the time, so that pages that know nothing of each other count alike. @param {Pending} pending */
  add(pending) {
    pending.order = this._last = Math.max(pending.at, this._last + 1);
    this._pending.set(pending.nonce, pending);
  }

  /** Take out what was kept or is given up. @param {string} nonce */
  settle(nonce) {
    return this._pending.delete(nonce);
  }

  /**
   * The server said no: it stays visible until its author tries again or gives up.
   * @param {string} nonce
   * @param {string} reason
   */
  refuse(nonce, reason) {
    const pending = this._pending.get(nonce);
    if (pending) pending.reason = reason;
    return pending;
  }

  /** @param {string} nonce */
  retry(nonce) {
    const pending = this._pending.get(nonce);
    if (pending) Object.assign(pending, { reason: "", sent: false });
    return pending;
  }

  /**
   * What to write now, oldest first, as far as the window allows; marks it as sent.
   * @param {(target: string) => boolean} ready Whether a target can be written to.
   */
  due(ready) {
    const waiting = [...this._pending.values()].filter((pending) => !pending.reason);
    const room = WINDOW - waiting.filter((pending) => pending.sent).length;
    const due = waiting.filter((pending) => !pending.sent && ready(pending.target)).slice(0, Math.max(room, 0));
    for (const pending of due) pending.sent = true;
    return due;
  }

  /**
   * Put several messages in the place of one that is too long; each has its attributes, the first its nonce.
   * @param {Pending} pending
   * @param {string[]} texts
   */
  divide(pending, texts) {
    const parts = texts.map((text, at) => ({ ...pending, text, nonce: at ? `${pending.nonce}-${at + 1}` : pending.nonce }));
    const others = new Set(parts.slice(1).map(({ nonce }) => nonce));
    const kept = [...this._pending.values()].filter(({ nonce }) => !others.has(nonce));
    this._pending = new Map(kept.flatMap((each) => (each === pending ? parts : [each])).map((each) => [each.nonce, each]));
    return parts;
  }

  /** What was written and is still open, the first first: a server answers in the order in which it was asked. */
  get sent() {
    return [...this._pending.values()].filter(({ sent, reason }) => sent && !reason);
  }

  /** The connection is gone: what was not answered will be sent again. */
  lost() {
    for (const pending of this._pending.values()) pending.sent = false;
  }
}

/** An earlier version kept the time alone. @param {Pending} pending */
function orderOf({ order, at }) {
  return order ?? at;
}
