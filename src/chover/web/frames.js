/**
 * When the page is drawn: what its user does, with the next frame; what arrives meanwhile, behind the frame of a key.
 *
 * Two hundred messages in a second would have each key wait for a drawing that has just begun. While somebody types,
 * messages are drawn right after what was typed is on the screen, and that is before the next key.
 */

/**
 * @typedef {object} Clock
 * @property {() => number} now In milliseconds.
 * @property {(act: () => void) => void} frame Calls it when the next frame is made.
 * @property {(act: () => void) => void} behind Calls it behind the frame that is being made.
 * @property {(act: () => void, pause: number) => void} after Calls it after so many milliseconds.
 */

/** Milliseconds since a key in which the next one is expected. What arrives waits no longer. */
const TYPING = 300;
/** What is more of the same: nobody waits for it as for the answer to what they did. */
const MORE = /^(?:lines|members|typing) |^conversations$/;

export class Frames {
  /** @param {(topics: Set<string>) => void} draw @param {Clock} clock */
  constructor(draw, clock = browser()) {
    this._paint = draw;
    this._clock = clock;
    /** To be drawn with the next frame. @type {Set<string>} */
    this._next = new Set();
    /** What has arrived and waits until nobody types. @type {Set<string>} */
    this._arrived = new Set();
    this._asked = false;
    this._waits = false;
    this._typedAt = -Infinity;
  }

  /** Draw with the next frame. @param {Iterable<string>} topics */
  soon(topics) {
    for (const topic of topics) this._next.add(topic);
    if (this._next.size && !this._asked) this._ask();
  }

  /** Draw what has arrived: at once, or behind the next key if somebody types. @param {Set<string>} topics */
  arrived(topics) {
    const left = this._typedAt + TYPING - this._clock.now();
    if (left <= 0 || [...topics].some((topic) => !MORE.test(topic))) return this.soon(topics);
    for (const topic of topics) this._arrived.add(topic);
    if (topics.size) this._wait(left);
  }

  /** A key was pressed in a field. */
  typed() {
    this._typedAt = this._clock.now();
    this._clock.frame(() => this._clock.behind(() => this._release()));
  }

  _ask() {
    this._asked = true;
    this._clock.frame(() => this._draw());
  }

  /** @param {number} pause Milliseconds. */
  _wait(pause) {
    if (this._waits) return;
    this._waits = true;
    this._clock.after(() => {
      this._waits = false;
      const left = this._typedAt + TYPING - this._clock.now();
      if (left <= 0) this._release();
      else if (this._arrived.size) this._wait(left);
    }, pause);
  }

  _release() {
    const topics = this._arrived;
    this._arrived = new Set();
    this.soon(topics);
  }

  _draw() {
    this._asked = false;
    const topics = this._next;
    this._next = new Set();
    this._paint(topics);
  }
}

/** @returns {Clock} */
function browser() {
  /** @type {(() => void)[]} */
  const acts = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => acts.shift()?.();
  return {
    now: () => performance.now(),
    frame: (act) => requestAnimationFrame(act),
    behind: (act) => {
      acts.push(act);
      port2.postMessage(null);
    },
    after: (act, pause) => setTimeout(act, pause),
  };
}
