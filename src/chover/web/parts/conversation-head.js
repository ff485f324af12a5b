/** The name and topic of the conversation, and buttons for actions. */

import { icon, iconButton, make } from "../html.js";
import { t, tn } from "../i18n.js";
import { ask } from "../open.js";
import { messageText } from "./message-text.js";
import { define, Part } from "./part.js";

export class ConversationHead extends Part {
  constructor() {
    super();
    this._name = make("h1", { tabindex: "-1" });
    this._topic = make("div.topic");
    this._panels = {
      search: iconButton("search", t("Search"), () => this._panel("search")),
      "catch-up": iconButton("inbox", t("Inbox: what you missed, mentions, threads, saved messages"), () => this._panel("catch-up")),
      members: iconButton("people", t("Members"), () => this._panel("members")),
    };
    this._count = make("span");
    this._pins = make("button.pins-button", { type: "button", hidden: true, onclick: () => ask(this, "pins") }, icon("pin"), this._count);
    this._about = iconButton("edit", t("Read or set the topic"), () => ask(this, "topic"));
    this._marks = iconButton("more", t("Pin, mute, notifications, leave"), () => ask(this, "conversation"));
  }

  /** @override */
  begin() {
    const list = iconButton("menu", t("Conversations"), () => this.dispatchEvent(new CustomEvent("toggle-list", { bubbles: true })));
    list.classList.add("on-phone");
    this._about.classList.add("topic-button");
    this.append(list, make("div.titles", null, this._name, make("div.line", null, this._topic, this._about)),
      make("div.buttons", { role: "toolbar", "aria-label": t("This conversation") }, this._pins, ...Object.values(this._panels), this._marks));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "conversation", "conversations", "connection", "members", "panel", "caps")) return;
    const { current } = this.state;
    this._name.textContent = current ? (current.channel ? current.name : this.state.displayName(current.name)) : "";
    this._topic.replaceChildren(...(current ? messageText(current.topic || subtitle(current, this.state.status), () => false).childNodes : []));
    this._topic.title = current?.topic ?? "";
    for (const [name, button] of Object.entries(this._panels)) button.setAttribute("aria-pressed", String(document.body.dataset.panel === name));
    this._panels.search.hidden = !this.state.can("soju.im/search");
    this._panels.members.hidden = !current?.channel;
    const pins = current?.pins.length ?? 0;
    this._pins.hidden = !pins;
    this._pins.title = tn("{n} message is pinned for everybody", "{n} messages are pinned for everybody", pins);
    this._pins.setAttribute("aria-label", this._pins.title);
    this._count.textContent = String(pins);
    this._about.hidden = !current?.channel || !current.joined;
    this._marks.hidden = !current;
  }

  /** @param {string} name */
  _panel(name) {
    document.dispatchEvent(new CustomEvent("toggle-panel", { detail: name }));
  }
}

/** @param {import("../state/conversation.js").Conversation} conversation @param {string} status */
function subtitle({ channel, members, joined }, status) {
  if (!channel) return t("Direct messages");
  if (!joined && status !== "online") return t("No connection");
  if (!joined) return t("You are not in this channel");
  return tn("{n} member", "{n} members", members.size);
}

define("conversation-head", ConversationHead);
