/** The way in: as a guest, or with an account. */

import { find, make } from "../html.js";
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
    this.append(make("form.card", { onsubmit: (/** @type {Event} */ event) => this._submit(event), "aria-labelledby": "sign-in-title" },
      make("img", { src: "icon.svg", alt: "", width: "48", height: "48" }),
      make("h1", { id: "sign-in-title" }, "Welcome"),
      make("p", null, "Choose a name that others will see."),
      make("label.field", null, "Name", this._name),
      make("label.check", null, this._hasAccount, "I have an account here"),
      this._passwordField, this._error, this._button));
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
    this._error.hidden = !client?.rejected;
    this._error.textContent = client?.rejected?.message ?? "";
    if (!this._name.value) this._name.value = client?.identity?.nick ?? "";
    if (came || document.activeElement === document.body) this._name.focus();
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
    this.client?.connect({ nick: name, account, secret: account ? (this._password?.value ?? "") : "" });
    if (this._password) this._password.value = "";
    find("message-composer textarea", HTMLTextAreaElement).focus();
  }
}

customElements.define("sign-in", SignIn);
