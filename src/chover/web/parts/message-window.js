/**
 * A scroller that draws only the chunks of lines near the visible part.
 *
 * The visible part is held in place by one of two things, never by comparing pixels later. Either the end is followed,
 * or an anchor, which is a line and its position, is restored after every change. Such changes are pages added in
 * front, chunks whose height was only estimated, and late pictures and fonts. Only the user moves the anchor.
 */

import { make } from "../html.js";
import { t } from "../i18n.js";
import { Chunks } from "./chunks.js";
import { ScrollInput } from "./scroll-input.js";

/** @import { Line } from "../state/shapes.js" */
/** @import { Chunk } from "./chunks.js" */
/**
 * @typedef {object} Painter
 * @property {(element: HTMLElement, lines: Line[], around: import("./rows.js").Around) => void} paint Fills a chunk's element.
 * @property {(previous: Line, line: Line) => boolean} together Whether a line is drawn beside the one before it.
 * @property {() => void} moved The scroller has moved, or rests.
 */
/**
 * @typedef {object} Anchor
 * @property {string} id Of a line; "" if no line is visible.
 * @property {Chunk} chunk
 * @property {number} top How far below the top of the scroller its text stands, in pixels.
 * @property {number} chunkTop The same of the chunk, should the line disappear.
 */

/** How far beyond the visible part is drawn, in pixels. */
const MARGIN = 500;
/** The distance from an edge at which more lines are fetched, in pixels. */
const SOON = 1000;
/** If the user scrolls this close to the end, the end is followed, in pixels. */
const NEAR = 24;
/** How often the drawing is corrected after measuring. */
const ROUNDS = 6;

export class MessageWindow {
  /** @param {Painter} painter */
  constructor(painter) {
    this._painter = painter;
    this._chunks = new Chunks(painter.together);
    /** The drawn chunks, which are adjacent, in order. @type {Map<Chunk, HTMLElement>} */
    this._drawn = new Map();
    /** Lines that wait until no finger moves. @type {Line[] | null} */
    this._waiting = null;
    /** @type {Anchor | null} */
    this._anchor = null;
    /** Whether the end stays visible. */
    this.following = true;
    /** Whether the end is the newest line of the conversation. */
    this._live = true;
    this._scrollTop = 0;
    this._aboveHeight = 0;
    this._above = make("div.space");
    this._lines = make("div.lines");
    this._below = make("div.space");
    /** The element before the first line. */
    this.head = make("div.beginning");
    /** The element after the last line. */
    this.foot = make("div.pending-lines");
    this.element = make("div.scroller", { role: "region", tabindex: "0", "aria-label": t("Messages") },
      this.head, this._above, this._lines, this._below, this.foot);
    this._input = new ScrollInput(this.element, { up: () => this._leaveEnd(), rested: () => this._rested() });
    this.element.addEventListener("scroll", () => this._scrolled(), { passive: true });
    this._sizes = new ResizeObserver(() => this._resized());
    for (const element of [this.element, this.head, this.foot]) this._sizes.observe(element);
  }

