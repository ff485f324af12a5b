/**
 * Lines in chunks of which only those near the window are drawn, and the heights of the others. No elements here.
 *
 * This makes a list of 50,000 messages as fast as one of 100.
 */

/** @import { Line } from "../state/shapes.js" */
/**
 * @typedef {object} Chunk
 * @property {Line[]} lines
 * @property {number} height Pixels; an estimate until it was drawn.
 * @property {boolean} measured
 */

/** Lines in a chunk: few, so that drawing one is not noticeable. */
export const CHUNK = 12;
/** Lines in a chunk at most, where they belong together: a dozen rows of pictures. */
const MOST = 36;
/** The assumed height of a line before any was measured, in pixels. */
const LINE = 34;
/** How many lines that assumption counts for. */
const SURE = 12;

/** @param {Line[]} lines @returns {Iterable<Line>} */
export function* backwards(lines) {
  for (let at = lines.length - 1; at >= 0; at -= 1) yield /** @type {Line} */ (lines[at]);
}

export class Chunks {
  /** @param {(previous: Line, line: Line) => boolean} [together] Whether a line has to be in the chunk of the one before it. */
  constructor(together = () => false) {
    this._together = together;
    /** @type {Chunk[]} */
    this.list = [];
    this._count = 0;
    this._measured = { height: 0, lines: 0 };
  }

  /** The assumed height of a line in pixels: the average of measured ones. */
  get lineHeight() {
    const { height, lines } = this._measured;
    return (height + LINE * SURE) / (lines + SURE);
  }

  clear() {
    this.list = [];
    this._count = 0;
  }

  /** The last line. */
  get last() {
    return this.list.at(-1)?.lines.at(-1);
  }

  /** Whether an array begins with a different line. @param {Line[]} lines */
  isOtherFront(lines) {
    const first = this.list[0]?.lines[0];
    return first !== undefined && first !== lines[0];
  }

  /**
   * Follow an array that has grown at either end; false if it is a different one, and everything was started again.
   * @param {Line[]} lines
   */
  follow(lines) {
    const first = this.list[0]?.lines[0];
    const front = first ? lines.indexOf(first) : -1;
    const same = front >= 0 && lines[front + this._count - 1] === this.last;
    if (!same) this.clear();
    else if (front > 0) this._prepend(lines.slice(0, front));
    this._append(lines.slice(this._count));
    return same;
  }

  /** @param {Line[]} lines */
  _prepend(lines) {
    const [first] = this.list;
    const begin = first ? this._runsFrom([...lines, ...first.lines], lines.length, MOST - first.lines.length) : lines.length;
    if (first) this._grow(first, [...lines.slice(begin), ...first.lines]);
    const pieces = [];
    for (let end = begin, start; end > 0; end = start) {
      start = this._runsFrom(lines, Math.max(end - CHUNK, 0), MOST - CHUNK);
      pieces.unshift(this._piece(lines.slice(start, end)));
    }
    this.list = [...pieces, ...this.list];
    this._count += lines.length;
  }

  /** @param {Line[]} lines */
  _append(lines) {
    const last = this.list.at(-1);
    const had = last?.lines.length ?? 0;
    let at = last ? this._runsTo([...last.lines, ...lines], Math.max(CHUNK, had)) - had : 0;
    if (last && at > 0) this._grow(last, [...last.lines, ...lines.slice(0, at)]);
    for (let end; at < lines.length; at = end) {
      end = at + this._runsTo(lines.slice(at, at + MOST + 1), CHUNK);
      this.list.push(this._piece(lines.slice(at, end)));
    }
    this._count += lines.length;
  }

  /** The end of a chunk of at least `end` lines, if there are so many, that does not part what belongs together. @param {Line[]} lines @param {number} end */
  _runsTo(lines, end) {
    while (end < Math.min(lines.length, MOST) && this._areTogether(lines, end)) end += 1;
    return Math.min(end, lines.length);
  }

  /** The beginning of a chunk at `begin`, or up to `room` lines before it. @param {Line[]} lines @param {number} begin @param {number} room */
  _runsFrom(lines, begin, room) {
    const least = Math.max(begin - room, 0);
    while (begin > least && this._areTogether(lines, begin)) begin -= 1;
    return begin;
  }

  /** @param {Line[]} lines @param {number} at Of the second one. */
  _areTogether(lines, at) {
    const [previous, line] = lines.slice(at - 1, at + 1);
    return previous !== undefined && line !== undefined && this._together(previous, line);
  }

  /** @param {Chunk} chunk @param {Line[]} lines */
  _grow(chunk, lines) {
    const more = lines.length - chunk.lines.length;
    chunk.lines = lines;
    if (chunk.measured) this._measured.lines += more;
    else chunk.height = lines.length * this.lineHeight;
  }

  /** @param {Line[]} lines @returns {Chunk} */
  _piece(lines) {
    return { lines, height: lines.length * this.lineHeight, measured: false };
  }

  /** @param {Chunk} chunk @param {number} height Pixels. */
  measure(chunk, height) {
    const { length } = chunk.lines;
    if (chunk.measured) this._measured.height += height - chunk.height;
    else this._measured = { height: this._measured.height + height, lines: this._measured.lines + length };
    chunk.height = height;
    chunk.measured = true;
  }

  /** How far below the top of its chunk a line probably is, in pixels. @param {Chunk} chunk @param {string} id Of a line. */
  offset({ lines, height }, id) {
    return height * Math.max(lines.findIndex((line) => line.id === id), 0) / lines.length;
  }

  /** The height of the chunks from `from` up to, not including, `to`. @param {number} from @param {number} to */
  height(from, to) {
    let sum = 0;
    for (let at = from; at < to; at += 1) sum += this.list[at]?.height ?? 0;
    return sum;
  }

  /**
   * Which chunks, from and up to but not including, are between two heights.
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

  /** The number of the chunk that contains a line; -1: none. @param {(line: Line) => boolean} wanted */
  indexOf(wanted) {
    return this.list.findLastIndex((chunk) => chunk.lines.some(wanted));
  }

  /** What stands around a chunk. @param {number} at */
  around(at) {
    return { before: this._before(at), after: this._after(at) };
  }

  /** @param {number} at @returns {Iterable<Line>} */
  * _before(at) {
    for (let chunk = at - 1; chunk >= 0; chunk -= 1) yield* backwards(this.list[chunk]?.lines ?? []);
  }

  /** @param {number} at @returns {Iterable<Line>} */
  * _after(at) {
    for (let chunk = at + 1; chunk < this.list.length; chunk += 1) yield* this.list[chunk]?.lines ?? [];
  }
}
