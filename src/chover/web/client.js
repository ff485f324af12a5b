/** The state, its connection, what the browser stores of it, and the parts that draw it. */

import { Connection } from "./connection.js";
import { emojiList, know } from "./custom-emoji.js";
import { dayOf } from "./dates.js";
import { keepFocus } from "./focus.js";
import { Frames } from "./frames.js";
import { t } from "./i18n.js";
import { fold } from "./irc.js";
import { takeInvite } from "./invite.js";
import { KeptOutbox, OUTBOX } from "./kept-outbox.js";
import { MessageStore } from "./message-store.js";
import { Settings } from "./settings.js";
import { State } from "./state.js";
import { receive } from "./state/dispatch.js";
import { Drafts, flush } from "./state/drafts.js";
import { depart } from "./state/leaving.js";
import { NOTIFY } from "./state/preferences.js";
import { connected, disconnected } from "./state/session.js";
import { takeOver } from "./state/actions.js";
import { load, names, remove, save } from "./storage.js";

/** @import { Identity, Registration, Rejected } from "./registration.js" */
/** @import { Message, StateNotification } from "./state/shapes.js" */
/**
 * @typedef {object} Drawn Something that draws the state.
 * @property {(changed: Set<string>) => void} update
 */

const TICK = 1_000;

export class Client {
  constructor() {
    this.settings = new Settings();
    know(load("emoji-list", emojiList()));
    this.state = new State({
      outbox: [],
      markers: load("markers", []),
      closed: load("closed", []),
      drafts: load("drafts", {}),
      channels: load("channels", []),
      // An earlier version of this page stored only the notification level.
      preferences: load("marks", Object.entries(load("loudness", {})).map(([key, value]) => [`${key} ${NOTIFY}`, value])),
    });
    /** The last user of this page. @type {Identity | null} */
    this.identity = load("identity", null);
    /** The token of the invitation that was followed, until it is used. */
    this.invite = takeInvite();
    /** Whether the browser stores the identity, without a password. */
    this.kept = this.identity !== null;
    /** Why the server has refused us. @type {Rejected | null} */
    this.rejected = null;
    /** Whether messages are shown that this browser had stored, and the server has not been reached since. */
    this.stored = false;
    /** When the next attempt to connect is made, in milliseconds since 1970. */
    this.retryAt = 0;
    /** @type {Set<Drawn>} */
    this.parts = new Set();
    /** @type {Set<(notification: StateNotification) => void>} */
    this.listeners = new Set();
    /** Files for messages, once there is one. @type {import("./attachments.js").Attachments | null} */
    this.attachments = null;
    /** The account that we were logged in to at the last message. */
    this._account = "";
    this._frames = new Frames((changed) => this._draw(changed));
    document.addEventListener("beforeinput", () => this._frames.typed(), { capture: true });
    this._messages = new MessageStore(this);
    this._outbox = new KeptOutbox(() => void this._takeOver());
    this._connection = new Connection(address(), {
      online: (registration) => this.act((state) => this._online(state, registration)),
      redeemed: (account, key) => this._redeemed(account, key),
      received: (message) => this._received(message),
      waits: () => this.state.outbox.sent.length > 0,
      offline: (_, next) => this.act((state) => this._offline(state, next)),
      rejected: (rejected) => this.act((state) => this._rejected(state, rejected)),
    });
    void this._messages.show();
    void this._takeOver();
    window.addEventListener("hashchange", () => this._invited(takeInvite()));
    window.addEventListener("pagehide", () => this.act((state) => depart(state, { now: true })));
    this._day = dayOf(Date.now());
    // A timer set for midnight would not notice a night during which the machine was asleep.
    window.setInterval(() => this.act((state) => this._tick(state)), TICK);
  }

  // ---- what parts do

  /**
   * Change the state, then send and draw what follows from it.
   * @template Result
   * @param {(state: State) => Result} change
   * @returns {Result}
   */
  act(change) {
    const { result, changed } = this._do(change);
    this._frames.soon(changed);
    return result;
  }

  /**
   * @template Result
   * @param {(state: State) => Result} change
   * @returns {{result: Result, changed: Set<string>}} What is to be drawn.
   */
  _do(change) {
    const { state } = this;
    state.now = Date.now();
    const result = change(state);
    this._connection.send(state.take());
    this._keep();
    const changed = new Set(state.dirty);
    state.dirty.clear();
    for (const notification of state.notifications.splice(0)) for (const listener of this.listeners) listener(notification);
    return { result, changed };
  }

  /** @param {Drawn} part */
  draws(part) {
    this.parts.add(part);
    part.update(new Set(["active"]));
  }

  /** Draw everything again. */
  redraw() {
    this.act((state) => state.changed("active"));
  }

  /** @param {Identity} identity */
  connect(identity) {
    this.kept = identity === this.identity && this.kept;
    this.identity = identity;
    this.rejected = null;
    this.act((state) => {
      disconnected(state);
      state.status = "connecting";
    });
    this._connection.open(identity);
  }

