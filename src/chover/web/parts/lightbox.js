/** A picture as large as the window; the other pictures of the conversation are beside it. */

import { t, way } from "../i18n.js";
import "../media-styles.js";
import { icon, iconButton, make } from "../html.js";
import { unlessComposing } from "../input-method.js";
import { ownFiles } from "../own-files.js";
import { shownBlocks } from "../text.js";
import { shortTime } from "../dates.js";
import { dialog } from "./dialog.js";

/** @import { Client } from "../client.js" */
/** @import { OwnFile } from "../own-files.js" */
/** @typedef {OwnFile & {id: string, nick: string, at: number}} Picture */

/** How often it can be enlarged, and by how much. */
const SCALES = [1, 1.5, 2, 3, 4, 6, 8];
/** Pixels that a finger moves sideways for the next picture. */
const SWIPE = 50;

/** @param {Client} client @param {string} href @param {string} [id] Of the message; the same picture may be in several. */
export function open(client, href, id = "") {
  const all = picturesOf(client);
  const at = all.findIndex((each) => each.href === href && each.id === id);
  const start = at < 0 ? all.findIndex((each) => each.href === href) : at;
  if (start >= 0) new Lightbox(client, all, start).show();
}

/** All pictures of the conversation that are loaded, the oldest first. @param {Client} client @returns {Picture[]} */
function picturesOf({ state }) {
  const { current } = state;
  const files = state.support.get("soju.im/FILEHOST");
  const lines = (current?.detour ?? current)?.lines ?? [];
  return lines.filter((line) => !line.deleted && line.text.includes(files) && !current?.ignores(line)).flatMap((line) =>
    ownFiles(shownBlocks(line.text, () => false), files).filter(({ kind }) => kind === "picture").map((each) => ({ ...each, id: line.id, nick: line.nick, at: line.at })));
}

class Lightbox {
  /** @param {Client} client @param {Picture[]} all @param {number} at */
  constructor(client, all, at) {
    this._client = client;
    this._all = all;
    this._at = at;
    this._scale = 0;
    this._image = make("img", { alt: "", onclick: () => this._zoom(this._scale ? -this._scale : 2), onload: () => this._stage.classList.remove("waits"), onerror: () => this._failed() });
    this._problem = make("p", { role: "alert" });
    this._stage = make("div.stage", { onclick: (/** @type {Event} */ event) => event.target === this._stage && this._box.close() }, this._image, this._problem);
    this._about = make("p.about-picture", { role: "status" });
    this._before = iconButton("before", t("Previous picture (←)"), () => this._step(-1));
    this._next = iconButton("next", t("Next picture (→)"), () => this._step(1));
    this._before.classList.add("before");
    this._next.classList.add("next");
    this._save = make("a.icon-button", { download: "", "aria-label": t("Download (D)"), title: t("Download (D)") }, icon("download"));
    this._box = dialog(t("Picture"), this._about, this._stage, this._before, this._next);
    this._box.classList.add("lightbox");
    this._box.querySelector(".dialog-head .icon-button")?.before(iconButton("smaller", t("Smaller (−)"), () => this._zoom(-1)), iconButton("add", t("Larger (+)"), () => this._zoom(1)), this._save);
    this._listen();
  }

  _listen() {
    this._box.addEventListener("keydown", unlessComposing((event) => this._key(event)));
    this._box.addEventListener("close", () => this._leave());
    let from = { x: 0, y: 0 };
    this._stage.addEventListener("touchstart", ({ touches: [touch] }) => { from = { x: touch?.clientX ?? 0, y: touch?.clientY ?? 0 }; }, { passive: true });
    this._stage.addEventListener("touchend", ({ changedTouches: [touch], touches }) => {
      const [x, y] = [(touch?.clientX ?? 0) - from.x, (touch?.clientY ?? 0) - from.y];
      if (!this._scale && !touches.length && Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) this._step(x < 0 ? way() : -way());
    });
  }

  show() {
    const picture = /** @type {Picture} */ (this._all[this._at]);
    const { href, name, nick, at } = picture;
    this._scale = 0;
    this._size();
    this._problem.textContent = "";
    this._image.hidden = false;
    this._stage.classList.add("waits");
    Object.assign(this._image, { alt: name, src: href });
    Object.assign(this._save, { href, download: name });
    const title = this._box.querySelector("h2");
    if (title) title.textContent = name;
    const where = this._all.length > 1 ? ` · ${t("{at} of {all}", { at: this._at + 1, all: this._all.length })}` : "";
    this._about.textContent = `${this._client.displayName(nick)}, ${shortTime(at)}${where}`;
    this._before.hidden = this._at === 0;
    this._next.hidden = this._at === this._all.length - 1;
  }

  /** @param {number} by */
  _step(by) {
    if (!this._all[this._at + by]) return;
    const focused = document.activeElement;
    this._at += by;
    this.show();
    // A button that has gone cannot keep the focus, and the keys would be lost.
    if (focused instanceof HTMLElement && focused.hidden) (by < 0 ? this._next : this._before).focus();
  }

  /** @param {number} by Steps. */
  _zoom(by) {
    this._scale = Math.min(Math.max(this._scale + by, 0), SCALES.length - 1);
    this._size();
  }

  /** Enlarged, it is as wide as a multiple of what fits, and the stage scrolls. */
  _size() {
    const { _image: image, _stage: stage } = this;
    stage.classList.toggle("enlarged", this._scale > 0);
    image.style.width = "";
    if (!this._scale) return;
    stage.classList.remove("enlarged");
    const fits = image.getBoundingClientRect().width;
    stage.classList.add("enlarged");
    image.style.width = `${fits * (SCALES[this._scale] ?? 1)}px`;
    stage.scrollTo({ left: (stage.scrollWidth - stage.clientWidth) / 2, top: (stage.scrollHeight - stage.clientHeight) / 2 });
  }

  _failed() {
    this._image.hidden = true;
    this._stage.classList.remove("waits");
    this._problem.textContent = t("This picture could not be loaded. It may have been deleted, or there is no connection.");
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => this._step(-way()), ArrowRight: () => this._step(way()), "+": () => this._zoom(1), "=": () => this._zoom(1), "-": () => this._zoom(-1),
      0: () => this._zoom(-this._scale), d: () => this._save.click(),
    };
    const run = keys[event.key];
    if (!run || (this._scale && event.key.startsWith("Arrow") && this._pans(event.key))) return;
    event.preventDefault();
    run();
  }

  /** Arrows move an enlarged picture that is wider than the window. @param {string} key */
  _pans(key) {
    const { _stage: stage } = this;
    if (stage.scrollWidth <= stage.clientWidth) return false;
    stage.scrollBy({ left: key === "ArrowLeft" ? -80 : 80 });
    return true;
  }

  /** The focus goes to the picture that was shown last, if it is still drawn; otherwise to where it was. */
  _leave() {
    const { href = "", id = "" } = this._all[this._at] ?? {};
    const selector = `a.preview[href="${CSS.escape(href)}"]`;
    const link = document.querySelector(`[data-line="${CSS.escape(id)}"] ${selector}`) ?? document.querySelector(selector);
    if (link instanceof HTMLElement) link.focus({ preventScroll: true });
  }
}
