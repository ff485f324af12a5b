/**
 * Pending messages, as this browser stores them: one entry for each message, owned by one page.
 *
 * Several pages of one browser share its storage. Each holds a lock as long as it lives, and takes over only entries of
 * pages that are gone. Over plain http there are no locks: then a page takes over everything at its start, and the
 * server keeps each nonce only once.
 */

import { isService } from "./guard.js";
import { load, names, PREFIX, remove, save } from "./storage.js";

/** @import { Pending } from "./state/shapes.js" */
/** @typedef {Pending & {page?: string}} Kept `page` is missing in entries of earlier versions. */

export const OUTBOX = "outbox.";
/** Names of locks. */
const PAGE = "chover.page.";
const TAKING = "chover.outbox";

export class KeptOutbox {
  /** @param {() => void} left Called when another page with pending messages is gone. */
  constructor(left) {
    this._left = left;
    /** Pages whose end is awaited. @type {Set<string>} */
    this._watched = new Set();
    this._page = crypto.getRandomValues(new Uint32Array(3)).join("-");
    /** Names of the entries of this page. @type {Set<string>} */
    this._kept = new Set();
    this._begun = false;
    this._held = this._hold();
    window.addEventListener("storage", ({ key, newValue }) => {
      if (newValue && key?.startsWith(PREFIX + OUTBOX)) this._watch(JSON.parse(newValue).page);
    });
  }

  /** Take over the entries of pages that no longer live. @returns {Promise<Pending[]>} */
  async take() {
    if (!navigator.locks) return this._begun ? [] : this._take(new Set());
    await this._held;
    // One page after another, so that no two take the same entries.
    return navigator.locks.request(TAKING, async () => {
      const { held = [] } = await navigator.locks.query();
      // A page that waits for the end of another eventually shares its lock.
      return this._take(new Set(held.filter(({ mode }) => mode === "exclusive").map(({ name = "" }) => name)));
    });
  }

  /** @param {Iterable<Pending>} outbox The pending messages. */
  keep(outbox) {
    // What is said to a service may hold a password, and is not said again on another connection either.
    const all = [...outbox].filter(({ target }) => !isService(target));
    const now = new Set(all.map(({ nonce }) => OUTBOX + nonce));
    for (const gone of this._kept) if (!now.has(gone)) remove(gone);
    for (const pending of all) save(OUTBOX + pending.nonce, { ...pending, page: this._page });
    this._kept = now;
  }

  /** @param {Set<string>} living Locks that are held. */
  _take(living) {
    this._begun = true;
    const all = names(OUTBOX).map((name) => load(name, /** @type {Kept} */ (/** @type {unknown} */ (null)))).filter(Boolean);
    const others = all.filter(({ page }) => page !== this._page);
    const taken = others.filter(({ page }) => !living.has(PAGE + page));
    for (const { page } of others) if (living.has(PAGE + page)) this._watch(page);
    for (const kept of taken) save(OUTBOX + kept.nonce, { ...kept, page: this._page });
    for (const { nonce } of taken) this._kept.add(OUTBOX + nonce);
    return taken.map(({ page: _, ...pending }) => pending);
  }

  /** Notice when a page is gone. @param {string | undefined} page */
  _watch(page) {
    if (!navigator.locks || !page || this._watched.has(page)) return;
    this._watched.add(page);
    void navigator.locks.request(PAGE + page, { mode: "shared" }, () => this._left());
  }

  /** Hold the lock of this page until it is gone. @returns {Promise<void>} Until it is held. */
  _hold() {
    return new Promise((held) => {
      void navigator.locks?.request(PAGE + this._page, () => {
        held();
        return new Promise(() => {});
      });
    });
  }
}
