/** The name of the network on top of the list, and who we are at its end. */

import { iconButton, make } from "../html.js";
import { ask } from "../open.js";
import { avatar } from "../people.js";
import { Part } from "./part.js";

export class NetworkHead extends Part {
  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "connection", "conversations")) return;
    this.replaceChildren(make("strong", null, this.state.support.get("NETWORK", "Chat")),
      iconButton("search", "Go to a conversation (Ctrl K)", () => ask(this, "switcher")),
      iconButton("add", "Find or begin a channel", () => ask(this, "channels")));
  }
}

export class MyCard extends Part {
  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "connection", "me")) return;
    const { nick, account, status, away } = this.state;
    if (!nick) return this.replaceChildren();
    const picture = avatar(nick);
    picture.dataset.presence = status !== "online" ? "offline" : away ? "away" : "here";
    const words = status !== "online" ? "No connection" : away ? "Away" : account ? "Signed in" : "Guest";
    this.replaceChildren(
      make("button.me", { type: "button", title: "Your account", onclick: () => ask(this, "account") }, picture,
        make("span.titles", null, make("strong", null, nick), make("small", null, words))),
      iconButton("settings", "Settings", () => ask(this, "settings")));
  }
}

customElements.define("network-head", NetworkHead);
customElements.define("my-card", MyCard);
