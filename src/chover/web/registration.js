/** Registering a connection: capabilities, SASL, nick, user. No I/O: lines go in and out. What follows is in state/session.js. */

import { t } from "./i18n.js";
import { format, isChannel, LINE_BYTES } from "./irc.js";
import { refusal } from "./state/refusal.js";

/** @import { Message } from "./state/shapes.js" */
/**
 * @typedef {object} Identity
 * @property {string} nick
 * @property {string} account "" for a guest.
 * @property {string} secret Password or device token of the account.
 * @property {string} [invite] The token of an invitation. It creates an account with the name of the nick.
 * @property {string[]} [enter] REGISTER, VERIFY or RECOVER with its parameters, once, before anything else.
 */

/** The capabilities that this client can use. Those that the server does not offer are not requested. */
export const WANTED = new Set([
  "account-notify", "account-tag", "away-notify", "batch", "cap-notify", "chghost", "chover.chat/catchup", "chover.chat/drafts", "chover.chat/edit", "chover.chat/invitations", "chover.chat/marks", "chover.chat/pins", "chover.chat/previews", "chover.chat/scheduled", "chover.chat/threads",
  "draft/account-registration", "draft/channel-rename", "draft/chathistory", "draft/event-playback",
  "draft/message-redaction", "draft/metadata-3", "draft/multiline", "draft/persistence", "draft/read-marker", "draft/webpush",
  "echo-message", "extended-join", "extended-monitor", "invite-notify", "labeled-response", "message-tags",
  "multi-prefix", "sasl", "server-time", "setname", "soju.im/search", "standard-replies",
]);

const NICK_TAKEN = new Set(["432", "433", "436", "437"]);
const SASL_FAILED = new Set(["902", "904", "905", "906", "908"]);
const REFUSED = new Set(["463", "464", "465"]);
/** A server with this capability knows REDEEM. It need not be requested. */
const INVITATIONS = "chover.chat/invitations";
/** Refusals of an invitation for which no other name helps. */
const INVITE_OVER = new Set(["INVALID_INVITE", "INVITE_EXPIRED", "INVITE_USED_UP", "INVITE_REVOKED", "DISALLOWED", "PLAINTEXT_REFUSED"]);
const SASL_CHUNK = 400;
const NICK_TRIES = 12;

/** The server refused the registration. `about` says what may help: another password, another name, another invitation, the code that was mailed. */
export class Rejected extends Error {
  /**
   * @param {string} reason
   * @param {"account" | "name" | "invite" | "server" | "code"} about
   */
  constructor(reason, about) {
    super(reason);
    this.about = about;
  }
}

/** One attempt: send `GREETING`, then whatever `receive` returns, until `done`. */
export class Registration {
  /**
   * @param {Identity} identity
   * @param {() => number} random From 0 to 1.
   */
  constructor(identity, random) {
    this.done = false;
    this.nick = identity.nick;
    /** Capabilities in use, with the values that the server gave them. @type {Map<string, string>} */
    this.caps = new Map();
    /** What an invitation created: the account, and the key, which is this browser's password. @type {{account: string, key: string} | null} */
    this.redeemed = null;
    this._identity = identity;
    this._random = random;
    /** @type {Map<string, string>} */
    this._offered = new Map();
    this._asked = 0;
    this._tries = 0;
  }

  greeting() {
    return ["CAP LS 302", format("NICK", [this.nick]), format("USER", ["web", "0", "*", this._identity.nick])];
  }

  /**
   * The lines to answer with. Throws Rejected when the server has refused the registration.
   * @param {Message} message
   * @returns {string[]}
   */
  receive(message) {
    const { command, params } = message;
    if (command === "CAP") return this._cap(params);
    if (command === "AUTHENTICATE") return this._authenticate();
    if (command === "903") return ["CAP END"];
    if (SASL_FAILED.has(command)) throw new Rejected(refusal(message), "account");
    if (NICK_TAKEN.has(command)) return this._nextNick(command, refusal(message));
    if (command === this._identity.enter?.[0]) return this._entered(params);
    if (command === "FAIL" && params[0] === this._identity.enter?.[0]) throw new Rejected(refusal(message), "name");
    if (command === "REDEEM") return this._redeemed(params);
    if (command === "FAIL" && params[0] === "REDEEM") throw new Rejected(refusal(message), INVITE_OVER.has(params[1] ?? "") ? "invite" : "name");
    if (command === "001") this._welcomed(params);
    if (command === "FAIL" && params[1] === "ACCOUNT_REQUIRED") throw new Rejected(refusal(message), "account");
    if (REFUSED.has(command) || command === "ERROR") throw new Rejected(refusal(message) || t("The server refused the connection. Try again later."), "server");
    return command === "PING" ? [format("PONG", params)] : [];
  }

