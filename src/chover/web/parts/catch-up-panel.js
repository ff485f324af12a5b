/** What did I miss: what calls us first, then how much there is elsewhere. */

import { iconButton, make } from "../html.js";
import { counts } from "../state/conversation.js";
import { foundLines } from "./found-lines.js";
import { Part } from "./part.js";

/** @typedef {import("../state/conversation.js").Conversation} Conversation */

export class CatchUpPanel extends Part {
  /** @override */
  begin() {
    this._content = make("div.results", { role: "region", "aria-label": "What you missed", tabindex: "0" });
    const all = make("button.plain", { type: "button", onclick: () => this._readAll() }, "Mark everything as read");
    this.append(make("div.head", null, make("h2", null, "What did I miss?"),
      iconButton("leave", "Close", () => document.dispatchEvent(new CustomEvent("toggle-panel", { detail: "catch-up" })))), this._content, make("div.row", null, all));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    const { client } = this;
    if (!client || !this.concerned(changed, "conversations")) return;
    const unread = [...this.state.conversations.values()].filter((each) => each.unread);
    const calls = unread.flatMap(missed).sort((a, b) => a.line.at - b.line.at);
    const quiet = unread.filter(({ mentions }) => !mentions);
    this._content?.replaceChildren(
      ...(unread.length ? [] : [make("p.soft", null, "Nothing: you have read everything.")]),
      ...(calls.length ? [make("h3", null, "For you"), foundLines(client, calls)] : []),
      ...(quiet.length ? [make("h3", null, "Elsewhere"), make("ul", null, ...quiet.map((each) => this._item(each)))] : []));
  }

  /** @param {Conversation} conversation */
  _item({ key, name, unread }) {
    return make("li", null, make("button.conversation.unread", { type: "button", onclick: () => this.act((state) => state.show(key)) },
      make("span.label", null, name), make("span.count", null, String(unread))));
  }

  _readAll() {
    this.act((state) => {
      for (const { key, unread } of state.conversations.values()) if (unread) state.read(key);
    });
  }
}

/** @param {Conversation} conversation */
function missed({ name, lines, readAt, mentions }) {
  if (!mentions) return [];
  return lines.filter((line) => line.mentions && counts(line) && line.at > readAt).map((line) => ({ name, line }));
}

customElements.define("catch-up-panel", CatchUpPanel);
