/** The panel beside the messages: members, search, what was missed; on a phone it covers the messages. */

import { focusNow } from "../focus.js";
import { unlessComposing } from "../input-method.js";
import { load, save } from "../storage.js";
import { holdKeys } from "../typed-ahead.js";
import { define, Part } from "./part.js";

/** Loaded when they are shown. @type {Record<string, () => Promise<unknown>>} */
const LOADED = {
  members: () => import("./member-list.js"),
  search: () => import("./search-panel.js"),
  thread: () => import("./thread-panel.js"),
  "catch-up": () => import("./catch-up-panel.js"),
};
const NARROW = "(max-width: 70rem)";
/** What gets the focus in a panel that was opened: the first kind of which it has any. */
const STOPS = ["input", "[role=tab][aria-selected=true]", "button"];

export class SidePanel extends Part {
  constructor() {
    super();
    /** Finds what had the focus when a panel was opened. @type {() => HTMLElement | null} */
    this._before = () => null;
  }

  /** @override */
  begin() {
    const narrow = matchMedia(NARROW);
    const stand = () => this.show(narrow.matches ? "" : load("panel", "members"), { kept: true });
    document.addEventListener("toggle-panel", (event) => {
      const name = String(/** @type {CustomEvent} */ (event).detail);
      if (document.body.dataset.panel !== name) void this.show(name);
      // What was opened for a while is closed: the members stand there again, unless somebody has closed them.
      else if (name !== "members") stand();
      else void this.show("");
    });
    document.addEventListener("show-panel", (event) => {
      const { name, about } = /** @type {CustomEvent<{name: string, about: string}>} */ (event).detail;
      void this.show(name, { kept: false, about });
    });
    this.addEventListener("keydown", unlessComposing((event) => {
      if (event.key !== "Escape") return;
      document.dispatchEvent(new CustomEvent("toggle-panel", { detail: document.body.dataset.panel }));
      this.dispatchEvent(new CustomEvent("to-composer", { bubbles: true }));
    }));
    narrow.addEventListener("change", stand);
    // A message that the user jumps to must not be covered.
    document.addEventListener("jump", () => narrow.matches && void this.show(""));
    stand();
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (changed.has("active")) document.body.dataset.kind = this.state.current?.channel === false ? "direct" : "channel";
  }

  /** @param {string} name "" for none. @param {{kept: boolean, about?: string}} [how] `kept`: this is the usual contents. */
  async show(name, { kept, about = "" } = { kept: false }) {
    const { activeElement } = document;
    const inside = this.contains(activeElement);
    if (name && !kept && !inside) this._before = focusNow();
    document.body.dataset.panel = name;
    if (inside && (!name || kept)) this._return();
    if (!kept && !matchMedia(NARROW).matches && (name === "" || name === "members")) save("panel", name);
    const give = name && !kept ? holdKeys() : () => {};
    try {
      await LOADED[name]?.();
      // Another part was requested while this one was being loaded.
      if (document.body.dataset.panel === name) this._bring(name, { kept, about });
    } finally {
      give();
    }
  }

  /** Show a part that is loaded. @param {string} name @param {{kept: boolean, about: string}} how */
  _bring(name, { kept, about }) {
    const tag = name === "members" ? "member-list" : `${name}-panel`;
    let panel = this.querySelector(tag);
    if (name && !panel && this.client) {
      panel = document.createElement(tag);
      this.append(panel);
      if (panel instanceof Part) panel.start(this.client);
    }
    for (const child of this.children) if (child instanceof HTMLElement) child.hidden = child !== panel;
    if (name && !kept) this._enter(panel);
    if (about && panel instanceof Part) panel.about(about);
    this.act((state) => state.changed("panel"));
  }

  /** The focus goes to where something can be typed or chosen. Members beside the messages are looked at, and nobody leaves the field for them. @param {Element | null} panel */
  _enter(panel) {
    if (panel?.localName === "member-list" && !matchMedia(NARROW).matches) return;
    for (const kind of STOPS) {
      const stop = [...panel?.querySelectorAll(kind) ?? []].find((each) => each.checkVisibility());
      if (stop instanceof HTMLElement) return stop.focus();
    }
  }

  /** What had the focus in it is closed: back to where it was opened. */
  _return() {
    const before = this._before();
    if (before?.checkVisibility()) before.focus();
    else this.dispatchEvent(new CustomEvent("to-composer", { bubbles: true }));
  }
}

define("side-panel", SidePanel);
