/** The ways in: as a guest, with an account, by making one, by a code when the password is forgotten. */

import { make } from "../html.js";
import { N_, t } from "../i18n.js";
import { asNick } from "../registration.js";
import { define, Part } from "./part.js";

/** @import { Identity } from "../registration.js" */
/**
 * @typedef {object} Introduction What the server says before anybody connects (edge/web/introduction.py).
 * @property {string} name
 * @property {string} welcome
 * @property {boolean} guests
 * @property {string} registration "open", "invite" or "off".
 * @property {boolean} email_required
 * @property {boolean} mail
 */
/**
 * @typedef {object} Way
 * @property {string} label
 * @property {string} words
 * @property {string} button
 * @property {string[]} fields Besides the name.
 */

/** @type {Record<string, Way>} */
const WAYS = {
  guest: { label: N_("Guest"), words: N_("Choose a name that others will see."), button: N_("Come in"), fields: [] },
  login: { label: N_("Log in"), words: N_("With the name and password of your account."), button: N_("Log in"), fields: ["password"] },
  create: { label: N_("Create account"), words: N_("The name stays yours, on every device."), button: N_("Create account"), fields: ["fresh", "email"] },
  forgot: { label: N_("Forgot password"), words: N_("A code is mailed to the address of your account."), button: N_("Mail me a code"), fields: [] },
};
/** The second step of two of them. @type {Record<string, Way>} */
const CODES = {
  create: { label: "", words: N_("A code was mailed to you. It finishes your account."), button: N_("Finish"), fields: ["code"] },
  forgot: { label: "", words: N_("Enter the code that you were mailed, or that the server's operator gave you."), button: N_("Set the password and log in"), fields: ["code", "fresh"] },
};
/** Which way helps against a refusal. @type {Record<string, string>} */
const HELPS = { account: "login" };

