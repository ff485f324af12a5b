/** A thread beside the messages: its first message, the replies in order, and a field that replies to it. On a phone it is a page. */

import { t } from "../i18n.js";
import "../late-styles.js";
import { formatOf } from "../formats.js";
import { icon, iconButton, make } from "../html.js";
import { unlessComposing } from "../input-method.js";
import { mark, replaceText } from "../replace-text.js";
import { secret as isSecret } from "../secret.js";
import { say } from "../state/actions.js";
import { sent, write } from "../state/drafts.js";
import { closeThread, linesOf, loadEarlierReplies, openThread, readThread } from "../state/thread.js";
import { rootOf } from "../state/threads.js";
import { clicked, drawnRows, waitingLines } from "./drawn-rows.js";
import { onLongPress } from "./long-press.js";
import { MessageTools } from "./message-tools.js";
import { define, Part } from "./part.js";
import { redraw } from "./redrawn.js";
import { rowsOf } from "./rows.js";

/** @import { Conversation } from "../state/conversation.js" */
/** @import { Line } from "../state/shapes.js" */
/** @import { Thread } from "../state/thread.js" */

const TOUCH = matchMedia("(hover: none) and (pointer: coarse)").matches;
const NARROW = matchMedia("(max-width: 70rem)");
/** How close to its end, in pixels, the end is followed; and how close to its beginning earlier replies are fetched. */
const NEAR = 24;

export class ThreadPanel extends Part {
  constructor() {
    super();
    this._title = make("h2");
    this._status = make("p.soft", { role: "status" });
    this._rows = make("div.thread-rows");
    this._list = make("div.thread-lines", { role: "region", tabindex: "0" }, this._status, this._rows);
    this._text = make("textarea", { rows: "1", "aria-label": t("Reply in the thread"), placeholder: t("Reply"), autocomplete: "off", enterkeyhint: TOUCH ? "enter" : "send" });
    this._hint = make("p.hint", { role: "status", hidden: true });
    /** Whose thread is shown. @type {Conversation | null} */
    this._conversation = null;
    this._drawn = "";
    /** Whose draft is in the field. */
    this._root = "";
  }

  /** @override */
  begin() {
    const send = iconButton("send", t("Send the reply"));
    send.type = "submit";
    this.append(
      make("div.head", null, make("button.plain.on-phone", { type: "button", onclick: () => this._leave() }, icon("before"), t("Back")), this._title, iconButton("leave", t("Close the thread"), () => this._leave())),
      this._list, this._hint,
      make("form.box", { onsubmit: (/** @type {Event} */ event) => this._submit(event) }, this._text, send));
    const list = { jump: (/** @type {string} */ msgid) => this._jump(msgid), sheet: (/** @type {Element} */ at) => void this._sheet(at), lineOf: (/** @type {Element} */ at) => this.lineOf(at) };
    this.addEventListener("click", (event) => clicked(this, event, list));
    this._text.addEventListener("keydown", unlessComposing((event) => this._key(event)));
    this._text.addEventListener("input", () => this._write());
    this._list.addEventListener("scroll", () => this._scrolled(), { passive: true });
    this._list.addEventListener("keydown", unlessComposing((event) => this._move(event)));
    onLongPress(this._list, ".message", (article, under) => void this._sheet(article, under));
    if (this.client) this._tools = new MessageTools(this.client, this._list, list.lineOf);
    // Inside, replying means replying to the thread.
    this.addEventListener("reply-to", (event) => {
      event.stopPropagation();
      this._text.focus();
    });
    this.addEventListener("edit-line", () => NARROW.matches && this._leave());
    for (const name of ["visibilitychange", "focus"]) window.addEventListener(name, () => this._look());
  }

  /** @override @param {string} msgid Of any message of the thread, in the current conversation. */
  about(msgid) {
    const { current } = this.state;
    if (!current) return this._leave();
    this._conversation = current;
    this._drawn = "";
    // What stands there is the draft of the thread before.
    this._text.value = "";
    this.act((state) => openThread(state, current, msgid));
    this._root = current.thread?.root ?? "";
    this._text.value = this._draft;
    this._hint.hidden = true;
    if (!TOUCH) this._text.focus();
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    const { _conversation: conversation } = this;
    if (!conversation?.thread) return;
    const gone = conversation !== this.state.current;
    if (gone || document.body.dataset.panel !== "thread") {
      this._conversation = null;
      this.act((state) => closeThread(state, conversation));
      if (gone && document.body.dataset.panel === "thread") this._leave();
      return;
    }
    if (conversation.thread.root !== this._root) this._turnTo(conversation, conversation.thread.root);
    else if (changed.has("drafts")) this._follow();
    if (this.concerned(changed, "lines", "members", "thread", "preferences", "outbox", "day")) this._draw(conversation, conversation.thread);
  }

  /** @param {Conversation} conversation @param {Thread} thread */
  _draw(conversation, thread) {
    const { client } = this;
    if (!client) return;
    const lines = [...linesOf(conversation, thread), ...waitingLines(this.state, conversation).filter((line) => rootOf(conversation, line) === thread.root)];
    const atEnd = this._fromEnd <= NEAR || this._drawn !== thread.root;
    const before = this._list.scrollHeight;
    const firstNew = lines.find((line) => thread.newFrom && line.at > thread.newFrom && conversation.counts(line) && line.msgid !== thread.root);
    this._title.textContent = t("Thread in {name}", { name: conversation.channel ? conversation.name : this.state.displayName(conversation.name) });
    this._list.setAttribute("aria-label", this._title.textContent);
    this._status.textContent = words(conversation, thread, lines.length);
    this._status.hidden = !this._status.textContent;
    redraw(this._rows, drawnRows(rowsOf(lines, {}, { events: true, firstNew, ignores: conversation.ignores }), conversation, client));
    this._drawn = thread.root;
    if (atEnd) this._list.scrollTop = this._list.scrollHeight;
    // Earlier replies appear above what is being read.
    else if (this._list.scrollTop < NEAR) this._list.scrollTop += this._list.scrollHeight - before;
    this._look();
  }

