/** The field where messages are written. */

import { formatOf } from "../formats.js";
import { iconButton, make } from "../html.js";
import { N_, t, tn } from "../i18n.js";
import { unlessComposing } from "../input-method.js";
import { mark, replaceText } from "../replace-text.js";
import { secret as isSecret } from "../secret.js";
import { flush, sent, write } from "../state/drafts.js";
import { blank } from "../state/lines.js";
import { pieces } from "../state/sending.js";
import { say, typed, typing } from "../state/actions.js";
import { onLongPress } from "./long-press.js";
import { short } from "./message-row.js";
import { define, Part } from "./part.js";

/** @import { Line } from "../state/shapes.js" */

/** From this many lines, sending asks first: most such texts are a mistaken paste. */
const MANY_LINES = 8;
const MANY_MESSAGES = 4;
/** On a touch screen, Enter is a new line, as everywhere else; the button sends. */
const TOUCH = matchMedia("(hover: none) and (pointer: coarse)").matches;
const GROWS = CSS.supports("field-sizing", "content");
/** What has none of these has no markup. */
const MAYBE_MARKUP = /[*~|`[\\>]|^ {0,8}(?:[-•]|\d{1,9}[.)]) /m;
const AS_IT_IS = TOUCH ? N_("This looks like a command. The button sends it to {target} as it is.") : N_("This looks like a command. Enter sends it to {target} as it is.");
const MANY = TOUCH ? N_("{lines} lines, as {as}. The button sends them.") : N_("{lines} lines, as {as}. Enter sends them.");

export class MessageComposer extends Part {
  constructor() {
    super();
    this._shown = "";
    this._sure = false;
    /** The message that is answered or edited. @type {{how: "reply" | "edit", line: Line} | null} */
    this._about = null;
    this._text = make("textarea", {
      id: "message", rows: "1", "aria-label": t("Message"), autocomplete: "off", enterkeyhint: TOUCH ? "enter" : "send",
      onkeydown: unlessComposing((event) => this._key(event)), oninput: () => this._typed(), onblur: () => this._completion?.close(),
    });
    /** Loaded with the first letter. @type {import("./completion.js").Completion | null} */
    this._completion = null;
    /** Loaded with the first mark, or when the buttons are shown. @type {import("./composer-formats.js").ComposerFormats | null} */
    this._formats = null;
    this._hint = make("p.hint", { role: "status", hidden: true });
    this._other = make("p.hint", { role: "status", hidden: true }, t("Another device has written something here, too. It is shown when this is sent or deleted."));
    this._aboutBar = make("div.about", { hidden: true });
    this._send = iconButton("send", t("Send"));
    this._send.type = "submit";
    this._later = iconButton("clock", t("Send later"), () => void this._sendLater());
    this._later.classList.add("later");
    this._emoji = iconButton("react", t("Emoji"), () => this._pick());
    this._format = iconButton("format", t("Formatting"), () => this._showFormats());
    this._attach = iconButton("attach", t("Send files"), () => document.dispatchEvent(new CustomEvent("choose-files")));
  }

  /** @override */
  begin() {
    this.append(this._aboutBar, this._hint, this._other,
      make("form.box", { onsubmit: (/** @type {Event} */ event) => this._submit(event) }, this._attach, this._text, this._format, this._emoji, this._later, this._send));
    // A finger has no other way to it: on a phone the clock has no room.
    onLongPress(this._send, "button", () => void this._sendLater());
    document.addEventListener("insert", (event) => this.insert(String(/** @type {CustomEvent} */ (event).detail)));
    document.addEventListener("visibilitychange", () => document.hidden && this.act(flush));
    window.addEventListener("pagehide", () => this.act(flush));
    document.addEventListener("to-composer", () => this._text.focus());
    document.addEventListener("reply-to", (event) => this._take("reply", /** @type {CustomEvent<Line>} */ (event).detail));
    document.addEventListener("edit-line", (event) => this._take("edit", /** @type {CustomEvent<Line>} */ (event).detail));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "conversation", "connection", "conversations", "drafts")) return;
    const formats = String(this.client?.settings.get("formats") === "show");
    if (this._format.getAttribute("aria-pressed") !== formats) {
      this._format.setAttribute("aria-pressed", formats);
      this._lookAtMarks();
    }
    this._attach.hidden = !this.state.support.has("soju.im/FILEHOST");
    this._later.hidden = !this.state.can("chover.chat/scheduled");
    const { current, active } = this.state;
    this.hidden = !current;
    if (active !== this._shown) this._turnTo(active);
    else this._follow();
    this._other.hidden = !this.state.drafts.others.has(active);
    const name = current ? (current.channel ? current.name : this.state.displayName(current.name)) : "";
    this._text.placeholder = t("Message {name}", { name });
    this._text.setAttribute("aria-label", t("Message {name}", { name }));
  }

  async _pick() {
    const { pickEmoji } = await import("./emoji-picker.js");
    await pickEmoji(this._emoji, (emoji) => this.insert(emoji));
  }

  /** Suggest completions for the word at the caret. @param {boolean} asked */
  async _suggest(asked) {
    const { Completion } = await import("./completion.js");
    if (!this._completion) {
      this._completion = new Completion(this._text);
      this.prepend(this._completion.element);
    }
    if (this.client) await this._completion.look(this.client, { asked });
  }

  /** Insert text at the caret. @param {string} text */
  insert(text) {
    replaceText(this._text, text);
  }

  // ---- marks

  /** Loads what shows marks, at most once. */
  async _marks() {
    const { ComposerFormats } = await import("./composer-formats.js");
    if (!this._formats && this.client) {
      this._formats = new ComposerFormats(this.client, this._text);
      this._other.after(this._formats.element);
    }
    return this._formats;
  }

  /** Show what the text will look like, and the buttons if they are wanted. */
  _lookAtMarks() {
    if (this._formats || MAYBE_MARKUP.test(this._text.value) || this.client?.settings.get("formats") === "show") void this._marks().then((marks) => marks?.update());
  }

  _showFormats() {
    const { settings } = this.client ?? {};
    const shown = settings?.get("formats") === "show";
    settings?.set("formats", shown ? "hide" : "show");
    this._format.setAttribute("aria-pressed", String(!shown));
    this._lookAtMarks();
  }

  /** @override */
  focus() {
    this._text.focus();
  }

  /** @param {string} key */
  _turnTo(key) {
    this._shown = key;
    this._restore();
    this.act(flush);
    this._takeFocus();
  }

  /** With a pointer the field has the focus; as long as a dialog is open, that has it. */
  _takeFocus() {
    if (!matchMedia("(pointer: fine)").matches) return;
    const open = document.querySelector("dialog[open]");
    if (open) open.addEventListener("close", () => this._text.focus(), { once: true });
    else this._text.focus();
  }

  /** @param {string} text */
  _set(text) {
    this._text.value = text;
    this._hint.hidden = true;
    this._sure = false;
    this._completion?.close();
    this._grow();
    this._lookAtMarks();
  }

  /** Fit the height to the text, up to the limit in the styles; most browsers do that by themselves. */
  _grow() {
    if (GROWS) return;
    this._text.style.height = "auto";
    this._text.style.height = `${this._text.scrollHeight}px`;
  }

  // ---- what was written and not sent

  /** Restore the draft of the current conversation, with the message that it answers. */
  _restore() {
    const { text = "", reply = "" } = this.state.drafts.get(this._shown) ?? {};
    this._about = reply ? { how: "reply", line: this._line(reply) } : null;
    this._set(text);
    this._showAbout();
  }

  /** Another device has changed it, or the message that it answers is loaded now. */
  _follow() {
    if (this._about?.how === "edit") return;
    const { text = "", reply = "" } = this.state.drafts.get(this._shown) ?? {};
    const { value } = this._text;
    const about = this._about?.line;
    if (text !== (value.trim() ? value : "") || reply !== (about?.msgid ?? "")) this._restore();
    else if (about && !about.nick && this._line(reply).nick) this._showAbout((this._about = { how: "reply", line: this._line(reply) }));
  }

  /** @param {string} msgid */
  _line(msgid) {
    return this.state.current?.find(msgid) ?? blank({ kind: "message", msgid });
  }

  /** The text is the draft, unless a message is being edited. */
  _write() {
    const { current } = this.state;
    if (current && this._about?.how !== "edit") this.act((state) => write(state, current.name, this._text.value, this._about?.line.msgid ?? ""));
  }

  // ---- answering and editing

  /** @param {"reply" | "edit"} how @param {Line} line */
  _take(how, line) {
    if (this._about?.how === "edit") this._leave();
    this._about = { how, line };
    this._showAbout();
    if (how === "edit") this._set(line.text);
    else this._write();
    this._text.focus();
  }

  _showAbout(about = this._about) {
    this._aboutBar.hidden = !about;
    if (!about) return;
    const { how, line } = about;
    const words = how === "edit" ? t("Editing your message") : line.nick ? t("Replying to {name}", { name: this.state.displayName(line.nick) }) : t("Replying to an earlier message");
    this._aboutBar.replaceChildren(make("b", null, words), make("span", null, short(line, this.state)), iconButton("leave", t("Cancel"), () => this._leave()));
  }

  /** Cancel answering or editing: the text from before is restored. */
  _leave() {
    const editing = this._about?.how === "edit";
    this._about = null;
    if (editing) return this._restore();
    this._showAbout();
    this._write();
  }

  /** Edit our last message, for the arrow up. */
  _editLast() {
    const last = this.state.current?.lines.findLast((line) => line.mine && line.kind === "message" && !line.deleted);
    if (!last || !this.state.can("chover.chat/edit")) return false;
    this._take("edit", last);
    return true;
  }

  // ---- typing and sending

  _typed() {
    this._sure = false;
    this._hint.hidden = true;
    this._grow();
    this._lookAtMarks();
    const { client, state } = this;
    const { current } = state;
    const text = this._text.value;
    if (!current || !client) return;
    this._write();
    void this._suggest(false);
    if (client.settings.get("typing") !== "yes" || text.startsWith("/")) return;
    this.act((each) => typing(each, current, text ? "active" : "done"));
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const { client, _completion: completion } = this;
    if (!client) return;
    const format = formatOf(event);
    if (format) {
      event.preventDefault();
      return mark(this._text, format);
    }
    /** @type {Record<string, () => boolean | void>} */
    const keys = completion?.open ? {
      ArrowDown: () => completion.move(1), ArrowUp: () => completion.move(-1), Tab: () => completion.take(),
      Enter: () => completion.take(), Escape: () => completion.close(),
    } : {
      Tab: () => (event.shiftKey || !this._text.value ? false : void this._suggest(true)),
      ArrowUp: () => (this._text.value ? false : this._editLast()),
      Escape: () => (this._about ? this._leave() : false),
      Enter: () => (event.altKey ? this.insert("\n") : event.shiftKey || TOUCH ? false : this._submit(event)),
    };
    if (keys[event.key] && keys[event.key]?.() !== false) event.preventDefault();
  }

  /** @param {Event} event */
  _submit(event) {
    event.preventDefault();
    const { client, state, _about: about } = this;
    const { current } = state;
    const text = this._text.value;
    if (!current || !client || !(text.trim() || (client.attachments?.of(current.key).length && about?.how !== "edit"))) return;
    const problem = isCommand(text) || about?.how === "edit" ? "" : client.attachments?.problem(current.key);
    if (problem) return this._tell(problem);
    if (!text.startsWith("/") && this._asks(current.name, text)) return;
    this._about = null;
    if (about?.how !== "edit") this.act((each) => sent(each, current.name));
    this._restore();
    if (isCommand(text) && about?.how !== "edit") void this._command(client, text);
    else this.act((each) => this._say(each, current, text, about));
  }

  /**
   * @param {import("../state.js").State} state
   * @param {import("../state/conversation.js").Conversation} conversation
   * @param {string} text
   * @param {{how: "reply" | "edit", line: Line} | null} about
   */
  _say(state, conversation, text, about) {
    const { client } = this;
    if (!client) return;
    typed(state);
    const plain = text.startsWith("//") ? text.slice(1) : text;
    if (about?.how === "edit") void change(client, conversation, about.line, plain);
    else say(state, conversation.name, withFiles(plain, client.attachments?.take(conversation.key) ?? []), { nonce: () => client.nonce(), replyTo: about?.line.msgid ?? "" });
  }

  /** Ask when, and have the server send it then. */
  async _sendLater() {
    const { client, state, _about: about } = this;
    const { current } = state;
    const text = this._text.value;
    if (!current || !client || !state.can("chover.chat/scheduled")) return;
    if (!text.trim() || about?.how === "edit" || isCommand(text) || isSecret(text)) return this._tell(t("Write a message first; the clock sends it later."));
    const { sendLater } = await import("./send-later.js");
    sendLater(client, current, text, about?.line.msgid ?? "", () => {
      this._about = null;
      this.act((each) => sent(each, current.name));
      this._restore();
    });
  }

  /** The commands are loaded with the first of them; a command that fails is put back into the line. @param {import("../client.js").Client} client @param {string} text */
  async _command(client, text) {
    const { run } = await import("../commands.js");
    const again = await run(client, text);
    if (!again || this._text.value) return;
    this._set(again);
    this._write();
  }

  /** @param {string} words */
  _tell(words) {
    this._hint.hidden = false;
    this._hint.textContent = words;
  }

  /** A possible mistake is sent at the second attempt. @param {string} target @param {string} text */
  _asks(target, text) {
    const lines = text.split("\n").length;
    const messages = pieces(this.state, target, text).length;
    const secret = isSecret(text);
    const slash = /^\s+\//.test(text);
    if (!secret && (this._sure || (lines < MANY_LINES && messages < MANY_MESSAGES && !slash))) return false;
    this._sure = !secret;
    const as = tn("one message", "{n} messages", messages);
    this._tell(secret ? t("That looks like a password and is not sent. Log in through the settings.")
      : slash ? t(AS_IT_IS, { target })
        : t(MANY, { lines, as }));
    return true;
  }
}

/** @param {string} text */
function isCommand(text) {
  return text.startsWith("/") && !text.startsWith("//");
}

/** The addresses of files follow the text. @param {string} text @param {string[]} addresses */
function withFiles(text, addresses) {
  return [text.trimEnd(), ...addresses].filter(Boolean).join(text.includes("\n") ? "\n" : " ");
}

/** @param {import("../client.js").Client} client @param {import("../state/conversation.js").Conversation} conversation @param {Line} line @param {string} text */
async function change(client, conversation, line, text) {
  const { edit } = await import("../state/editing.js");
  client.act((state) => edit(state, conversation, line, text));
}

define("message-composer", MessageComposer);
