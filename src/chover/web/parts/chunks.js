/**
 * Lines in pieces of which only those near the window are drawn, and how high the others are. No elements here.
 *
 * A list of 50,000 messages is as quick as one of 100 because of it.
 */

/** @typedef {import("../state/conversation.js").Line} Line */
/**
 * @typedef {object} Chunk
 * @property {Line[]} lines
 * @property {number} height Pixels; an estimate until it was drawn.
 * @property {boolean} measured
 */

/** Lines in a chunk: few, so that drawing one is never felt. */
export const CHUNK = 12;

export class Chunks {
  constructor() {
    /** @type {Chunk[]} */
    this.list = [];
    this._count = 0;
    /** Average height of a line so far, in pixels. */
    this.lineHeight = 34;
  }

  clear() {
    this.list = [];
    this._count = 0;
  }

  /**
   * Follow an array that has grown at either end; false when it is another one and everything was begun anew.
   * @param {Line[]} lines
   */
  follow(lines) {
    const first = this.list[0]?.lines[0];
    const front = first ? lines.indexOf(first) : -1;
    const same = front >= 0 && lines[front + this._count - 1] === this.list.at(-1)?.lines.at(-1);
    if (!same) this.clear();
    else if (front > 0) this._prepend(lines.slice(0, front));
    this._append(lines.slice(this._count));
    return same;
  }

  /** @param {Line[]} lines */
  _prepend(lines) {
    const pieces = [];
    for (let end = lines.length; end > 0; end -= CHUNK) pieces.unshift(this._piece(lines.slice(Math.max(end - CHUNK, 0), end)));
    this.list = [...pieces, ...this.list];
    this._count += lines.length;
  }

  /** @param {Line[]} lines */
  _append(lines) {
    const last = this.list.at(-1);
    const room = last ? CHUNK - last.lines.length : 0;
    if (last && room > 0 && lines.length) {
      last.lines.push(...lines.slice(0, room));
      if (!last.measured) last.height = last.lines.length * this.lineHeight;
    }
    for (let at = Math.max(room, 0); at < lines.length; at += CHUNK) this.list.push(this._piece(lines.slice(at, at + CHUNK)));
    this._count += lines.length;
  }

  /** @param {Line[]} lines @returns {Chunk} */
  _piece(lines) {
    return { lines, height: lines.length * this.lineHeight, measured: false };
  }

  /** @param {number} at @param {number} height Pixels. */
  measure(at, height) {
    const chunk = this.list[at];
    if (!chunk) return;
    chunk.height = height;
    chunk.measured = true;
  }

  /** Height of the chunks from `from` up to, not including, `to`. @param {number} from @param {number} to */
  height(from, to) {
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += this.list[at]?.height ?? 0;
    return sum;
  }

  /**
   * Which chunks, from and up to but not including, lie between two heights.
   * @param {number} top
   * @param {number} bottom
   * @returns {[number, number]}
   */
  between(top, bottom) {
    let from = 0;
    let sum = 0;
    while (from < this.list.length - 1 && sum + (this.list[from]?.height ?? 0) <= top) {
      sum += this.list[from]?.height ?? 0;
      from += 1;
    }
    let to = from;
    while (to < this.list.length && (sum < bottom || to === from)) {
      sum += this.list[to]?.height ?? 0;
      to += 1;
    }
    return [from, to];
  }

  /** Which chunk a line is in; -1: none. @param {(line: Line) => boolean} wanted */
  indexOf(wanted) {
    return this.list.findLastIndex((chunk) => chunk.lines.some(wanted));
  }

  /** The last line before a chunk. @param {number} at */
  before(at) {
    return this.list[at - 1]?.lines.at(-1);
  }
}
