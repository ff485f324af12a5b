/** The panel beside the messages: members, search, what was missed; on a phone it covers the messages. */

import { unlessComposing } from "../input-method.js";
import { load, save } from "../storage.js";
import { define, Part } from "./part.js";

/** Loaded when they are shown. @type {Record<string, () => Promise<unknown>>} */
const LOADED = {
  members: () => import("./member-list.js"),
  search: () => import("./search-panel.js"),
  thread: () => import("./thread-panel.js"),
  "catch-up": () => import("./catch-up-panel.js"),
};
const NARROW = "(max-width: 70rem)";

export class SidePanel extends Part {
  /** @override */
  begin() {
    const narrow = matchMedia(NARROW);
    const stand = () => this.show(narrow.matches ? "" : load("panel", "members"), { kept: true });
    document.addEventListener("toggle-panel", (event) => {
      const name = String(/** @type {CustomEvent} */ (event).detail);
      if (document.body.dataset.panel !== name) void this.show(name);
      // A thread belongs to a message: closed, it leaves what is usually there.
      else if (name === "thread") stand();
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
    document.body.dataset.panel = name;
    if (!kept && !matchMedia(NARROW).matches && (name === "" || name === "members")) save("panel", name);
    await LOADED[name]?.();
    // Another part was requested while this one was being loaded.
    if (document.body.dataset.panel !== name) return;
    const tag = name === "members" ? "member-list" : `${name}-panel`;
    let panel = this.querySelector(tag);
    if (name && !panel && this.client) {
      panel = document.createElement(tag);
      this.append(panel);
      if (panel instanceof Part) panel.start(this.client);
    }
    for (const child of this.children) if (child instanceof HTMLElement) child.hidden = child !== panel;
    if (name && name !== "members") panel?.querySelector("input")?.focus();
    if (about && panel instanceof Part) panel.about(about);
    this.act((state) => state.changed("panel"));
  }
}

define("side-panel", SidePanel);
