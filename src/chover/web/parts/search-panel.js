/** Searching messages (soju.im/search). */

import { iconButton, make } from "../html.js";
import { N_, t, tn } from "../i18n.js";
import { attributesOf, hits, NotUnderstood, patternOf } from "../query.js";
import { search, searchOn } from "../state/search.js";
import { foundLines } from "./found-lines.js";
import { define, Part } from "./part.js";

/** What can be typed, and what it finds. */
const EXPLAINED = [
  ["blue heron", N_("both words")], ['"blue heron"', N_("exactly these words")], ["-lake", N_("not this word")], ["her*", N_("words that begin with it")], ["from:nick", N_("sent by this person")],
  ["in:#channel", N_("sent in this channel")], ["after:2026-01-01", N_("from that day on")], ["before:3d", N_("more than 3 days ago (h, d, w)")], ["has:link", N_("with an address")], ["has:file", N_("with a file")],
];

export class SearchPanel extends Part {
  /** @override */
  begin() {
    this._input = make("input", { type: "search", "aria-label": t("Search messages"), "aria-describedby": "search-problem", placeholder: t("Search"), enterkeyhint: "search" });
    this._here = make("input", { type: "checkbox" });
    this._hereLabel = make("span");
    this._problem = make("p.error", { role: "alert", id: "search-problem", hidden: true });
    this._count = make("p.soft", { role: "status" });
    this._list = make("div");
    this._more = make("button.plain", { type: "button", hidden: true, onclick: () => this.act(searchOn) }, t("More"));
    this._results = make("div.results", { role: "region", "aria-label": t("Results"), tabindex: "0" }, this._count, this._list, this._more);
    this._drawn = 0;
    /** @type {import("../state/shapes.js").Found | null} */
    this._shown = null;
    this.append(
      make("div.head", null, make("h2", null, t("Search")), iconButton("leave", t("Close"), () => document.dispatchEvent(new CustomEvent("toggle-panel", { detail: "search" })))),
      make("form", { role: "search", onsubmit: (/** @type {Event} */ event) => this._submit(event) }, this._input, this._problem,
        make("label.check", null, this._here, this._hereLabel), explained()),
      this._results);
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (changed.has("active") && this._hereLabel) this._hereLabel.textContent = t("Only in {name}", { name: this.state.current?.name ?? t("this conversation") });
    if (changed.has("search")) this._draw();
  }

  /** @param {Event} event */
  _submit(event) {
    event.preventDefault();
    this._search();
  }

  /** @override @param {string} typed */
  about(typed) {
    if (this._input) this._input.value = typed;
    this._search();
  }

  _search() {
    const { current, support } = this.state;
    try {
      const here = current?.name ?? "";
      const attributes = attributesOf(this._input?.value ?? "", { now: Date.now(), here, files: support.get("soju.im/FILEHOST") });
      if (this._here?.checked && here) attributes.in ??= here;
      this._complain("");
      if (Object.keys(attributes).length) this.act((state) => search(state, attributes));
    } catch (error) {
      if (!(error instanceof NotUnderstood)) throw error;
      this._complain(error.message);
    }
  }

  /** @param {string} words */
  _complain(words) {
    if (!this._problem || !this._input) return;
    this._problem.textContent = words;
    this._problem.hidden = !words;
    this._input.setAttribute("aria-invalid", String(Boolean(words)));
  }

  _draw() {
    const { search: found } = this.state;
    if (!found || !this.client || !this._count || !this._list || !this._more) return;
    if (found !== this._shown) {
      this._list.replaceChildren();
      [this._shown, this._drawn] = [found, 0];
    }
    this._count.textContent = said(found);
    this._more.hidden = found.complete || found.status !== "done";
    // Existing results stay in place, so that the reader is not disturbed.
    const fresh = found.found.slice(this._drawn);
    this._drawn = found.found.length;
    if (!fresh.length) return;
    const pattern = patternOf(found.attributes.text ?? "");
    this._list.append(foundLines(this.client, fresh, (text) => pattern && mark(text, pattern)));
  }
}

/** @param {import("../state/shapes.js").Found} found */
function said({ status, reason, found: { length }, complete, ignored }) {
  if (status === "failed") return reason;
  if (status === "asking" && !length) return t("Searching…");
  const number = length ? complete ? tn("{n} found, the newest first.", "{n} found, the newest first.", length) : t("{n} or more found, the newest first.", { n: length }) : t("Nothing found. Try fewer or other words, or look in all conversations.");
  const without = ignored ? ` ${tn("{n} message of somebody you ignore left out.", "{n} messages of somebody you ignore left out.", ignored)}` : "";
  return number + without;
}

function explained() {
  return make("details.explained", null, make("summary", null, t("What can be looked for")),
    make("dl", null, ...EXPLAINED.flatMap(([typed = "", means = ""]) => [make("dt", null, make("code", null, typed)), make("dd", null, t(means))])));
}

/** @param {HTMLElement} element @param {RegExp} pattern */
function mark(element, pattern) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  /** @type {Text[]} */
  const texts = [];
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
  for (const text of texts) {
    // From the end, so that positions before it stay valid.
    for (const [from, to] of hits(text.data, pattern).reverse()) {
      const hit = text.splitText(from);
      hit.splitText(to - from);
      const marked = make("mark");
      hit.replaceWith(marked);
      marked.append(hit);
    }
  }
  // It may be below the visible part: scroll to it.
  const first = element.querySelector("mark");
  if (first) requestAnimationFrame(() => { element.scrollTop = Math.max(0, first.offsetTop - element.offsetTop - element.clientHeight / 2); });
}

define("search-panel", SearchPanel);
