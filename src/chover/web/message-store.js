/** The newest messages of each conversation, stored in this browser (IndexedDB). Without it, everything works but this. */

import { isStored, ownerOf, restore, toStore } from "./state/stored.js";

/** @import { Client } from "./client.js" */
/** @import { Stored } from "./state/stored.js" */

const DATABASE = "chover";
const STORE = "conversations";
/** Milliseconds between two times at which what has changed is stored. */
const PAUSE = 500;

export class MessageStore {
  /** @param {Client} client */
  constructor(client) {
    this._client = client;
    /** Keys of conversations that have changed. @type {Set<string>} */
    this._changed = new Set();
    this._timer = 0;
    this._database = opened();
    client.parts.add(this);
    window.addEventListener("pagehide", () => void this._write());
    document.addEventListener("visibilitychange", () => document.hidden && void this._write());
  }

  /** Show what an earlier page has stored, if it was the same person's. */
  async show() {
    const owner = ownerOf(this._client.identity);
    const all = await this._all();
    const own = all.filter((each) => each.owner === owner);
    if (own.length < all.length) await this.forget((each) => each.owner !== owner);
    if (own.length && owner === ownerOf(this._client.identity)) this._client.act((state) => {
      if (restore(state, own) && state.status !== "online") this._client.stored = true;
      state.changed("stored");
    });
  }

  /** @param {(stored: Stored) => boolean} which */
  async forget(which = () => true) {
    this._changed.clear();
    const gone = (await this._all()).filter(which);
    await this._do("readwrite", (store) => { for (const { key } of gone) store.delete(key); });
  }

  /** @param {Set<string>} changed */
  update(changed) {
    for (const topic of changed) if (/^(lines|conversation) /.test(topic)) this._changed.add(topic.slice(topic.indexOf(" ") + 1));
    if (changed.has("conversations")) this._changed.add("");
    if (this._changed.size && !this._timer) this._timer = window.setTimeout(() => void this._write(), PAUSE);
  }

  async _write() {
    clearTimeout(this._timer);
    this._timer = 0;
    const { state, identity } = this._client;
    const owner = ownerOf(identity && { ...identity, account: state.account || identity.account });
    // The list has changed: conversations that are not there any more are not stored.
    const ended = this._changed.delete("") && state.settled;
    const conversations = [...this._changed].map((key) => state.conversations.get(key)).filter((each) => each !== undefined);
    this._changed.clear();
    const stored = conversations.filter((each) => isStored(each, owner) && !each.held).map((each) => toStore(each, owner));
    if (stored.length) await this._do("readwrite", (store) => { for (const each of stored) store.put(each); });
    if (ended) await this._prune();
  }

  async _prune() {
    const { state } = this._client;
    const keys = await this._do("readonly", (store) => store.getAllKeys());
    const gone = (keys ?? []).filter((key) => !state.conversations.has(String(key)));
    if (gone.length) await this._do("readwrite", (store) => { for (const key of gone) store.delete(key); });
  }

  /** @returns {Promise<Stored[]>} */
  async _all() {
    return (await this._do("readonly", (store) => store.getAll())) ?? [];
  }

  /**
   * @template Result
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<Result> | void} act
   * @returns {Promise<Result | null>} null: nothing was asked for, or it did not work.
   */
  async _do(mode, act) {
    try {
      const transaction = (await this._database).transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      // A page that is being left does not live until this would happen by itself.
      transaction.commit();
      return await new Promise((resolve, reject) => {
        transaction.oncomplete = () => resolve(request ? request.result : null);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
    } catch {
      return null; // Full, or not allowed: the page works, it only forgets.
    }
  }
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  const opening = new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  opening.catch(() => {}); // Each use of it fails by itself.
  return /** @type {Promise<IDBDatabase>} */ (opening);
}