export class SignIn extends Part {
  /** @override */
  begin() {
    /** @type {Introduction} */
    this._about = { name: "", welcome: "", guests: true, registration: "open", email_required: false, mail: true };
    this._way = "guest";
    this._coded = false;
    this._error = make("p.error", { role: "alert", hidden: true });
    this._name = make("input", {
      name: "nick", required: true, autocomplete: "username", maxlength: "32", spellcheck: "false", autocapitalize: "off",
    });
    /** @type {Record<string, HTMLInputElement>} */
    this._inputs = {
      code: make("input", { name: "code", autocomplete: "one-time-code", spellcheck: "false", autocapitalize: "off" }),
      password: make("input", { name: "password", type: "password", autocomplete: "current-password" }),
      fresh: make("input", { name: "fresh", type: "password", autocomplete: "new-password", minlength: "6" }),
      email: make("input", { name: "email", type: "email", autocomplete: "email" }),
    };
    /** What is never left in the page. */
    this._secrets = Object.values(this._inputs).filter(({ name }) => name === "code" || name === "password");
    this._emailWord = make("span");
    this._labels = [
      field(t("Code"), this._inputs.code), field(t("Password"), this._inputs.password), field(t("New password"), this._inputs.fresh),
      field(this._emailWord, this._inputs.email),
    ];
    this._ways = make("fieldset.ways", null, make("legend.hidden", null, t("How to come in")), ...Object.entries(WAYS).map(([way, { label }]) => make("label", null,
      make("input", { type: "radio", name: "way", value: way, onchange: () => this._choose(way) }), make("span", null, t(label)))));
    this._button = make("button.primary", { type: "submit" });
    this._title = make("h1", { id: "sign-in-title" });
    this._welcome = make("p.welcome", { hidden: true });
    this._words = make("p");
    this._limits = make("p.soft", { hidden: isSecureContext }, t("This page was loaded without https: it cannot be installed, show notifications, or protect passwords on the network."));
    this.append(make("form.card", { onsubmit: (/** @type {Event} */ event) => this._submit(event), "aria-labelledby": "sign-in-title" },
      make("img", { src: "icon.svg", alt: "", width: "48", height: "48" }),
      this._title, this._welcome, this._ways, this._words, field(t("Name"), this._name), ...this._labels, this._error, this._button, this._limits));
    this._show();
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "connection")) return;
    const { client } = this;
    const wanted = this.state.status === "new" || Boolean(client?.rejected);
    const came = wanted && this.hidden;
    this.hidden = !wanted;
    document.body.classList.toggle("outside", wanted);
    if (!wanted || !this._name) return;
    if (came) void this._ask();
    this._answer();
    if (!this._name.value) this._name.value = client?.identity?.nick ?? "";
    if (came || document.activeElement === document.body) (this._coded ? this._inputs?.code ?? this._name : this._name).focus();
  }

  /** The server's introduction. Without it the page works the same, but shows no name. */
  async _ask() {
    try {
      const answer = await fetch("introduction.json");
      if (answer.ok) this._about = await answer.json();
    } catch {
      return;
    }
    if (!this._about?.guests && this._way === "guest" && !this.client?.invite) this._way = "login";
    this._show();
  }

  /** Show why we were not let in, and what may help. */
  _answer() {
    const rejected = this.client?.rejected ?? null;
    if (this.client && rejected?.about === "invite") this.client.invite = ""; // It is over; as a guest one may still come in.
    if (rejected?.about === "code") this._coded = true;
    else if (rejected) this._way = HELPS[rejected.about] ?? this._way;
    if (this._error) {
      this._error.hidden = !rejected || rejected.about === "code";
      this._error.textContent = rejected?.message ?? "";
    }
    this._show();
  }

  /** @param {string} way */
  _choose(way) {
    this._way = way;
    // An operator hands out codes where the server sends no mail.
    this._coded = way === "forgot" && !this._about?.mail;
    if (this._error) this._error.hidden = true;
    this._show();
    (this._name?.value ? this._visible()[0] ?? this._name : this._name)?.focus();
  }

  _visible() {
    return Object.values(this._inputs ?? {}).filter((input) => !input.closest("label")?.hidden);
  }

  _show() {
    const about = this._about;
    if (!about || !this._title || !this._welcome || !this._words || !this._button || !this._emailWord) return;
    const invited = Boolean(this.client?.invite) && this._way === "guest";
    const way = (this._coded ? CODES[this._way] : undefined) ?? WAYS[this._way];
    if (!way) return;
    this._title.textContent = invited ? t("You are invited") : about.name || t("Welcome");
    this._welcome.hidden = !about.welcome;
    this._welcome.textContent = about.welcome;
    this._words.textContent = invited ? t("Choose a name. It stays yours in this browser; no password is needed.") : t(way.words);
    this._button.textContent = t(way.button);
    this._emailWord.textContent = about.email_required ? t("E-mail") : t("E-mail (to reset a forgotten password)");
    for (const [name, input] of Object.entries(this._inputs ?? {})) {
      const shown = way.fields.includes(name) && (name !== "email" || about.mail || about.email_required);
      const label = input.closest("label");
      if (label) label.hidden = !shown;
      input.required = shown && (name !== "email" || about.email_required);
    }
    for (const radio of /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("[name=way]"))) {
      radio.checked = radio.value === this._way;
      const closed = (radio.value === "guest" && !about.guests && !this.client?.invite) || (radio.value === "create" && about.registration !== "open");
      const label = radio.closest("label");
      if (label) label.hidden = closed;
    }
  }

  /** @param {Event} event */
  _submit(event) {
    event.preventDefault();
    const name = asNick(this._name?.value ?? "");
    if (!name) return;
    this.client?.connect(this._identity(name));
    for (const input of this._secrets ?? []) input.value = "";
  }

  /** The name and credentials to sign in with. @param {string} name @returns {Identity} */
  _identity(name) {
    const { code = "", password = "", fresh = "", email = "" } = Object.fromEntries(Object.entries(this._inputs ?? {}).map(([key, input]) => [key, input.value]));
    if (this._way === "login") return { nick: name, account: name, secret: password };
    if (this._way === "create") return { nick: name, account: name, secret: fresh, enter: this._coded ? ["VERIFY", name, code] : ["REGISTER", name, email || "*", fresh] };
    if (this._way === "forgot" && this._coded) return { nick: name, account: name, secret: fresh, enter: ["RECOVER", name, code, fresh] };
    if (this._way === "forgot") return { nick: name, account: "", secret: "", enter: ["RECOVER", name] };
    return { nick: name, account: "", secret: "", invite: this.client?.invite ?? "" };
  }
}

/** @param {string | Node} word @param {HTMLInputElement | undefined} input */
function field(word, input) {
  return make("label.field", null, word, input ?? "");
}

define("sign-in", SignIn);