  get _fromEnd() {
    return this._list.scrollHeight - this._list.scrollTop - this._list.clientHeight;
  }

  /** Its end is visible, so it has been read. */
  _look() {
    const { _conversation: conversation } = this;
    if (!conversation?.thread || document.visibilityState !== "visible" || !document.hasFocus() || this._fromEnd > NEAR) return;
    if (conversation.thread.status === "done") this.act((state) => readThread(state, conversation));
  }

  _scrolled() {
    const { _conversation: conversation } = this;
    if (conversation && this._list.scrollTop < NEAR) this.act((state) => loadEarlierReplies(state, conversation));
    this._look();
  }

  _leave() {
    document.dispatchEvent(new CustomEvent("toggle-panel", { detail: "thread" }));
    document.dispatchEvent(new CustomEvent("to-composer"));
  }

  /** @param {string} msgid */
  _jump(msgid) {
    document.dispatchEvent(new CustomEvent("jump", { detail: msgid }));
  }

  /** @param {Element} at @param {Element} [under] What the finger rests on. */
  async _sheet(at, under) {
    const article = at.closest(".message");
    const line = this.lineOf(at);
    if (!line || !this.client || !(article instanceof HTMLElement)) return;
    const { openSheet } = await import("./message-sheet.js");
    openSheet(this.client, line, article, under?.closest("a")?.href);
  }

  /** The line that an element belongs to. @param {Element} element @returns {Line | undefined} */
  lineOf(element) {
    const id = /** @type {HTMLElement | null} */ (element.closest("[data-line]"))?.dataset.line ?? "";
    const { _conversation: conversation } = this;
    return conversation ? conversation.find(id) ?? waitingLines(this.state, conversation).find((line) => line.id === id) : undefined;
  }

  // ---- the keyboard, and what is written

  /** Arrow keys move between messages; letters act on the selected one. @param {KeyboardEvent} event */
  _move(event) {
    const { target } = event;
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    const articles = /** @type {HTMLElement[]} */ ([...this._rows.querySelectorAll(".message")]);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const at = articles.indexOf(target);
    if (step && (at >= 0 || target === this._list)) articles.at(at < 0 ? -1 : Math.max(at + step, 0))?.focus();
    else if (at < 0 || !this._tools?.key(event.key, target)) return;
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const format = formatOf(event);
    if (format) {
      event.preventDefault();
      return mark(this._text, format);
    }
    if (event.key !== "Enter" || event.shiftKey || TOUCH) return;
    if (event.altKey) replaceText(this._text, "\n");
    else this._submit(event);
    event.preventDefault();
  }

  /** What was written in this thread and not sent. */
  get _draft() {
    const { _conversation: conversation } = this;
    return (conversation?.thread && this.state.drafts.get(conversation.name, conversation.thread.root)?.text) ?? "";
  }

  /** The server has said which message begins the thread: what was written meanwhile belongs to it. @param {Conversation} conversation @param {string} root */
  _turnTo(conversation, root) {
    const { _root: before, _text: { value } } = this;
    this._root = root;
    if (!value.trim()) return this._follow();
    this.act((state) => {
      write(state, conversation.name, "", "", before);
      write(state, conversation.name, value, "", root);
    });
  }

  /** Another device has changed it. */
  _follow() {
    const { value } = this._text;
    if (this._draft !== (value.trim() ? value : "")) this._text.value = this._draft;
  }

  _write() {
    const { _conversation: conversation } = this;
    const root = conversation?.thread?.root;
    this._hint.hidden = true;
    if (conversation && root) this.act((state) => write(state, conversation.name, this._text.value, "", root));
  }

  /** @param {Event} event */
  _submit(event) {
    event.preventDefault();
    const { client, _conversation: conversation } = this;
    const text = this._text.value;
    if (!client || !conversation?.thread || !text.trim()) return;
    const { root } = conversation.thread;
    const problem = refusal(text);
    this._hint.hidden = !problem;
    this._hint.textContent = problem;
    if (problem) return;
    this._text.value = "";
    this.act((state) => {
      say(state, conversation.name, text.startsWith("//") ? text.slice(1) : text, { nonce: () => client.nonce(), replyTo: root });
      sent(state, conversation.name, root);
    });
    this._list.scrollTop = this._list.scrollHeight;
  }
}

/** What is wrong with a text, or "". @param {string} text */
function refusal(text) {
  if (isSecret(text)) return t("That looks like a password and is not sent. Log in through the settings.");
  return text.startsWith("/") && !text.startsWith("//") ? t("Commands are written in the field of the conversation; // sends a slash.") : "";
}

/** @param {Conversation} conversation @param {Thread} thread @param {number} shown */
function words(conversation, { status, reason, root, complete }, shown) {
  if (status === "failed") return t("The replies could not be loaded: {reason}", { reason });
  if (status === "asking") return t("Loading the replies…");
  if (!shown) return t("Nothing is left of this thread.");
  if (!conversation.find(root)) return t("The first message is gone, or you may not read it.");
  return complete ? "" : t("Scroll up for earlier replies.");
}

define("thread-panel", ThreadPanel);
