/** The messages of the current conversation. */

import { make, reconcile } from "../html.js";
import { t } from "../i18n.js";
import { unlessComposing } from "../input-method.js";
import { isPicture } from "../own-files.js";
import { loadOlder } from "../state/history.js";
import { backwards } from "./chunks.js";
import { clicked, drawnRows, waitingLines } from "./drawn-rows.js";
import { onLongPress } from "./long-press.js";
import { reveal } from "./message-text.js";
import { MessageWindow } from "./message-window.js";
import { define, Part } from "./part.js";
import { redraw } from "./redrawn.js";
import { isBeside, rowsOf } from "./rows.js";

/** @import { Conversation } from "../state/conversation.js" */
/** @import { Line } from "../state/shapes.js" */

/** Where the target of a jump is shown, as a share of the height. */
const JUMP = 0.3;
/** Keys that may belong to a tool, before the tools are loaded; space scrolls. */
const TOOL_KEY = /^([^ ]|Delete|Backspace)$/;

export class MessageList extends Part {
  constructor() {
    super();
    this._window = new MessageWindow({
      paint: (element, lines, around) => this._paint(element, lines, around),
      together: (previous, line) => isBeside(previous, line, ({ text }) => isPicture(text, this.state.support.get("soju.im/FILEHOST"))),
      moved: () => this._moved(),
    });
    this._newest = make("button.to-newest", { type: "button", hidden: true, onclick: () => this.toNewest() }, t("Newest messages ↓"));
    this._back = make("button.to-newest.to-place", { type: "button", hidden: true, onclick: () => this.goBack() }, t("Back to where you were"));
    /** Where somebody was before a jump; the id is "" at the newest message. @type {{id: string, share: number} | null} */
    this._from = null;
    /** @type {import("./message-tools.js").MessageTools | null} */
    this._tools = null;
    /** Loaded when the pointer is over a message. @type {Promise<void> | null} */
    this._loading = null;
    /** Loaded on first use. @type {typeof import("../state/past.js") | null} */
    this._past = null;
    this._shown = "";
    this._generation = 0;
    /** The requested message, until it is loaded. */
    this._wanted = "";
    /** Scroll positions of other conversations. @type {Map<string, {id: string, share: number}>} */
    this._places = new Map();
    /** Messages that are not kept yet. @type {Line[]} */
    this._waiting = [];
    /** @type {Line | undefined} */
    this._firstNew = undefined;
  }

  /** @override */
  begin() {
    this.append(this._window.element, this._back, this._newest);
    this.addEventListener("click", (event) => clicked(this, event, {
      jump: (msgid) => this.jump(msgid), sheet: (at) => void this._openSheet(at), lineOf: (at) => this.lineOf(at),
    }));
    this._window.element.addEventListener("keydown", unlessComposing((event) => this._key(event)));
    // Not "pointerover": what appears under a resting pointer is not pointed at.
    for (const name of ["pointermove", "focusin"]) this._window.element.addEventListener(name, (event) => void this._point(event), { once: true });
    onLongPress(this._window.element, ".message", (article, under) => void this._openSheet(article, under));
    this._obey();
    document.addEventListener("visibilitychange", () => this._look());
    window.addEventListener("focus", () => this._look());
    window.addEventListener("blur", () => this._look());
  }

