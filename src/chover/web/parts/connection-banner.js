/** Says that the connection is lost, and what happens to messages meanwhile. */

import { make } from "../html.js";
import { Part } from "./part.js";

export class ConnectionBanner extends Part {
  /** @override */
  begin() {
    this.setAttribute("role", "status");
    window.addEventListener("online", () => this.client?.wake());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.client?.wake());
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "connection", "outbox")) return;
    const { status, outbox } = this.state;
    const away = status === "offline" && !this.client?.rejected;
    this.hidden = !away;
    if (!away) return;
    const waiting = [...outbox].filter(({ reason }) => !reason).length;
    const kept = waiting ? ` ${waiting === 1 ? "One message waits" : `${waiting} messages wait`} and will be sent.` : "";
    this.replaceChildren(make("span", null, `No connection; trying again.${kept}`),
      make("button", { type: "button", onclick: () => this.client?.wake() }, "Try now"));
  }
}

customElements.define("connection-banner", ConnectionBanner);