  /** Set the identity for the next connections. @param {Identity} identity */
  remember(identity) {
    this.identity = identity;
    this.kept = true;
    save("identity", identity);
    this._connection.remember(identity);
  }

  /** Leave, and forget the user. */
  async signOut() {
    // Leaving must work, whatever goes wrong with that.
    if (load("push", null)) await import("./push.js").then(({ turnOff }) => turnOff(this)).catch(() => {});
    await this._messages.forget();
    // Drafts are in the account, and not for the next user of this browser.
    this.act(flush);
    this.state.drafts = new Drafts();
    this._connection.close(t("Signed out"));
    for (const name of ["identity", "place", "channels", "markers", "closed", "drafts", "attachments", "marks", "loudness", ...names(OUTBOX)]) remove(name);
    history.replaceState(null, "", location.pathname + location.search);
    location.reload();
  }

  /** Make the connection anew. */
  reconnect() {
    if (this.identity) this.connect(this.identity);
  }

  wake() {
    this._connection.wake();
  }

  /** The name that somebody uses here. @param {string} nick */
  wantedName(nick) {
    return this.state.wantedName(nick);
  }

  /** The same, followed by the nick if that is different. @param {string} nick */
  displayName(nick) {
    return this.state.displayName(nick);
  }

  /** 128 random bits. */
  nonce() {
    const drawn = crypto.getRandomValues(new Uint8Array(16));
    return btoa(String.fromCharCode(...drawn)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  /** @param {State} state */
  _tick(state) {
    state.tick();
    const today = dayOf(state.now);
    if (today !== this._day) state.changed("day");
    this._day = today;
  }

  // ---- what the connection tells

  /** @param {State} state @param {Registration} registration */
  _online(state, { nick, caps }) {
    this.rejected = null;
    this.stored = false;
    const known = this.identity ?? { nick, account: "", secret: "" };
    if (!known.account) save("identity", { nick: known.nick, account: "", secret: "" });
    state.account = known.account;
    connected(state, nick, caps);
    if (!known.account && nick !== known.nick) state.tell(t("{wanted} is taken, so you are {nick}. If that name is yours, log in with your account.", { wanted: known.nick, nick }));
    if (known.account && known.secret && !this.kept) this._replacePassword(known.account);
    if (this.invite) this._invited(this.invite);
  }

  /** @param {Message} message */
  _received(message) {
    this._frames.arrived(this._do((state) => receive(state, message)).changed);
    const { account } = this.state;
    if (account === this._account) return;
    this._account = account;
    // Somebody logged in with a command: this browser needs a token for its next connection, and for uploads.
    if (account && fold(account) !== fold(this.identity?.account ?? "")) void this._replacePassword(account);
  }

  /** @param {string} account @param {string} key */
  _redeemed(account, key) {
    this.invite = "";
    this.remember({ nick: this.identity?.nick ?? account, account, secret: key });
  }

  /** Follow an invitation, now or as soon as there is a connection. @param {string} token */
  async _invited(token) {
    this.invite = token;
    if (!token || this.state.status !== "online") return;
    this.invite = "";
    const { redeem } = await import("./accounts.js");
    await redeem(this, token);
  }

  /** The password was needed only once; a token replaces it now. @param {string} account */
  async _replacePassword(account) {
    const { makeToken } = await import("./accounts.js");
    await makeToken(this, account);
  }

  /** @param {State} state @param {number} next */
  _offline(state, next) {
    this.retryAt = Date.now() + next;
    disconnected(state);
  }

  /** @param {State} state @param {Rejected} rejected */
  _rejected(state, rejected) {
    this.rejected = rejected;
    disconnected(state);
  }

  // ---- what is kept, what is drawn

  _keep() {
    const { dirty } = this.state;
    if (dirty.has("outbox")) this._outbox.keep(this.state.outbox);
    if (dirty.has("markers")) save("markers", [...this.state.markers]);
    if (dirty.has("closed")) save("closed", [...this.state.closed]);
    if (dirty.has("drafts")) save("drafts", this.state.drafts.kept());
    if (dirty.has("wanted")) save("channels", [...this.state.wanted.values()]);
    if (dirty.has("emoji")) save("emoji-list", emojiList());
    if (dirty.has("preferences")) save("marks", [...this.state.preferences.own]);
  }

  /** Send what pages that are gone could not: this page before it was reloaded, or another one. */
  async _takeOver() {
    const left = await this._outbox.take();
    if (left.length) this.act((state) => takeOver(state, left));
  }

  /** @param {Set<string>} changed */
  _draw(changed) {
    keepFocus(() => {
      for (const part of this.parts) part.update(changed);
    });
  }
}

/** The address for IRC, next to this page. */
function address() {
  const url = new URL("irc", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.hash = url.search = "";
  return url.href;
}
