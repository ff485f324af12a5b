/** Searching what was said (soju.im/search). */

import { iconButton, make } from "../html.js";
import { RESULTS, search } from "../state/search.js";
import { foundLines } from "./found-lines.js";
import { Part } from "./part.js";

/** Words of a search that are no text: "in:#channel from:nick before:2026-01-31". */
const ATTRIBUTES = /(?:^|\s)(in|from|before|after):(\S+)/g;

/**
 * What somebody typed as the attributes of a search; days are the reader's own.
 * @param {string} typed
 * @returns {Record<string, string>}
 */
export function attributesOf(typed) {
  /** @type {Record<string, string>} */
  const found = {};
  const text = typed.replace(ATTRIBUTES, (_, name, value) => {
    const day = name === "before" || name === "after" ? new Date(`${value}T00:00:00`) : null;
    if (!day) found[name] = value;
    else if (!Number.isNaN(day.getTime())) found[name] = day.toISOString();
    return " ";
  }).trim();
  return text ? { text, ...found } : found;
}

export class SearchPanel extends Part {
  /** @override */
  begin() {
    this._input = make("input", { type: "search", "aria-label": "Search messages", placeholder: "Search", enterkeyhint: "search" });
    this._here = make("input", { type: "checkbox" });
    this._hereLabel = make("span");
    this._results = make("div.results", { role: "region", "aria-label": "Results", "aria-live": "polite", tabindex: "0" });
    this.append(
      make("div.head", null, make("h2", null, "Search"), iconButton("leave", "Close", () => document.dispatchEvent(new CustomEvent("toggle-panel", { detail: "search" })))),
      make("form", { role: "search", onsubmit: (/** @type {Event} */ event) => this._submit(event) }, this._input,
        make("label.check", null, this._here, this._hereLabel),
        make("p.soft", null, "from:nick in:#channel before:2026-01-31 after:2026-01-01")),
      this._results);
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (changed.has("active") && this._hereLabel) this._hereLabel.textContent = `Only in ${this.state.current?.name ?? "this conversation"}`;
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
    const attributes = attributesOf(this._input?.value ?? "");
    if (!Object.keys(attributes).length) return;
    const { current } = this.state;
    if (this._here?.checked && current) attributes.in = current.name;
    this.act((state) => search(state, attributes));
  }

  _draw() {
    const { state, client } = this;
    const { search: found } = state;
    if (!found || !client) return;
    const words = { asking: "Searching…", failed: found.reason, done: found.found.length ? `${found.found.length}${found.found.length >= RESULTS ? " or more" : ""} found` : "Nothing found." };
    this._results?.replaceChildren(make("p.soft", null, words[found.status]), foundLines(client, found.found));
  }
}

customElements.define("search-panel", SearchPanel);
