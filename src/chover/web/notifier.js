/** Alerts for somebody who does not look at the messages: the title, notifications, and a screen reader. */

import { t } from "./i18n.js";
import { fold } from "./irc.js";
import { withNames } from "./own-files.js";
import { blank } from "./state/lines.js";
import { MUTED } from "./state/preferences.js";
import { oneLine } from "./text.js";

/** @import { Client } from "./client.js" */
/** @import { StateNotification, Line } from "./state/shapes.js" */
/** @import { Conversation } from "./state/conversation.js" */

/** Lines kept for the screen reader, which reads what is added. */
const READ_OUT = 8;

export class Notifier {
  /** @param {Client} client @param {HTMLElement} spoken A live region. */
  constructor(client, spoken) {
    this._client = client;
    this._spoken = spoken;
    /** The number on the icon of the installed page. */
    this._badge = NaN;
    client.listeners.add((notification) => this._tell(notification));
    client.parts.add(this);
  }

  /** @param {Set<string>} changed */
  update(changed) {
    if (!["active", "conversations", "connection"].some((topic) => changed.has(topic))) return;
    const { state } = this._client;
    const all = [...state.conversations.values()].filter(({ leaving }) => !leaving);
    const calls = all.reduce((sum, { mentions }) => sum + mentions, 0);
    const unread = all.some((each) => each.unread && !state.preferences.get(each.key, MUTED));
    const name = state.current?.name ?? "";
    const front = calls ? `(${calls}) ` : unread ? "• " : "";
    document.title = front + [name, state.support.get("NETWORK", "Chat")].filter(Boolean).join(" · ");
    if (calls === this._badge || !("setAppBadge" in navigator)) return;
    this._badge = calls;
    (calls ? navigator.setAppBadge(calls) : navigator.clearAppBadge()).catch(() => {});
  }

  /** @param {StateNotification} notification */
  _tell(notification) {
    if (notification.kind === "due") return this._due(notification.item);
    if (notification.kind !== "said") return;
    const { conversation, line } = notification;
    this._readOut(conversation, line);
    if (this._wanted(conversation, line) && !this._seen(conversation)) this._notify(conversation, line);
  }

  /** A reminder is wanted, whatever notifies in its conversation. @param {import("./state/scheduled.js").Scheduled} item */
  _due({ kind, status, name, author, text, msgid, at }) {
    const conversation = this._client.state.conversations.get(fold(name));
    if (kind === "remind" && status === "due" && conversation) this._notify(conversation, blank({ kind: "message", nick: author || name, text, msgid, at }));
  }

  /** @param {Conversation} conversation @param {Line} line */
  _wanted({ key }, line) {
    const wish = this._client.state.preferences.loudness(key) ?? this._client.settings.loudness;
    return wish === "all" || (wish === "mentions" && line.mentions);
  }

  /** @param {Conversation} conversation */
  _seen(conversation) {
    const { state } = this._client;
    return state.looking && conversation.key === state.active;
  }

  /** @param {Conversation} conversation @param {Line} line */
  _notify(conversation, line) {
    if (!("Notification" in window) || Notification.permission !== "granted" || document.hasFocus()) return;
    void import("./notices.js").then(({ tell }) => tell(this._client, conversation, line));
  }

  /** Read out everything in the current conversation, and mentions elsewhere. @param {Conversation} conversation @param {Line} line */
  _readOut(conversation, line) {
    const here = conversation.key === this._client.state.active;
    if (!here && (!line.mentions || this._client.state.preferences.get(conversation.key, MUTED))) return;
    const item = document.createElement("p");
    item.textContent = `${line.nick}${here || !conversation.channel ? "" : ` ${t("in {name}", { name: conversation.name })}`}: ${withNames(oneLine(line.text), this._client.state.support.get("soju.im/FILEHOST"))}`;
    this._spoken.append(item);
    while (this._spoken.children.length > READ_OUT) this._spoken.firstElementChild?.remove();
  }
}
