/** Above the field: what a message with markup will look like, and buttons for marks. Both can be hidden. */

import { t } from "../i18n.js";
import "../late-styles.js";
import { FORMATS } from "../formats.js";
import { iconButton, make } from "../html.js";
import { fold } from "../irc.js";
import { mark } from "../replace-text.js";
import { shownBlocks } from "../text.js";
import { blocksText, reveal } from "./message-text.js";

/** @import { Client } from "../client.js" */
/** @import { Format } from "../formats.js" */
/** @import { ShownBlock } from "../text.js" */

/** Characters up to which a text is shown while it is typed: the most that a message may have. */
const SHOWN = 4096;

export class ComposerFormats {
  /** @param {Client} client @param {HTMLTextAreaElement} field */
  constructor(client, field) {
    this._client = client;
    this._field = field;
    this._text = make("div", { tabindex: "0", role: "group", "aria-label": t("Preview") });
    // Nobody wants to hear again what they are typing.
    this._preview = make("div.draft-preview", { "aria-live": "off", hidden: true, onclick: (/** @type {Event} */ event) => this._reveal(event) },
      this._text, iconButton("leave", t("Hide previews of what is typed"), () => this._hidePreview()));
    this._buttons = make("div.formats", { role: "group", "aria-label": t("Formatting"), hidden: true }, ...FORMATS.map((format) => this._button(format)));
    this.element = make("div", null, this._preview, this._buttons);
  }

  /** Show what the settings say, for the text in the field. */
  update() {
    const { settings, state } = this._client;
    const text = this._field.value;
    this._buttons.hidden = settings.get("formats") !== "show";
    const blocks = settings.get("preview") === "show" && text.length <= SHOWN && !text.startsWith("/")
      ? shownBlocks(text, (nick) => state.current?.members.has(nick) || nick === fold(state.nick)) : [];
    this._preview.hidden = !blocks.some(hasMarkup);
    if (!this._preview.hidden) this._text.replaceChildren(blocksText(blocks));
  }

  /** @param {Format} format */
  _button(format) {
    const button = iconButton(format.icon, format.shown ? `${t(format.label)} (${format.shown})` : t(format.label), () => mark(this._field, format));
    // The field keeps the focus, and a phone its keyboard.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    return button;
  }

  _hidePreview() {
    this._client.settings.set("preview", "hide");
    this.update();
    this._field.focus();
  }

  /** @param {Event} event */
  _reveal({ target }) {
    const spoiler = target instanceof Element ? target.closest(".spoiler") : null;
    if (spoiler instanceof HTMLElement) reveal(spoiler);
  }
}

/** Whether it will look different from what is typed. @param {ShownBlock} block */
function hasMarkup({ kind, tokens }) {
  return kind !== "line" || tokens.some((token) => token.styles.length || token.kind === "code" || token.kind === "host");
}
