/** The user's scrolling: whether the scroller is being moved, and when it has come to rest. */

import { unlessComposing } from "../input-method.js";

/** Milliseconds without movement after which a scroller rests. */
const REST = 150;
/** How far a finger may move down before it means to scroll up, in pixels. */
const SLIP = 4;
const KEYS_UP = new Set(["ArrowUp", "PageUp", "Home"]);

/**
 * @typedef {object} Listener
 * @property {() => void} up The user scrolls up; nothing has moved yet.
 * @property {() => void} rested Nothing moves any more, and no finger touches it.
 */

export class ScrollInput {
  /** @param {HTMLElement} element @param {Listener} listener */
  constructor(element, listener) {
    this._element = element;
    this._listener = listener;
    /** Whether a finger touches it, or the scrollbar is being dragged. */
    this._held = false;
    /** Whether it is moving because a finger flung it. */
    this._flung = false;
    this._startY = 0;
    this._timer = 0;
    this._listen();
  }

  /** Whether it moves, or may start to at any moment. */
  get moves() {
    return this._held || this._timer > 0;
  }

  /** Whether a position that we set would be lost: iOS ignores it during a fling, and a dragged scrollbar reverts it. */
  get holds() {
    return this._held || (this._flung && this._timer > 0);
  }

  /** It has moved. */
  scrolled() {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => this._rest(), REST);
  }

  _rest() {
    this._timer = 0;
    if (this._held) return;
    this._flung = false;
    this._listener.rested();
  }

  /** @param {KeyboardEvent} event */
  _key({ key, shiftKey }) {
    if (KEYS_UP.has(key) || (key === " " && shiftKey)) this._listener.up();
  }

  _listen() {
    /** @type {[EventTarget, string, (event: any) => void][]} */
    const listeners = [
      [this._element, "wheel", (event) => this._wheel(event)],
      [this._element, "keydown", unlessComposing((event) => this._key(event))],
      [this._element, "touchstart", (event) => this._touch(event)],
      [this._element, "touchmove", ({ touches }) => touches[0].clientY > this._startY + SLIP && this._listener.up()],
      [this._element, "touchend", ({ touches }) => !touches.length && this._release()],
      [this._element, "touchcancel", () => this._release()],
      [this._element, "pointerdown", (event) => this._onScrollbar(event) && this._drag()],
      [window, "pointerup", () => this._release()],
      // Not every browser reports the end of a drag of the scrollbar.
      [window, "pointermove", ({ pointerType, buttons }) => pointerType === "mouse" && !buttons && this._release()],
    ];
    for (const [target, name, handle] of listeners) target.addEventListener(name, handle, { passive: true });
  }

  /** @param {WheelEvent} event */
  _wheel({ deltaY, ctrlKey }) {
    this._flung = false;
    if (deltaY < 0 && !ctrlKey) this._listener.up();
  }

  /** @param {TouchEvent} event */
  _touch({ touches }) {
    this._held = true;
    this._flung = true;
    this._startY = touches[0]?.clientY ?? 0;
  }

  /** @param {PointerEvent} event */
  _onScrollbar({ target, pointerType, offsetX }) {
    const { clientWidth, clientLeft } = this._element;
    return target === this._element && pointerType === "mouse" && (offsetX >= clientLeft + clientWidth || offsetX < clientLeft);
  }

  _drag() {
    this._held = true;
    this._listener.up();
  }

  _release() {
    if (!this._held) return;
    this._held = false;
    this.scrolled();
  }
}