  /** @param {string[]} params */
  _welcomed(params) {
    this.nick = params[0] ?? this.nick;
    this.done = true;
  }

  /** @param {string[]} params */
  _cap(params) {
    const [, verb, ...rest] = params;
    const list = capabilities(rest.at(-1) ?? "");
    if (verb === "LS") {
      for (const [name, value] of list) this._offered.set(name, value);
      return rest[0] === "*" ? [] : this._request();
    }
    if (verb === "ACK") for (const name of list.keys()) this.caps.set(name, this._offered.get(name) ?? "");
    if (verb !== "ACK" && verb !== "NAK") return [];
    this._asked -= 1;
    return this._asked > 0 ? [] : this._proceed();
  }

  _request() {
    const wanted = [...this._offered.keys()].filter((name) => WANTED.has(name));
    const lines = requests(wanted);
    this._asked = lines.length;
    return lines.length ? lines : this._proceed();
  }

  _proceed() {
    const [command = "", ...params] = this._identity.enter ?? [];
    if (command) return [format(command, params)];
    if (!this._identity.account) return this._identity.invite ? this._redeem(this._identity.invite) : ["CAP END"];
    if (this.caps.has("sasl")) return ["AUTHENTICATE PLAIN"];
    throw new Rejected(t("This server has no accounts"), "account");
  }

  /** @param {string[]} params What the server says to REGISTER, VERIFY or RECOVER. */
  _entered(params) {
    if (params[0] !== "SUCCESS") throw new Rejected(params.at(-1) ?? "", "code");
    const command = this._identity.enter?.[0];
    delete this._identity.enter;
    // A new account is logged in by being made; a new password still has to be used.
    return command === "RECOVER" ? this._proceed() : ["CAP END"];
  }

  /** @param {string} token */
  _redeem(token) {
    if (!this._offered.has(INVITATIONS)) throw new Rejected(t("This server does not support invitations; check that the link is complete"), "invite");
    return [`REDEEM ${token} *`];
  }

  /** @param {string[]} params */
  _redeemed([, account = "", key = ""]) {
    this.redeemed = { account, key: key === "*" ? "" : key };
    return ["CAP END"];
  }

  /** https://ircv3.net/specs/extensions/sasl-3.1: base64 in pieces of 400; a whole last piece is followed by "+". */
  _authenticate() {
    const { account, secret } = this._identity;
    const data = base64(`\0${account}\0${secret}`);
    /** @type {string[]} */
    const pieces = data.match(new RegExp(`.{1,${SASL_CHUNK}}`, "g")) ?? [];
    if (data.length % SASL_CHUNK === 0) pieces.push("+");
    return pieces.map((piece) => `AUTHENTICATE ${piece}`);
  }

  /**
   * @param {string} command
   * @param {string} reason
   */
  _nextNick(command, reason) {
    const plain = this.nick.replace(/[^\x20-\x7e]/g, "_");
    const named = this._identity.invite || this._identity.enter?.[0] === "REGISTER";
    if (command === "432" && plain !== this.nick && !named) {
      // This server allows ASCII names only (casemapping = "ascii").
      this.nick = plain;
      return [format("NICK", [plain])];
    }
    // The nick becomes the name of an account, so the person has to choose it.
    if (named) throw new Rejected(t("That name is taken. Choose another."), "name");
    this._tries += 1;
    if (this._tries > NICK_TRIES) throw new Rejected(reason, "server");
    const tail = this._tries < 4 ? String(this._tries + 1) : String(Math.floor(this._random() * 9000) + 1000);
    this.nick = this._identity.nick.slice(0, 24) + tail;
    return [format("NICK", [this.nick])];
  }
}

/**
 * The names and values in a list of capabilities.
 * @param {string} text
 * @returns {Map<string, string>}
 */
export function capabilities(text) {
  return new Map(text.split(" ").filter(Boolean).map((item) => {
    const at = item.indexOf("=");
    return at < 0 ? [item, ""] : [item.slice(0, at), item.slice(at + 1)];
  }));
}

/**
 * CAP REQ lines, each short enough for one line.
 * @param {string[]} names
 */
export function requests(names) {
  /** @type {string[]} */
  const lines = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last && last.length + name.length + 1 < LINE_BYTES - 100) lines[lines.length - 1] = `${last} ${name}`;
    else lines.push(`CAP REQ :${name}`);
  }
  return lines;
}

/** @param {string} text */
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/**
 * A valid nick, made from what somebody typed as a name.
 * @param {string} name
 */
export function asNick(name) {
  const nick = name.trim().replace(/[\s!@,*?.:]+/g, "_").replace(/[\0-\x1f\x7f]/g, "").slice(0, 32);
  return isChannel(nick, "#&+~%0123456789-") ? `_${nick}`.slice(0, 32) : nick;
}
