/** A word that passes: refusals, invitations, "copied". */

import { make } from "../html.js";
import { join } from "../state/wishes.js";
import { Part } from "./part.js";

const LASTS = 6_000;

export class ToastLine extends Part {
  /** @override */
  begin() {
    this.setAttribute("role", "status");
    this.client?.listeners.add((news) => {
      if (news.kind === "word") this._show(news.text);
      if (news.kind === "invited") this._show(`${news.by} invites you to ${news.channel}. `, news.channel);
    });
  }

  /** @param {string} text @param {string} [channel] */
  _show(text, channel) {
    const go = channel && make("button.link", { type: "button", onclick: () => {
      this.act((state) => join(state, channel));
      box.remove();
    } }, "Join");
    const box = make("div.toast", null, make("span", null, text), go || null);
    this.append(box);
    window.setTimeout(() => box.remove(), channel ? LASTS * 5 : LASTS);
  }
}

customElements.define("toast-line", ToastLine);
