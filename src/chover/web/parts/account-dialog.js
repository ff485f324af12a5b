/** Our account: registering our nick, logging in, leaving. */

import "../channel-styles.js";
import { make } from "../html.js";
import { t } from "../i18n.js";
import { ask } from "../open.js";
import { portrait } from "../people.js";
import { describe } from "../state/metadata.js";
import { register } from "../accounts.js";
import { dialog, field } from "./dialog.js";

/** @import { Client } from "../client.js" */

/** @param {Client} client */
export function open(client) {
  const { account, nick } = client.state;
  if (account) mine(client, account);
  else guest(client, nick);
}

/** @param {Client} client @param {string} account */
function mine(client, account) {
  const { nick } = client.state;
  const box = dialog(account);
  box.append(make("p", null, t("You are signed in. This browser keeps a token of its own, never your password.")), looks(client, () => box.close()), naming(client, nick, () => box.close()),
    make("div.row", null, make("button.plain", { type: "button", onclick: () => client.signOut() }, t("Sign out"))));
}

/** @param {Client} client @param {string} nick */
function guest(client, nick) {
  const box = dialog(nick);
  box.append(make("p", null, t("You are a guest: the name is yours for as long as you are here.")), looks(client, () => box.close()), naming(client, nick, () => box.close()));
  if (client.state.can("draft/account-registration")) box.append(registering(client, nick, () => box.close()));
  box.append(make("div.row", null, make("button.plain", { type: "button", onclick: () => client.signOut() }, t("Leave, or log in with an account"))));
}

/** @param {Client} client @param {() => void} close */
function looks(client, close) {
  const doors = [["status", t("Set a status")], ["picture", t("Your picture")]];
  const { nick } = client.state;
  return make("div.person-head", null, portrait(client.state, nick), make("div.row", null, ...doors.map(([opener = "", label = ""]) =>
    make("button.plain", { type: "button", onclick: () => {
      close();
      ask(document, opener);
    } }, label))));
}

/** Our display name, if the server supports metadata. @param {Client} client @param {string} nick @param {() => void} done */
function naming(client, nick, done) {
  if (!client.state.can("draft/metadata-3")) return "";
  const name = field(t("Display name"), { maxlength: "80", autocomplete: "name", placeholder: nick }, t("Shown to others beside your nick. Empty: none."));
  const known = client.state.wantedName(nick);
  if (known !== nick) name.input.value = known;
  return make("form.fields", { "aria-label": t("Display name"), onsubmit: (/** @type {Event} */ event) => {
    event.preventDefault();
    client.act((state) => describe(state, "display-name", name.input.value.trim()));
    done();
  } }, make("div.link-line.top", null, name.element, make("button.plain", { type: "submit" }, t("Set the name"))));
}

/** @param {Client} client @param {string} nick @param {() => void} done */
function registering(client, nick, done) {
  const error = make("p.error", { role: "alert", hidden: true });
  const password = field(t("Password"), { type: "password", autocomplete: "new-password", required: true, minlength: "6" });
  const email = field(t("E-mail (if you want to be able to reset it)"), { type: "email", autocomplete: "email" });
  return make("form.fields", { "aria-label": t("Make an account"), onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    const problem = await register(client, email.input.value, password.input.value);
    error.hidden = !problem;
    error.textContent = problem;
    if (problem) return;
    client.act((state) => state.tell(t("{nick} is yours now, on every device.", { nick })));
    done();
  } }, make("h3", null, t("Keep {nick} as yours", { nick })), password.element, email.element, error, make("button.primary", { type: "submit" }, t("Make an account")));
}
