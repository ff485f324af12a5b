/** Temporary messages: refusals, invitations, "copied". */

import { make } from "../html.js";
import { t } from "../i18n.js";
import { UNDO } from "../state/leaving.js";
import { join } from "../state/actions.js";
import { oneLine } from "../text.js";
import { define, Part } from "./part.js";

/** Devices that may have no keyboard. */
const TOUCH = matchMedia("(hover: none) and (pointer: coarse)").matches;

/** @import { Conversation } from "../state/conversation.js" */
/** @import { StateNotification } from "../state/shapes.js" */

const LASTS = 6_000;

export class ToastLine extends Part {
  constructor() {
    super();
    /** By the key of the conversation that was left. @type {Map<string, HTMLElement>} */
    this._undos = new Map();
  }

  /** @param {StateNotification} notification */
  tell(notification) {
    if (notification.kind === "word") this._show(notification.text);
    if (notification.kind === "invited") this._show(`${t("{by} invites you to {channel}.", { by: notification.by, channel: notification.channel })} `, t("Join"), (state) => join(state, notification.channel), LASTS * 5);
    if (notification.kind === "due") this._due(notification.item);
    if (notification.kind === "leaving") this._left(notification.conversation);
  }

  /** @param {import("../state/scheduled.js").Scheduled} item */
  _due({ kind, status, name, author, text, why }) {
    const refused = kind === "say" ? t("Your message to {name} was not sent: {why}.", { name, why }) : t("Your reminder in {name} has ended: {why}.", { name, why });
    const words = status === "refused" ? refused : t("Reminder in {name}: {who} {text}", { name, who: author && `${this.state.displayName(author)}:`, text: oneLine(text) });
    this._show(`${words} `, t("Show"), () => document.dispatchEvent(new CustomEvent("show-panel", { detail: { name: "catch-up", about: "later" } })), LASTS * 5);
  }

  /** @param {Conversation} conversation */
  _left({ channel, joined, key, name, leaving }) {
    if (!leaving) return;
    const what = channel && joined ? `${t("You leave {name}.", { name })} ` : `${t("{name} is closed.", { name })} `;
    const box = this._show(what, TOUCH ? t("Undo") : t("Undo (Alt Z)"), (state) => state.show(key), UNDO);
    // It is shown only as long as undoing is possible.
    this._undos.set(key, box);
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!changed.has("conversations")) return;
    for (const [key, box] of this._undos) {
      const { leaving } = this.state.conversations.get(key) ?? {};
      if (leaving && !leaving.sent) continue;
      box.remove();
      this._undos.delete(key);
    }
  }

  /**
   * @param {string} text
   * @param {string} [label] Of a button.
   * @param {(state: import("../state.js").State) => void} [what] It does.
   * @param {number} [lasts] Milliseconds.
   */
  _show(text, label = "", what = () => {}, lasts = LASTS) {
    const go = label && make("button.link", { type: "button", onclick: () => {
      this.act(what);
      box.remove();
    } }, label);
    const box = make("div.toast", null, make("span", null, text), go || null);
    this.append(box);
    window.setTimeout(() => box.remove(), lasts);
    return box;
  }
}

define("toast-line", ToastLine);
