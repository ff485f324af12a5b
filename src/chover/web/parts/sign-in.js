/** The way in: as a guest, or with an account. */

import { make } from "../html.js";
import { asNick } from "../registration.js";
import { Part } from "./part.js";

export class SignIn extends Part {
  /** @override */
  begin() {
    this._error = make("p.error", { role: "alert", hidden: true });
    this._name = make("input", {
      name: "nick", required: true, autocomplete: "username", maxlength: "32", spellcheck: "false", autocapitalize: "off",
    });
    this._password = make("input", { name: "password", type: "password", autocomplete: "current-password" });
    this._hasAccount = make("input", { type: "checkbox", onchange: () => this._switch() });
    this._passwordField = make("label.field", { hidden: true }, "Password", this._password);
    this._button = make("button.primary", { type: "submit" }, "Come in");
    this._title = make("h1", { id: "sign-in-title" }, "Welcome");
    this._words = make("p", null, "Choose a name that others will see.");
    this._limits = make("p.soft", { hidden: isSecureContext }, "This page came without https: it cannot be installed, show notifications, or keep passwords from others on the way.");
    this.append(make("form.card", { onsubmit: (/** @type {Event} */ event) => this._submit(event), "aria-labelledby": "sign-in-title" },
      make("img", { src: "icon.svg", alt: "", width: "48", height: "48" }),
      this._title, this._words,
      make("label.field", null, "Name", this._name),
      make("label.check", null, this._hasAccount, "I have an account here"),
      this._passwordField, this._error, this._button, this._limits));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "connection")) return;
    const { client } = this;
    const wanted = this.state.status === "new" || Boolean(client?.rejected);
    const came = wanted && this.hidden;
    this.hidden = !wanted;
    document.body.classList.toggle("outside", wanted);
    if (!wanted || !this._error || !this._name) return;
    this._greet(client?.rejected?.about ?? "");
    this._error.hidden = !client?.rejected;
    this._error.textContent = client?.rejected?.message ?? "";
    if (!this._name.value) this._name.value = client?.identity?.nick ?? "";
    if (came || document.activeElement === document.body) this._name.focus();
  }

  /** What is asked for: a name, a password, or a name that stays. @param {string} about What was refused. */
  _greet(about) {
    const { client } = this;
    // An invitation that is over is forgotten: as a guest one may still come in.
    if (client && about === "invite") client.invite = "";
    const invited = Boolean(client?.invite);
    if (this._title) this._title.textContent = invited ? "You are invited" : "Welcome";
    if (this._words) this._words.textContent = invited ? "Choose a name. It stays yours in this browser; no password is needed." : "Choose a name that others will see.";
    if (about === "account" && this._hasAccount && !this._hasAccount.checked) {
      this._hasAccount.checked = true;
      this._switch();
    }
  }

  _switch() {
    const account = this._hasAccount?.checked ?? false;
    if (this._passwordField) this._passwordField.hidden = !account;
    if (this._password) this._password.required = account;
    if (account) this._password?.focus();
  }

  /** @param {Event} event */
  _submit(event) {
    event.preventDefault();
    const name = asNick(this._name?.value ?? "");
    if (!name) return;
    const account = this._hasAccount?.checked ? name : "";
    const invite = account ? "" : (this.client?.invite ?? "");
    this.client?.connect({ nick: name, account, secret: account ? (this._password?.value ?? "") : "", invite });
    if (this._password) this._password.value = "";
  }
}

customElements.define("sign-in", SignIn);
