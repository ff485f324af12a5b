/** What was missed: mentions first, then how much there is elsewhere. */

import { iconButton, make } from "../html.js";
import { fold } from "../irc.js";
import { askMissed, CATCHUP } from "../state/missed.js";
import { talkTo } from "../state/actions.js";
import { foundLines } from "./found-lines.js";
import { Part } from "./part.js";

/** @import { Conversation } from "../state/conversation.js" */

export class CatchUpPanel extends Part {
  /** @override */
  begin() {
    this._content = make("div.results", { role: "region", "aria-label": "What you missed", tabindex: "0" });
    const all = make("button.plain", { type: "button", onclick: () => this._readAll() }, "Mark everything as read");
    this._other = make("button.plain", { type: "button", onclick: () => this.ask(this.state.missed?.kind === "mentions" ? "catchup" : "mentions") });
    this._title = make("h2");
    this.append(make("div.head", null, this._title,
      iconButton("leave", "Close", () => document.dispatchEvent(new CustomEvent("toggle-panel", { detail: "catch-up" })))), this._content, make("div.row", null, all, this._other));
    this.ask("catchup");
  }

  /** @override @param {string} kind */
  about(kind) {
    this.ask(kind === "mentions" ? "mentions" : "catchup");
  }

  /** The server counts, for all our devices. @param {"catchup" | "mentions"} kind */
  ask(kind) {
    this.act((state) => askMissed(state, kind));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "conversations", "missed", "connection", "panel")) return;
    // Shown again, or after a lost connection: ask again.
    if (changed.has("panel") && document.body.dataset.panel === "catch-up" && this.state.missed?.status === "done") this.ask("catchup");
    const mentions = this.state.missed?.kind === "mentions";
    if (this._title) this._title.textContent = mentions ? "Mentions" : "What did I miss?";
    if (this._other) this._other.textContent = mentions ? "What did I miss?" : "All mentions";
    if (this._other) this._other.hidden = !this.state.can(CATCHUP);
    this._content?.replaceChildren(...(mentions ? this._mentions() : this._missed()));
  }

  /** All mentions, read or not, the newest first. */
  _mentions() {
    const { missed: answer } = this.state;
    const words = { asking: "Looking…", failed: answer?.reason ?? "", done: answer?.calls.length ? "" : "Nobody has mentioned you yet." }[answer?.status ?? "asking"];
    const calls = [...(answer?.calls ?? [])].reverse();
    return [words && make("p.soft", null, words), this.client && calls.length ? foundLines(this.client, calls) : ""].filter((each) => each !== "");
  }

  _missed() {
    const { calls, quiet } = this._gather();
    const { missed: answer } = this.state;
    if (answer?.status === "failed") return [make("p.soft", null, answer.reason)];
    if (!calls.length && !quiet.length) return [make("p.soft", null, answer?.status === "asking" ? "Looking…" : "Nothing: you have read everything.")];
    return [
      ...(this.client && calls.length ? [make("h3", null, "For you"), foundLines(this.client, calls)] : []),
      ...(quiet.length ? [make("h3", null, "Elsewhere"), make("ul", null, ...quiet.map((each) => this._item(each)))] : [])];
  }

  /** The server's counts, without what was read since, and with what arrived since. */
  _gather() {
    const { conversations, missed: answer, active, looking } = this.state;
    const here = [...conversations.values()];
    const known = (/** @type {string} */ name) => conversations.get(fold(name));
    const open = (/** @type {{name: string, line: import("../state/shapes.js").Line}} */ { name, line }) => line.at > (known(name)?.readAt ?? 0);
    const calls = new Map([...(answer?.calls ?? []).filter(open), ...here.flatMap(missed)].map((each) => [each.line.msgid || each.line.id, each]));
    /** @type {Map<string, {name: string, unread: number}>} */
    const places = new Map(here.filter(({ unread }) => unread).map(({ key, name, unread }) => [key, { name, unread }]));
    for (const { name, unread } of answer?.places ?? []) {
      const local = known(name);
      // It was read here since; or the page has fewer of its lines than the server.
      if (local && !local.unread && (local.lines.length || (looking && local.key === active))) continue;
      places.set(fold(name), { name, unread: Math.max(unread, local?.unread ?? 0) });
    }
    const called = new Set([...calls.values()].map(({ name }) => fold(name)));
    const quiet = [...places].filter(([key]) => !called.has(key)).map(([, place]) => place);
    return { calls: [...calls.values()].sort((a, b) => a.line.at - b.line.at), quiet };
  }

  /** @param {{name: string, unread: number}} place */
  _item({ name, unread }) {
    const show = () => this.act((state) => talkTo(state, name));
    return make("li", null, make("button.conversation.unread", { type: "button", onclick: show },
      make("span.label", null, name), make("span.count", null, String(unread))));
  }

  _readAll() {
    this.act((state) => {
      for (const { key, unread } of state.conversations.values()) if (unread) state.read(key);
      if (state.missed) state.missed = { ...state.missed, places: [] };
    });
  }
}

/** @param {Conversation} conversation */
function missed(conversation) {
  const { name, lines, readAt, mentions } = conversation;
  if (!mentions) return [];
  return lines.filter((line) => line.mentions && conversation.counts(line) && line.at > readAt).map((line) => ({ name, line }));
}

customElements.define("catch-up-panel", CatchUpPanel);
