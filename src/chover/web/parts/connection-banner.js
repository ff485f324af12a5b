/** Says that the connection is lost, and what happens to messages meanwhile. */

import { make } from "../html.js";
import { t, tn } from "../i18n.js";
import { define, Part } from "./part.js";

export class ConnectionBanner extends Part {
  /** @override */
  begin() {
    /** A part of the page could not be loaded. */
    this._missing = false;
    this.setAttribute("role", "status");
    window.addEventListener("online", () => this.client?.wake());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.client?.wake());
    document.addEventListener("part-missing", () => {
      this._missing = true;
      this._show();
    });
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (this.concerned(changed, "connection", "outbox", "stored")) this._show();
  }

  _show() {
    const away = this.state.status === "offline" && !this.client?.rejected;
    this.hidden = !away && !this._missing;
    if (away) this._say(t("No connection; trying again.") + this._stored() + this._waiting(), t("Try now"), () => this.client?.wake());
    else if (this._missing) this._say(t("A part of this page could not be loaded: the server may have a newer version of it."), t("Load the page again"), () => location.reload());
  }

  /** @param {string} words @param {string} label @param {() => void} act */
  _say(words, label, act) {
    this.replaceChildren(make("span", null, words), make("button", { type: "button", onclick: act }, label));
  }

  _stored() {
    return this.client?.stored ? ` ${t("These messages are stored in this browser; newer ones follow.")}` : "";
  }

  _waiting() {
    const waiting = [...this.state.outbox].filter(({ reason }) => !reason).length;
    return waiting ? ` ${tn("One message waits and will be sent.", "{n} messages wait and will be sent.", waiting)}` : "";
  }
}

define("connection-banner", ConnectionBanner);