  get _fromEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight;
  }

  get atEnd() {
    return this._fromEnd <= NEAR;
  }

  /** Whether the first of these lines will soon be visible; never before they are drawn. @param {Line[]} lines */
  nearStart(lines) {
    return !this._chunks.isOtherFront(lines) && this._viewTop() < SOON;
  }

  /** Whether the last of these lines will soon be visible. @param {Line[]} lines */
  nearEnd(lines) {
    return lines.at(-1) === this._chunks.last && this._fromEnd < SOON;
  }

  /**
   * Show lines; the visible part stays in place as far as it still exists.
   * @param {Line[]} lines
   * @param {boolean} [live] Whether they reach the present.
   */
  follow(lines, live = true) {
    this._live = live;
    this.following &&= live;
    this._waiting = this._input.holds && !this.following && this._chunks.isOtherFront(lines) ? lines : null;
    if (!this._waiting && !this._chunks.follow(lines)) this._reset();
    this._repaint();
    this._arrange();
  }

  _reset() {
    for (const element of this._drawn.values()) this._remove(element);
    this._drawn.clear();
  }

  /** Forget everything: another conversation is shown. */
  clear() {
    this._chunks.clear();
    this._reset();
    this._waiting = null;
    this._anchor = null;
    this.following = true;
  }

  toEnd() {
    this.following = this._live;
    this._anchor = null;
    this._arrange();
    this.element.scrollTop = this.element.scrollHeight;
    this._scrolled();
  }

  /**
   * Make a line visible, `share` of the height below the top. Returns its element, or null if it is not here.
   * @param {string} id
   * @param {number} share
   * @returns {HTMLElement | null}
   */
  toLine(id, share) {
    const chunk = this._chunks.list[this._chunks.indexOf((line) => line.id === id)];
    if (!chunk) return null;
    this.following = false;
    const top = this.element.clientHeight * share;
    this._anchor = { id, chunk, top, chunkTop: top };
    this._arrange({ moves: true });
    return this.elementOf(id);
  }

  /** The element of a line that is drawn. @param {string} id @returns {HTMLElement | null} */
  elementOf(id) {
    return this.element.querySelector(`[data-line="${CSS.escape(id)}"]`);
  }

  /** The id of the first completely visible line, and its distance from the top; null at the end. */
  place() {
    if (this.following || !this._anchor?.id) return null;
    return { id: this._anchor.id, share: this._anchor.top / this.element.clientHeight };
  }

  // ---- what happens

  _scrolled() {
    const moved = this.element.scrollTop - this._scrollTop;
    if (!moved) return;
    this._input.scrolled();
    this._scrollTop += moved;
    if (this.atEnd && (this.following || moved > 0)) this.following = this._live;
    else if (moved < 0) this.following = false;
    if (this._anchor && !this.following) this._shift(this._anchor, moved);
    this._arrange();
    this._capture();
    this._painter.moved();
  }

  /** @param {Anchor} anchor @param {number} by How far the content moved up. */
  _shift(anchor, by) {
    anchor.top -= by;
    anchor.chunkTop -= by;
    const { clientHeight } = this.element;
    // The visible part has nothing in common with the previous one.
    if (anchor.top < -clientHeight || anchor.top > 2 * clientHeight) this._anchor = null;
  }

  /** The user scrolls up: from now on nothing returns to the end, whatever is said. */
  _leaveEnd() {
    if (!this.following || this.element.scrollHeight <= this.element.clientHeight) return;
    this.following = false;
    this._input.scrolled();
    this._capture();
  }

  _rested() {
    if (this._live && this.atEnd) this.following = true;
    if (this._waiting) this.follow(this._waiting, this._live);
    else this._arrange();
    this._painter.moved();
  }

  /** Something has changed its size: restore the position before that is visible. */
  _resized() {
    this._measure();
    this._put();
    // Elements drawn now would be observed once more in the same frame.
    if (this._isShort()) requestAnimationFrame(() => this._arrange());
  }

  // ---- what is drawn

  /** Draw what is near the target, and make the target visible. @param {{moves: boolean}} [how] Whether it is a move of ours. */
  _arrange(how = { moves: false }) {
    for (let round = 0; round < ROUNDS && this._isShort(); round += 1) {
      this._draw(...this._near());
      this._measure();
    }
    this._put(how);
  }

  /** Which chunks should be drawn. @returns {[number, number]} */
  _near() {
    const { clientHeight } = this.element;
    const lowest = Math.max(this._chunks.height(0, this._chunks.list.length) - clientHeight, 0);
    const top = this.following ? lowest : Math.min(Math.max(this._viewTop(), 0), lowest);
    return this._chunks.between(top - MARGIN, top + clientHeight + MARGIN);
  }

  /** Whether other chunks are drawn than should be. */
  _isShort() {
    const [from, to] = this._near();
    return to - from !== this._drawn.size || (to > from && this._chunks.list[from] !== this._firstDrawn);
  }

  get _firstDrawn() {
    return this._drawn.keys().next().value;
  }

  /** Which chunks are drawn. @returns {[number, number]} */
  get _range() {
    const first = this._firstDrawn;
    const from = first ? this._chunks.list.indexOf(first) : 0;
    return [from, from + this._drawn.size];
  }

  /** How far below the first line the view begins, as far as heights are known, in pixels. */
  _viewTop() {
    const { _anchor: anchor, _chunks: chunks } = this;
    const at = anchor && !this.following ? this._anchorAt(anchor) : -1;
    if (!anchor || at < 0) return this.element.scrollTop - this.head.offsetHeight;
    const chunk = /** @type {Chunk} */ (chunks.list[at]);
    const element = this._drawn.get(chunk);
    const target = this._target(anchor);
    const within = element && target ? top(target) - top(element) : chunks.offset(chunk, anchor.id);
    return chunks.height(0, at) + within - (target === element ? anchor.chunkTop : anchor.top);
  }

  /** The chunk that contains the anchor; the lines may have been replaced. @param {Anchor} anchor */
  _anchorAt(anchor) {
    const at = this._chunks.list.indexOf(anchor.chunk);
    if (at >= 0 || !anchor.id) return at;
    const again = this._chunks.indexOf(({ id }) => id === anchor.id);
    const chunk = this._chunks.list[again];
    if (chunk) anchor.chunk = chunk;
    return again;
  }

  /** The element that the anchor holds in place: the text of its line, or the chunk. @param {Anchor} anchor */
  _target({ id, chunk }) {
    const line = id && this.elementOf(id);
    return line ? textOf(line) : this._drawn.get(chunk);
  }

  /** Draw chunks again in which something has changed. */
  _repaint() {
    let [at] = this._range;
    for (const [chunk, element] of this._drawn) {
      this._painter.paint(element, chunk.lines, this._chunks.around(at));
      at += 1;
    }
  }

  /** @param {number} from @param {number} to */
  _draw(from, to) {
    const wanted = this._chunks.list.slice(from, to);
    const keep = new Set(wanted);
    for (const [chunk, element] of this._drawn) if (!keep.has(chunk)) this._remove(element);
    /** @type {Map<Chunk, HTMLElement>} */
    const drawn = new Map();
    let after = this._lines.firstElementChild;
    wanted.forEach((chunk, index) => {
      let element = this._drawn.get(chunk);
      if (element) after = element.nextElementSibling;
      else {
        element = make("div.chunk");
        this._painter.paint(element, chunk.lines, this._chunks.around(from + index));
        this._lines.insertBefore(element, after);
        this._sizes.observe(element);
      }
      drawn.set(chunk, element);
    });
    this._drawn = drawn;
  }

  /** @param {HTMLElement} element */
  _remove(element) {
    this._sizes.unobserve(element);
    element.remove();
  }

  _measure() {
    for (const [chunk, element] of this._drawn) this._chunks.measure(chunk, element.getBoundingClientRect().height);
  }

  // ---- where it is

  /** Reserve space for what is not drawn, and put the visible part in its place. */
  _put({ moves } = { moves: false }) {
    const [from, to] = this._range;
    const above = this._chunks.height(0, from);
    this._below.style.height = `${this._chunks.height(to, this._chunks.list.length)}px`;
    const target = this.following || !this._anchor ? null : this._target(this._anchor);
    if (!target || !this._anchor) {
      this._setAbove(above);
      if (this.following) this.element.scrollTop = this.element.scrollHeight;
      this._scrollTop = this.element.scrollTop;
      return;
    }
    const wanted = this._anchor.id && target !== this._drawn.get(this._anchor.chunk) ? this._anchor.top : this._anchor.chunkTop;
    const off = top(target) - top(this.element) - wanted;
    // While the user scrolls, the space above absorbs the difference, so that the movement is not disturbed.
    const absorbed = this._aboveHeight - off;
    if (!moves && this._input.moves && absorbed >= 0 && (from > 0 || this._input.holds)) this._setAbove(absorbed);
    else this._moveBy(off + above - this._aboveHeight, above);
  }

  /** @param {number} by @param {number} above The space above, from now on. */
  _moveBy(by, above) {
    this._setAbove(above);
    if (Math.abs(by) >= 0.5) this.element.scrollTop += by;
    this._scrollTop = this.element.scrollTop;
  }

  /** @param {number} height Pixels. */
  _setAbove(height) {
    this._aboveHeight = height;
    this._above.style.height = `${height}px`;
  }

  /** Use the visible part as the target: the first completely visible line, or whatever there is. */
  _capture() {
    this._anchor = null;
    if (this.following) return;
    const { top: edge, bottom } = this.element.getBoundingClientRect();
    for (const [chunk, element] of this._drawn) {
      const place = element.getBoundingClientRect();
      if (place.bottom <= edge || place.top >= bottom) continue;
      const seen = [...element.querySelectorAll("[data-line]")].map((line) => ({ id: /** @type {HTMLElement} */ (line).dataset.line ?? "", top: top(textOf(line)) - edge }))
        .filter((line) => line.top < bottom - edge);
      const first = seen.find((line) => line.top >= 0);
      if (first || !this._anchor) this._anchor = { chunk, chunkTop: place.top - edge, ...(first ?? seen.at(-1) ?? { id: "", top: 0 }) };
      if (first) return;
    }
  }
}

/** @param {Element} element */
function top(element) {
  return element.getBoundingClientRect().top;
}

/** The part of a message that people look at: its name may disappear when other messages come before it. @param {Element} message */
function textOf(message) {
  return message.querySelector(":scope > .text") ?? message;
}
