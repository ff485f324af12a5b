/** The name of the network on top of the list, and who we are at its end. */

import { make } from "../html.js";
import { avatar } from "../people.js";
import { Part } from "./part.js";

export class NetworkHead extends Part {
  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "connection", "conversations")) return;
    this.replaceChildren(make("strong", null, this.state.support.get("NETWORK", "Chat")));
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
    this.replaceChildren(picture, make("div.titles", null, make("strong", null, nick), make("span", null, words)));
  }
}

customElements.define("network-head", NetworkHead);
customElements.define("my-card", MyCard);
