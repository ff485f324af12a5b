/** What the conversation is called and about, and the buttons for what can be done with it. */

import { iconButton, make } from "../html.js";
import { close } from "../state/wishes.js";
import { messageText } from "./message-text.js";
import { Part } from "./part.js";

export class ConversationHead extends Part {
  /** @override */
  begin() {
    this._menu = iconButton("menu", "Conversations", () => this._send("toggle-list"));
    this._menu.classList.add("on-phone");
    this._name = make("h1", { tabindex: "-1" });
    this._topic = make("div.topic");
    this._members = iconButton("people", "Members", () => this._send("toggle-members"));
    this._leave = iconButton("leave", "Leave", () => this._close());
    this.append(this._menu, make("div.titles", null, this._name, this._topic),
      make("div.buttons", { role: "toolbar", "aria-label": "This conversation" }, this._members, this._leave));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "conversation", "conversations", "members")) return;
    const { current } = this.state;
    const { _name: name, _topic: topic, _members: members, _leave: leave } = this;
    if (!name || !topic || !members || !leave) return;
    name.textContent = current ? (current.channel ? current.name : this.state.displayName(current.name)) : "";
    topic.replaceChildren(...(current ? messageText(current.topic || subtitle(current), () => false).childNodes : []));
    topic.title = current?.topic ?? "";
    members.hidden = !current?.channel;
    leave.hidden = !current;
    const word = current?.channel ? `Leave ${current.name}` : "Close this conversation";
    leave.title = word;
    leave.setAttribute("aria-label", word);
  }

  _close() {
    const { current } = this.state;
    if (current) this.act((state) => close(state, current));
  }

  /** @param {string} name */
  _send(name) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  }
}

/** @param {import("../state/conversation.js").Conversation} conversation */
function subtitle({ channel, members, joined }) {
  if (!channel) return "Direct messages";
  if (!joined) return "You are not in this channel";
  return members.size === 1 ? "1 member" : `${members.size} members`;
}

customElements.define("conversation-head", ConversationHead);
