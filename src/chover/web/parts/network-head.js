/** The name of the network above the list, and our own name below it. */

import { iconButton, make } from "../html.js";
import { t } from "../i18n.js";
import { ask } from "../open.js";
import { portrait } from "../people.js";
import { statusOf } from "../state/metadata.js";
import { define, Part } from "./part.js";

/** Characters of a name that fit in one line in large letters. */
const SHORT = 11;

export class NetworkHead extends Part {
  /** @override */
  begin() {
    this._name = make("strong");
    this.append(this._name,
      iconButton("search", t("Go to a conversation (Ctrl K)"), () => ask(this, "switcher")),
      iconButton("add", t("Find or create a channel"), () => ask(this, "channels")));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    const name = this.state.support.get("NETWORK", "Chat");
    if (!this._name || !this.concerned(changed, "connection", "conversations") || this._name.title === name) return;
    this._name.title = name;
    this._name.classList.toggle("long", name.length > SHORT);
    this._name.replaceChildren(...breakable(name));
  }
}

/** A name is one word: it may be broken before a capital that begins a new one. @param {string} name */
function breakable(name) {
  return name.split(/(?<=\p{Ll})(?=\p{Lu})/u).flatMap((word, at) => [...(at ? [make("wbr", null)] : []), word]);
}

export class MyCard extends Part {
  constructor() {
    super();
    this._me = make("button.me", { type: "button", title: t("Your account"), onclick: () => ask(this, "account") });
    this._settings = iconButton("settings", t("Settings"), () => ask(this, "settings"));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "connection", "me")) return;
    const { account, status, away } = this.state;
    // Before the server has answered, the name is the one that this browser comes with.
    const nick = this.state.nick || (this.client?.identity?.nick ?? "");
    if (!nick) return this.replaceChildren();
    const picture = portrait(this.state, nick);
    picture.dataset.presence = status !== "online" ? "offline" : away ? "away" : "here";
    const mood = statusOf(this.state, nick);
    const words = status !== "online" ? t("No connection") : mood ? (away ? t("Away: {mood}", { mood }) : mood) : away ? t("Away") : account ? t("Signed in") : t("Guest");
    this._me.replaceChildren(picture, make("span.titles", null, make("strong", null, nick), make("small", null, words)));
    // The same buttons as before: one of them may have the focus, or get it back from a dialog.
    if (!this._me.isConnected) this.append(this._me, this._settings);
  }
}

define("network-head", NetworkHead);
define("my-card", MyCard);
