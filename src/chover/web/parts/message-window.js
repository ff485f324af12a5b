/** A scroller in which only those chunks of lines are drawn that are near what is seen. */

import { make } from "../html.js";
import { Chunks } from "./chunks.js";

/** @typedef {import("../state/conversation.js").Line} Line */
/** @typedef {import("./chunks.js").Chunk} Chunk */
/**
 * @typedef {object} Painter
 * @property {(element: HTMLElement, lines: Line[], before: Line | undefined) => void} paint Fills a chunk's element.
 * @property {() => void} moved The scroller has moved.
 */

/** How far beyond what is seen is drawn, in pixels. */
const MARGIN = 500;
/** So near to the end somebody follows what is said, in pixels. */
const NEAR = 24;

export class MessageWindow {
  /** @param {Painter} painter */
  constructor(painter) {
    this._painter = painter;
    this._chunks = new Chunks();
    /** @type {Map<Chunk, HTMLElement>} */
    this._drawn = new Map();
    this._range = [0, 0];
    this._above = make("div.space");
    this._lines = make("div.lines");
    this._below = make("div.space");
    /** What stands before the first line. */
    this.head = make("div.beginning");
    /** What stands after the last. */
    this.foot = make("div.pending-lines");
    this.element = make("div.scroller", { role: "region", tabindex: "0", "aria-label": "Messages" },
      this.head, this._above, this._lines, this._below, this.foot);
    /** Whether the end stays in sight. */
    this.pinned = true;
    this._frame = 0;
    this.element.addEventListener("scroll", () => this._scrolled(), { passive: true });
    const resized = new ResizeObserver(() => this._resized());
    resized.observe(this.element);
    resized.observe(this._lines);
    resized.observe(this.foot);
  }

