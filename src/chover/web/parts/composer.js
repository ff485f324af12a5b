/** Where messages are written. */

import { iconButton, make } from "../html.js";
import { run } from "../commands.js";
import { pieces } from "../state/sending.js";
import { say, typed, typing } from "../state/wishes.js";
import { Part } from "./part.js";

/** Lines above which sending asks once more, because most such texts are a paste gone wrong. */
const MANY_LINES = 8;
const HEIGHT_LINES = 10;

export class MessageComposer extends Part {
  constructor() {
    super();
    /** What was written and not sent, by conversation. @type {Map<string, string>} */
    this._drafts = new Map();
    this._shown = "";
    this._sure = false;
    this._text = make("textarea", {
      id: "message", rows: "1", "aria-label": "Message", autocomplete: "off", enterkeyhint: "send",
      onkeydown: (/** @type {KeyboardEvent} */ event) => this._key(event), oninput: () => this._typed(),
    });
    this._hint = make("p.hint", { role: "status", hidden: true });
    this._send = iconButton("send", "Send");
    this._send.type = "submit";
  }

  /** @override */
  begin() {
    this.append(this._hint, make("form.box", { onsubmit: (/** @type {Event} */ event) => this._submit(event) }, this._text, this._send));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "conversation", "connection")) return;
    const { current, active } = this.state;
    this.hidden = !current;
    if (active !== this._shown) this._turnTo(active);
    const name = current ? (current.channel ? current.name : this.state.displayName(current.name)) : "";
    this._text.placeholder = `Message ${name}`;
    this._text.setAttribute("aria-label", `Message ${name}`);
  }

  /** @param {string} key */
  _turnTo(key) {
    this._drafts.set(this._shown, this._text.value);
    this._shown = key;
    this._set(this._drafts.get(key) ?? "");
    if (matchMedia("(pointer: fine)").matches) this._text.focus();
  }

  /** @param {string} text */
  _set(text) {
    this._text.value = text;
    this._hint.hidden = true;
    this._sure = false;
    this._grow();
  }

  /** As high as the text, up to a limit. */
  _grow() {
    const lines = this._text.value.split("\n").length;
    this._text.rows = Math.min(Math.max(lines, 1), HEIGHT_LINES);
  }

  _typed() {
    this._sure = false;
    this._hint.hidden = true;
    this._grow();
    const { current } = this.state;
    const text = this._text.value;
    if (!current || this.client?.settings.get("typing") !== "yes" || text.startsWith("/")) return;
    this.act((state) => typing(state, current, text ? "active" : "done"));
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this._submit(event);
  }

  /** @param {Event} event */
  _submit(event) {
    event.preventDefault();
    const { client, state } = this;
    const { current } = state;
    const text = this._text.value;
    if (!current || !client || !text.trim()) return;
    if (!text.startsWith("/") && this._asks(current.name, text)) return;
    this._set("");
    if (text.startsWith("/") && !text.startsWith("//")) {
      run(client, text);
      return;
    }
    this.act((each) => {
      typed(each);
      say(each, current.name, text.startsWith("//") ? text.slice(1) : text, { nonce: () => client.nonce() });
    });
  }

  /** A long text is sent at the second asking. @param {string} target @param {string} text */
  _asks(target, text) {
    const lines = text.split("\n").length;
    const messages = pieces(this.state, target, text).length;
    if (this._sure || (lines < MANY_LINES && messages < 4)) return false;
    this._sure = true;
    this._hint.hidden = false;
    const as = messages === 1 ? "one message" : `${messages} messages`;
    this._hint.textContent = `${lines} lines, as ${as}. Enter sends them.`;
    return true;
  }
}

customElements.define("message-composer", MessageComposer);
