/**
 * The current place, in the page's address and in the browser's history.
 *
 * Each visited conversation is an entry of the history. Each layer in front of it (layers.js) adds an entry with the
 * same address, so that Back closes it. If it is closed in another way, that entry is removed.
 */

import { t } from "./i18n.js";
import { fold } from "./irc.js";
import { layers, watch } from "./layers.js";
import { fragment, placeOf } from "./places.js";
import { load, save } from "./storage.js";

/** @import { Client } from "./client.js" */
/** @import { Place } from "./places.js" */
/** @typedef {Place & {index: number, depth: number}} Entry An entry of the history: its index, and the number of open layers. */

const KEPT = "place";
const TOPICS = ["active", "conversations", "connection", "wanted", "stored"];
const NOWHERE = { name: "", msgid: "" };
/** What a nick may look like, on this or any other server. */
const NICK = /^[^\s,*?!@#&+:\u0000-\u001f\u007f]{1,64}$/u;

export class Navigation {
  /** @param {Client} client */
  constructor(client) {
    this._client = client;
    /** @type {Entry} */
    this._entry = history.state?.place ?? { ...NOWHERE, index: 0, depth: 0 };
    /** The message that is shown. */
    this._message = NOWHERE;
    /** Whether the browser is moving through the history at our request. */
    this._travelling = false;
    /** The target of a link or a reload, until the conversation is here. @type {Place & {offers: boolean} | null} */
    this._wanted = null;
    /** What was shown when it became wanted. */
    this._before = "";
    this._lead();
    client.parts.add(this);
    window.addEventListener("popstate", ({ state }) => this._popped(state?.place ?? null));
    // The client removes an invitation from the address; anything else that is not a place is ignored.
    window.addEventListener("hashchange", () => history.state?.place || placeOf(location.hash) || this._strayed());
    document.addEventListener("follow", (event) => this._follow(/** @type {CustomEvent<Place>} */ (event).detail, false));
    document.addEventListener("jump", (event) => this._jumped(String(/** @type {CustomEvent} */ (event).detail)));
    document.addEventListener("newest", () => this._jumped(""));
    watch(() => this._settle());
  }

  /** Start at the address, or at the last conversation. */
  _lead() {
    const linked = placeOf(location.hash);
    // The history contains only places visited before: nothing is offered.
    if (linked) this._follow(linked, history.state?.place === undefined);
    else if (this._last) this._follow({ name: this._last, msgid: "" }, false);
  }

  /** The last conversation of this account. */
  get _last() {
    const { account, name } = load(KEPT, { account: "", name: "" });
    return account === (this._client.identity?.account ?? "") ? name : "";
  }

  /** @param {Place} place @param {boolean} offers Whether to offer to join a channel that is not open here. */
  _follow(place, offers) {
    const { state } = this._client;
    this._wanted = { ...place, offers };
    this._before = state.active;
    state.opening = fold(place.name);
    this._arrive();
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (changed.has("gone")) this._jumped("");
    if (!TOPICS.some((topic) => changed.has(topic))) return;
    this._reconsider();
    this._arrive();
    this._settle();
    this._keep();
  }

  /** The next visit starts here. */
  _keep() {
    const { account, current } = this._client.state;
    if (current && !this._wanted && this._last !== current.name) save(KEPT, { account, name: current.name });
  }

  // ---- following a link

  /** Somebody may have gone elsewhere while it was being loaded, as before there is a connection: then it is no longer wanted. */
  _reconsider() {
    const { _wanted: wanted, _client: { state } } = this;
    if (!wanted || ["", this._before, fold(wanted.name)].includes(state.active)) return;
    this._wanted = null;
    state.opening = "";
  }

  /** Whether the target is here now; if it cannot be, say so. */
  _arrive() {
    const { _wanted: wanted, _client: { state } } = this;
    const key = fold(wanted?.name ?? "");
    const known = state.conversations.get(key);
    // What is stored can be shown before there is a connection; where the link leads is found out with it.
    if (this._client.stored && !state.active) this._client.act(() => (known ? state.show(known.key) : state.showFirst()));
    if (!wanted || !(state.settled || known?.joined)) return;
    const outside = state.isChannel(wanted.name) && !known?.joined;
    // It is being loaded.
    if (outside && state.wanted.has(key)) return;
    this._wanted = null;
    state.opening = "";
    // From what is stored, it is shown already; somebody may have scrolled meanwhile.
    if (!wanted.msgid && state.active === key && this._before !== key) return this._settle();
    if (outside ? known && !wanted.offers : NICK.test(wanted.name) || known) this._show(wanted);
    else this._miss(wanted);
    this._settle();
  }

  /** @param {Place} place */
  _show({ name, msgid }) {
    const { _client: client } = this;
    this._message = { name: fold(name), msgid };
    const before = client.state.active;
    client.act((state) => state.show(state.conversation(name).key));
    if (msgid) document.dispatchEvent(new CustomEvent("jump", { detail: msgid }));
    else if (before === client.state.active) document.dispatchEvent(new CustomEvent("to-edge", { detail: "End" }));
  }

  /** @param {Place & {offers: boolean}} place */
  _miss({ name, msgid, offers }) {
    const { _client: client } = this;
    client.act((state) => state.showFirst());
    if (!offers) return;
    if (!client.state.isChannel(name)) return client.act((state) => state.tell(t("The link leads to no conversation of this server.")));
    const about = fragment(name, msgid);
    document.dispatchEvent(new CustomEvent("open", { detail: { name: "offer", about } }));
  }

  // ---- the history

  /** The current place. @returns {Place} */
  get _place() {
    const { name = "", key = "" } = this._client.state.current ?? {};
    return { name, msgid: this._message.name === key ? this._message.msgid : "" };
  }

  /** A message was requested, or with "" the newest. @param {string} msgid */
  _jumped(msgid) {
    this._message = { name: this._client.state.active, msgid };
    this._settle();
  }

  /** Make the history match the current place. One step at a time, because the browser executes them later. */
  _settle() {
    if (this._travelling) return;
    const depth = layers().length;
    const { _entry: entry } = this;
    const place = this._wanted ? entry : this._place;
    const moved = fragment(place.name, place.msgid) !== fragment(entry.name, entry.msgid);
    const spare = entry.depth - (moved ? Math.max(depth, 1) : depth);
    if (spare > 0) return this._travel(-spare);
    if (moved) this._move(place);
    while (this._entry.depth < depth) this._push({ ...this._entry, depth: this._entry.depth + 1 });
  }

  /** @param {Place} place */
  _move(place) {
    const { _entry: entry, _client: { state } } = this;
    const left = !state.isOpen(fold(entry.name));
    const newest = fold(entry.name) === fold(place.name) && !place.msgid;
    // The entry of a layer becomes the next place's. An entry of a left conversation, or of a message shown earlier, is
    // not returned to.
    if (entry.depth || left || newest) this._write({ ...entry, ...place, depth: 0 });
    else this._push({ ...place, index: entry.index, depth: 0 });
  }

  /** @param {Entry} entry */
  _push(entry) {
    this._entry = { ...entry, index: entry.index + 1 };
    history.pushState({ place: this._entry }, "", hashOf(this._entry));
  }

  /** @param {Entry} entry */
  _write(entry) {
    this._entry = entry;
    history.replaceState({ place: entry }, "", hashOf(entry));
  }

  /** @param {number} steps */
  _travel(steps) {
    this._travelling = true;
    history.go(steps);
  }

  /** Back, Forward, or a link within this page. @param {Entry | null} entry What is there now; null for a link. */
  _popped(entry) {
    if (!entry) return placeOf(location.hash) ? this._linked() : undefined;
    const before = this._entry;
    this._entry = entry;
    if (this._travelling) {
      this._travelling = false;
      return this._settle();
    }
    for (const close of layers().slice(entry.depth).reverse()) close();
    const known = this._client.state.isOpen(fold(entry.name));
    const on = entry.index < before.index ? -1 : 1;
    // The previous place has been left meanwhile: go to the one before.
    if (!known && on < 0 && entry.index > 0) return history.go(-1);
    if (known && fragment(entry.name, entry.msgid) !== fragment(this._place.name, this._place.msgid)) this._show(entry);
    else if (this._wanted) this._follow(entry, false);
    this._settle();
  }

  /** Somebody followed a link, or typed an address. */
  _linked() {
    const place = placeOf(location.hash);
    if (!place) return;
    this._write({ ...place, index: this._entry.index + 1, depth: 0 });
    for (const close of layers().reverse()) close();
    this._follow(place, true);
  }

  /** The address does not name a place: restore the current one. */
  _strayed() {
    this._entry = { ...NOWHERE, index: this._entry.index + 1, depth: 0 };
    this._settle();
  }
}

/** An address without a fragment counts, too. @param {Place} place */
function hashOf({ name, msgid }) {
  return fragment(name, msgid) || location.pathname + location.search;
}
