/** A WebSocket that restores itself: it registers, answers pings, detects silence, and reconnects. */

import { t } from "./i18n.js";
import { format, parse } from "./irc.js";
import { Registration, Rejected } from "./registration.js";

/** @import { Message } from "./state/shapes.js" */
/** @import { Identity } from "./registration.js" */
/**
 * @typedef {object} Listener Its callbacks.
 * @property {(registration: Registration) => void} online
 * @property {(account: string, key: string) => void} redeemed An invitation has made an account; the key is its password here.
 * @property {(message: Message) => void} received
 * @property {() => boolean} waits Whether a message waits for its acknowledgement.
 * @property {(reason: string, next: number) => void} offline `next`: milliseconds until the next attempt.
 * @property {(rejected: Rejected) => void} rejected There is no next attempt until `open` is called again.
 */

/** https://ircv3.net/specs/extensions/websocket */
const SUBPROTOCOL = "text.ircv3.net";
/** All in milliseconds. `pending`: the silence until the server is asked while a message waits for its acknowledgement. */
export const TUNING = { idle: 45_000, pending: 10_000, answer: 15_000, register: 20_000, firstPause: 400, longestPause: 30_000 };

export class Connection {
  /**
   * @param {string} url
   * @param {Listener} listener
   */
  constructor(url, listener) {
    this._url = url;
    this._listener = listener;
    /** @type {Identity} */
    this._identity = { nick: "", account: "", secret: "" };
    /** @type {WebSocket | null} */
    this._socket = null;
    /** @type {Registration | null} */
    this._registration = null;
    this._failures = 0;
    this._timer = 0;
    this._retry = 0;
    this._asked = false;
    /** Whether the silence is bounded by `pending`. */
    this._hurried = false;
    this._reason = "";
  }

  get registered() {
    return this._registration !== null && this._registration.done;
  }

  /** @param {Identity} identity Used now and after every lost connection. */
  open(identity) {
    this._identity = identity;
    this._drop();
    this._dial();
  }

  /** Set the identity for the next connection; the current one continues. @param {Identity} identity */
  remember(identity) {
    this._identity = identity;
  }

  /** @param {string[]} lines */
  send(lines) {
    for (const line of lines) this._socket?.send(line);
    if (lines.length && this.registered) this._hurry();
  }

  /** Somebody is looking, or the network is back: try now, or check whether the connection still works. */
  wake() {
    if (this._retry) this._dial();
    else if (this.registered) this._ask();
  }

  /** @param {string} reason Sent to the server. */
  close(reason) {
    if (this.registered) this.send([format("QUIT", [reason])]);
    this._drop();
  }

  _dial() {
    clearTimeout(this._retry);
    this._retry = 0;
    this._reason = "";
    const socket = new WebSocket(this._url, SUBPROTOCOL);
    const registration = new Registration(this._identity, Math.random);
    this._socket = socket;
    this._registration = registration;
    this._watch(TUNING.register, () => this._lost(t("it does not answer")));
    socket.addEventListener("open", () => this.send(registration.greeting()));
    socket.addEventListener("message", (event) => this._line(socket, String(event.data)));
    socket.addEventListener("close", () => socket === this._socket && this._lost(this._reason));
  }

  /**
   * @param {WebSocket} socket
   * @param {string} line
   */
  _line(socket, line) {
    const message = socket === this._socket ? parse(line) : null;
    if (!message || !this._registration) return;
    this._heard();
    if (message.command === "ERROR") this._reason = message.params.at(-1) ?? "";
    if (this._registration.done) this._take(message);
    else this._register(this._registration, message);
  }

  /** @param {Message} message */
  _take(message) {
    if (message.command === "PING") this.send([format("PONG", message.params)]);
    else this._listener.received(message);
  }

  /**
   * @param {Registration} registration
   * @param {Message} message
   */
  _register(registration, message) {
    try {
      this.send(registration.receive(message));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      // A server that is stopping or full will let us in later; a wrong password stays wrong.
      if (message.command === "ERROR") return;
      this._drop();
      this._listener.rejected(error);
      return;
    }
    const { redeemed } = registration;
    // Stored at once: if the connection breaks now, the next one logs in with the key.
    if (redeemed && this._identity.invite) this._listener.redeemed(redeemed.account, redeemed.key);
    if (!registration.done) return;
    this._failures = 0;
    this._listener.online(registration);
    this._listener.received(message);
  }

  /** Something arrived: silence is measured from now on. */
  _heard() {
    this._asked = this._hurried = false;
    if (!this.registered) return;
    this._watch(TUNING.idle, () => this._ask());
    this._hurry();
  }

  /** A message that waits bounds the silence from the first one on, not from each that follows. */
  _hurry() {
    if (this._asked || this._hurried || !this._listener.waits()) return;
    this._hurried = true;
    this._watch(TUNING.pending, () => this._ask());
  }

  _ask() {
    if (this._asked) return;
    this._asked = true;
    this.send(["PING alive"]);
    this._watch(TUNING.answer, () => this._lost(t("it does not answer")));
  }

  /** @param {string} reason */
  _lost(reason) {
    this._drop();
    const pause = pauseAfter(this._failures, Math.random());
    this._failures += 1;
    this._retry = window.setTimeout(() => this._dial(), pause);
    this._listener.offline(reason, pause);
  }

  _drop() {
    const socket = this._socket;
    this._socket = null;
    this._registration = null;
    clearTimeout(this._timer);
    clearTimeout(this._retry);
    this._retry = 0;
    socket?.close();
  }

  /**
   * @param {number} after Milliseconds.
   * @param {() => void} then
   */
  _watch(after, then) {
    clearTimeout(this._timer);
    this._timer = window.setTimeout(then, after);
  }
}

/**
 * Milliseconds before the next attempt. The pause doubles up to a limit, and is reduced at random by up to half,
 * because every client loses a restarted server at once.
 * @param {number} failures
 * @param {number} chance From 0 to 1.
 */
export function pauseAfter(failures, chance) {
  const whole = Math.min(TUNING.firstPause * 2 ** failures, TUNING.longestPause);
  return whole * (0.5 + chance / 2);
}