  /** Handle requests of keys and other parts. */
  _obey() {
    /** @type {Record<string, (detail: unknown) => void>} */
    const wishes = {
      jump: (msgid) => requestAnimationFrame(() => this.jump(String(msgid))),
      page: (direction) => this.page(direction === -1 ? -1 : 1),
      "to-edge": (edge) => (edge === "End" ? this.toNewest() : this._window.element.scrollTo({ top: 0 })),
      "to-messages": () => this._step(null, -1),
      "to-new": () => this._firstNew && this._window.toLine(this._firstNew.id, JUMP),
    };
    for (const [name, wish] of Object.entries(wishes)) {
      document.addEventListener(name, (event) => wish(/** @type {CustomEvent} */ (event).detail));
    }
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "lines", "members", "conversations", "connection", "day")) return;
    const { current } = this.state;
    this.hidden = !current;
    if (!current) return;
    if (current.key !== this._shown) this._turnTo(current);
    else if (changed.has("active")) return this._drawAnew(current);
    this._draw(current);
    // Somebody who sends a message wants to see it, and the answers to it.
    if (changed.has(`said ${current.key}`)) this.toNewest();
  }

  /** Settings may have changed the appearance of rows; the scroll position is kept. @param {Conversation} conversation */
  _drawAnew(conversation) {
    const { following } = this._window;
    this._keepPlace();
    this._generation = -1;
    this._draw(conversation);
    if (!following) return;
    this._window.toEnd();
    this._moved();
  }

  _keepPlace() {
    const place = this._window.place();
    if (this._shown && place) this._places.set(this._shown, place);
    else this._places.delete(this._shown);
  }

  /** @param {Conversation} conversation */
  _turnTo(conversation) {
    this._keepPlace();
    this._shown = conversation.key;
    this._wanted = "";
    this._from = null;
    this._generation = -1;
    this._window.element.setAttribute("aria-label", t("Messages in {name}", { name: conversation.name }));
  }

  /** @param {Conversation} conversation */
  _draw(conversation) {
    const { detour, generation } = conversation;
    const begun = generation !== this._generation;
    const place = begun ? (this._places.get(conversation.key) ?? null) : null;
    if (begun) this._window.clear();
    this._generation = generation;
    this._firstNew = firstNew(conversation);
    this._drawHead(conversation);
    this._drawPending(conversation);
    this._window.follow(detour ? detour.lines : conversation.lines, !detour);
    if (place) this._window.toLine(place.id, place.share);
    else if (begun && this._firstNew && !detour) this._showNew();
    this._arrive();
    this._moved();
  }

  /** Scroll so that the first new message is visible; if all of them fit, so is the end. */
  _showNew() {
    if (!this._firstNew) return;
    this._window.toLine(this._firstNew.id, JUMP);
    if (this._window.atEnd) this._window.toEnd();
  }

  /** Show a message, wherever it is. @param {string} msgid */
  jump(msgid) {
    const { current } = this.state;
    if (!current) return;
    this._from ??= this._window.place() ?? { id: "", share: 0 };
    this._wanted = msgid;
    if (!this._arrive() && current.detour?.msgid !== msgid) void this._lookAt(current, msgid);
  }

  /** @param {Conversation} conversation @param {string} msgid */
  async _lookAt(conversation, msgid) {
    const past = await import("../state/past.js");
    this._past = past;
    this.act((state) => past.lookAt(state, conversation, msgid));
  }

  /** Whether the requested message is visible now. */
  _arrive() {
    const element = this._wanted ? this._window.toLine(this._wanted, JUMP) : null;
    if (!element) return false;
    this._wanted = "";
    flash(element);
    return true;
  }

  toNewest() {
    const { current } = this.state;
    this._wanted = "";
    this._places.delete(this._shown);
    if (current?.detour) {
      this.act((state) => this._past?.leavePast(state, current));
      this._draw(current);
    }
    this._window.toEnd();
    this._moved();
    document.dispatchEvent(new CustomEvent("newest"));
  }

  /** To where somebody was before a jump; otherwise to the newest message. */
  goBack() {
    const { current } = this.state;
    const place = this._from;
    this._from = null;
    if (!current || !place?.id) return this.toNewest();
    this.act((state) => this._past?.leavePast(state, current));
    this._draw(current);
    this._window.toLine(place.id, place.share);
    this._moved();
    document.dispatchEvent(new CustomEvent("newest"));
  }

  /** One page up or down. @param {-1 | 1} direction */
  page(direction) {
    const { element } = this._window;
    element.scrollBy({ top: direction * (element.clientHeight - 60) });
  }

  // ---- drawing

  /** @param {HTMLElement} element @param {Line[]} lines @param {import("./rows.js").Around} around */
  _paint(element, lines, around) {
    const { client, state } = this;
    const { current } = state;
    if (!current || !client) return;
    const files = state.support.get("soju.im/FILEHOST");
    const look = {
      events: client.settings.showsEvents(current.members.size), firstNew: this._firstNew, ignores: current.ignores,
      isPicture: (/** @type {Line} */ { text }) => isPicture(text, files),
    };
    redraw(element, drawnRows(rowsOf(lines, around, look), current, client));
  }

  /** @param {Conversation} conversation */
  _drawHead(conversation) {
    const { older } = conversation.detour ?? conversation;
    const asking = older === "asking" || conversation.held !== null;
    const begins = older === "all" && !asking;
    const words = asking ? [make("p.asking", { role: "status" }, t("Loading earlier messages…"))] : begins ? this._beginning(conversation) : [];
    this._window.head.replaceChildren(...words);
  }

  /** @param {Conversation} conversation */
  _beginning(conversation) {
    const { channel, name } = conversation;
    const text = channel ? t("This is where {name} begins.", { name }) : t("This is where you and {name} begin.", { name });
    const { client } = this;
    const steps = make("div.first-steps");
    if (channel && client) void import("./first-steps.js").then(({ fill }) => fill(steps, client, conversation));
    return [make("p.begins", null, text), steps];
  }

  /** Messages that are not kept yet come after everything else. @param {Conversation} conversation */
  _drawPending(conversation) {
    const { client, state } = this;
    if (!client) return;
    this._waiting = conversation.detour ? [] : waitingLines(state, conversation);
    const rows = rowsOf(this._waiting, { before: backwards(conversation.lines) }, { events: true, firstNew: undefined });
    reconcile(this._window.foot, drawnRows(rows, conversation, client));
  }

  // ---- what happens

  _moved() {
    const { current } = this.state;
    if (!current) return;
    const { detour } = current;
    this._newest.hidden = this._window.following && !detour;
    if (this._newest.hidden && !this._wanted) this._from = null;
    this._back.hidden = !this._from?.id;
    const { lines, older } = detour ?? current;
    if (older === "unknown" && this._window.nearStart(lines)) this.act((state) => (detour ? this._past?.loadEarlier : loadOlder)?.(state, current));
    if (detour?.newer === "unknown" && this._window.nearEnd(lines)) this.act((state) => this._past?.loadNewer(state, current));
    this._look();
  }

  /** The newest line is visible, so it has been read. */
  _look() {
    const { current } = this.state;
    const looking = document.visibilityState === "visible" && document.hasFocus() && this._window.following && !current?.detour;
    if (looking === this.state.looking && !(looking && current?.unread)) return;
    this.act((state) => {
      state.looking = looking;
      if (looking && current && !current.keepsUnread) state.read(current.key);
    });
  }

  // ---- with the pointer and the keyboard

  /** @param {Event} event The first one at a message. */
  async _point(event) {
    this._loading ??= this._load();
    await this._loading;
    this._tools?.point(event);
  }

  /** Open the actions for the message that an element belongs to. @param {Element} at @param {Element} [under] What the finger rests on. */
  async _openSheet(at, under) {
    const article = at.closest(".message");
    const line = this.lineOf(at);
    if (!line || !this.client || !(article instanceof HTMLElement)) return;
    const { openSheet } = await import("./message-sheet.js");
    openSheet(this.client, line, article, under?.closest("a")?.href);
  }

  async _load() {
    const { MessageTools } = await import("./message-tools.js");
    if (this.client) this._tools = new MessageTools(this.client, this._window.element, (element) => this.lineOf(element));
  }

  /** Whether a key may be an action for a message. A key pressed while the tools are being loaded waits for them. @param {string} key @param {HTMLElement} article */
  _does(key, article) {
    if (this._tools || !this._loading) return Boolean(this._tools?.key(key, article));
    void this._loading.then(() => this._tools?.key(key, article));
    return TOOL_KEY.test(key);
  }

  /** Arrow keys move between messages; letters act on the selected one. @param {KeyboardEvent} event */
  _key(event) {
    const { target } = event;
    if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
    const article = /** @type {HTMLElement | null} */ (target.closest(".message"));
    if (target.matches(".spoiler") && (event.key === "Enter" || event.key === " ")) {
      reveal(target);
      article?.focus({ preventScroll: true });
      event.preventDefault();
      return;
    }
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step && (target === article || target === this._window.element)) this._step(article, step);
    else if (event.key === "Escape") this._leaveMessages();
    else if (target !== article || !article || !this._does(event.key, article)) return;
    event.preventDefault();
  }

  /** @param {HTMLElement | null} article @param {number} step */
  _step(article, step) {
    const articles = [...this._window.element.querySelectorAll(".message")];
    const at = article ? articles.indexOf(article) + step : articles.length - 1;
    const next = articles[at];
    if (!(next instanceof HTMLElement)) return;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  _leaveMessages() {
    this.toNewest();
    this.dispatchEvent(new CustomEvent("to-composer", { bubbles: true }));
  }

  /** The line that an element belongs to. @param {Element} element */
  lineOf(element) {
    const id = /** @type {HTMLElement | null} */ (element.closest("[data-line]"))?.dataset.line ?? "";
    return this.state.current?.find(id) ?? this._waiting.find((line) => line.id === id);
  }
}

/** The line above which "New" is shown. @param {Conversation} conversation */
function firstNew(conversation) {
  const { lines, newFrom, detour } = conversation;
  if (!newFrom || detour) return undefined;
  const behind = lines.findLastIndex((line) => line.at <= newFrom);
  return lines.slice(behind + 1).find((line) => conversation.counts(line));
}

/** @param {HTMLElement} element */
function flash(element) {
  element.focus({ preventScroll: true });
  element.classList.add("found");
  element.addEventListener("animationend", () => element.classList.remove("found"), { once: true });
}

define("message-list", MessageList);