  get atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight <= NEAR;
  }

  /** Whether the beginning is near. */
  get atStart() {
    return this.element.scrollTop < MARGIN;
  }

  /** Show lines; what is seen stays where it is as far as it is still there. @param {Line[]} lines */
  follow(lines) {
    const anchor = this._anchor();
    if (!this._chunks.follow(lines)) this._reset();
    this._repaint();
    this._settle(anchor);
  }

  _reset() {
    for (const element of this._drawn.values()) element.remove();
    this._drawn.clear();
    this._range = [0, 0];
  }

  /** Forget everything: another conversation is shown. */
  clear() {
    this._chunks.clear();
    this._reset();
    this.pinned = true;
  }

  toEnd() {
    this.pinned = true;
    this._layout(Number.POSITIVE_INFINITY);
    this.element.scrollTop = this.element.scrollHeight;
  }

  /**
   * Bring a line into sight, `share` of the height below the top; its element, or null when it is not here.
   * @param {string} id
   * @param {number} share
   * @returns {HTMLElement | null}
   */
  toLine(id, share) {
    const at = this._chunks.indexOf((line) => line.id === id);
    if (at < 0) return null;
    this.pinned = false;
    const place = this._chunks.height(0, at);
    this._layout(place);
    const element = this.elementOf(id);
    if (!element) return null;
    const offset = element.getBoundingClientRect().top - this.element.getBoundingClientRect().top;
    this.element.scrollTop += offset - this.element.clientHeight * share;
    this._layout();
    return element;
  }

  /** The element of a line that is drawn. @param {string} id @returns {HTMLElement | null} */
  elementOf(id) {
    return this.element.querySelector(`[data-line="${CSS.escape(id)}"]`);
  }

  /** The id of the first line that is seen whole, and how far below the top it stands; null at the end. */
  place() {
    if (this.pinned) return null;
    const anchor = this._anchor();
    const id = anchor?.element.dataset.line;
    return anchor && id ? { id, share: anchor.top / this.element.clientHeight } : null;
  }

  // ---- what happens

  _scrolled() {
    if (this._frame) return;
    this._frame = requestAnimationFrame(() => {
      this._frame = 0;
      this.pinned = this.atEnd;
      this._layout();
      this._painter.moved();
    });
  }

  _resized() {
    if (this.pinned) this.element.scrollTop = this.element.scrollHeight;
    else this._layout();
  }

  // ---- what is drawn

  /** An element that is seen, and where; so that it can be put back. */
  _anchor() {
    if (this.pinned) return null;
    const { top, bottom } = this.element.getBoundingClientRect();
    for (const chunk of this._drawn.values()) {
      for (const element of chunk.children) {
        const place = element.getBoundingClientRect();
        if (place.bottom > top && place.top < bottom) {
          return { element: /** @type {HTMLElement} */ (element), top: place.top - top };
        }
      }
    }
    return null;
  }

  /** Chunks that are drawn are drawn anew where something has changed. */
  _repaint() {
    const [from = 0, to = 0] = this._range;
    for (let at = from; at < to; at += 1) {
      const chunk = this._chunks.list[at];
      const element = chunk && this._drawn.get(chunk);
      if (element) this._painter.paint(element, chunk.lines, this._chunks.before(at));
    }
  }

  /** @param {{element: HTMLElement, top: number} | null} anchor */
  _settle(anchor) {
    const seen = anchor?.element.dataset.line;
    this._indexDrawn();
    if (this.pinned) {
      this.toEnd();
      return;
    }
    this._layout();
    const again = anchor?.element.isConnected ? anchor.element : seen ? this.elementOf(seen) : null;
    if (anchor && again) this._putBack(again, anchor.top);
  }

  /** @param {HTMLElement} element @param {number} top Where it stood below the top of the scroller. */
  _putBack(element, top) {
    const now = element.getBoundingClientRect().top - this.element.getBoundingClientRect().top;
    if (Math.abs(now - top) >= 1) this.element.scrollTop += now - top;
  }

  /** Where the chunks that are drawn stand now, after others came in front of them. */
  _indexDrawn() {
    const first = this._drawn.keys().next().value;
    const from = first ? this._chunks.list.indexOf(first) : -1;
    this._range = from < 0 ? [0, 0] : [from, from + this._drawn.size];
  }

  /** Draw what is near, take away what is not. @param {number} [place] Where to look; where the scroller is, if not given. */
  _layout(place) {
    const { clientHeight } = this.element;
    const whole = this._chunks.height(0, this._chunks.list.length);
    const offset = this._above.offsetTop;
    const top = Math.min(place ?? this.element.scrollTop - offset, Math.max(whole - clientHeight, 0));
    const [from, to] = this._chunks.between(top - MARGIN, top + clientHeight + MARGIN);
    if (from === this._range[0] && to === this._range[1]) return;
    const anchor = place === undefined ? this._anchor() : null;
    this._draw(from, to);
    this._range = [from, to];
    this._space();
    if (anchor?.element.isConnected) this._putBack(anchor.element, anchor.top);
  }

  /** @param {number} from @param {number} to */
  _draw(from, to) {
    const wanted = this._chunks.list.slice(from, to);
    const keep = new Set(wanted);
    for (const [chunk, element] of this._drawn) if (!keep.has(chunk)) element.remove();
    /** @type {Map<Chunk, HTMLElement>} */
    const drawn = new Map();
    let after = this._lines.firstElementChild;
    wanted.forEach((chunk, index) => {
      let element = this._drawn.get(chunk);
      if (element) after = element.nextElementSibling;
      else {
        element = make("div.chunk");
        this._painter.paint(element, chunk.lines, this._chunks.before(from + index));
        this._lines.insertBefore(element, after);
      }
      drawn.set(chunk, element);
    });
    this._drawn = drawn;
  }

  /** Measure what is drawn and leave room for what is not. */
  _space() {
    const [from = 0, to = 0] = this._range;
    for (let at = from; at < to; at += 1) {
      const chunk = this._chunks.list[at];
      const element = chunk && this._drawn.get(chunk);
      if (element) this._chunks.measure(at, element.offsetHeight);
    }
    this._above.style.height = `${this._chunks.height(0, from)}px`;
    this._below.style.height = `${this._chunks.height(to, this._chunks.list.length)}px`;
  }
}
