/** The inbox: what was missed, mentions, the threads that one follows, and what one has pinned. */

import { shortTime } from "../dates.js";
import { iconButton, make } from "../html.js";
import { N_, t, tn, way } from "../i18n.js";
import { unlessComposing } from "../input-method.js";
import { fold } from "../irc.js";
import { hue } from "../people.js";
import { askFollowed, unreadNow } from "../state/followed.js";
import { askMissed } from "../state/missed.js";
import { PINS } from "../state/preferences.js";
import { talkTo } from "../state/actions.js";
import { openScheduled } from "../state/scheduled.js";
import { foundLines } from "./found-lines.js";
import { short } from "./message-row.js";
import { define, Part } from "./part.js";
import { pinnedRows } from "./pinned-rows.js";
import { scheduledRows } from "./scheduled-rows.js";

/** @import { Conversation } from "../state/conversation.js" */
/** @import { Found } from "./found-lines.js" */
/** @import { Followed } from "../state/followed.js" */

/** @typedef {"catchup" | "mentions" | "threads" | "saved" | "later"} Tab */

/** Each tab, and the name of what it shows. @type {Record<Tab, [string, string]>} */
const TABS = { catchup: [N_("Unread"), N_("What you missed")], mentions: [N_("Mentions"), N_("Mentions")], threads: [N_("Threads"), N_("Threads")], saved: [N_("Saved"), N_("Saved messages")], later: [N_("Later"), N_("Scheduled messages and reminders")] };

export class CatchUpPanel extends Part {
  constructor() {
    super();
    /** @type {Tab} */
    this._tab = "catchup";
    /** @type {Followed[]} */
    this._threads = [];
    this._words = "";
    /** @type {string} */
    this._pins = "?";
    this._content = make("div.results", { role: "tabpanel", "aria-label": t(TABS.catchup[1]), tabindex: "0" });
    this._all = make("button.plain", { type: "button", onclick: () => this._readAll() }, t("Mark everything as read"));
    this._tabs = new Map(Object.entries(TABS).map(([tab, [name]]) => [tab, make("button.tab", { type: "button", role: "tab", onclick: () => this.ask(/** @type {Tab} */ (tab)) }, t(name))]));
  }

  /** @override */
  begin() {
    const tabs = make("div.tabs", { role: "tablist", "aria-label": t("Inbox"), onkeydown: unlessComposing((event) => this._turn(event)) }, ...this._tabs.values());
    this.append(make("div.head", null, make("h2", null, t("Inbox")),
      iconButton("leave", t("Close"), () => document.dispatchEvent(new CustomEvent("toggle-panel", { detail: "catch-up" })))), tabs, this._content, make("div.row", null, this._all));
    this.ask("catchup");
  }

  /** @override @param {string} kind */
  about(kind) {
    this.ask(kind in TABS ? /** @type {Tab} */ (kind) : "catchup");
  }

  /** Show a tab; the server counts, for all our devices. @param {Tab} tab */
  ask(tab) {
    this._tab = tab;
    if (tab === "threads") this._askThreads();
    else if (tab === "catchup" || tab === "mentions") this.act((state) => askMissed(state, tab));
    this._draw();
  }

  _askThreads() {
    this._words = t("Looking…");
    this.act((state) => askFollowed(state, (threads, reason) => {
      this._threads = threads;
      this._words = reason || (threads.length ? "" : t("You have begun no thread, and replied in none."));
      state.changed("missed");
    }));
  }

  /** The arrow keys turn to the tab beside. @param {KeyboardEvent} event */
  _turn(event) {
    const step = { ArrowLeft: -way(), ArrowRight: way() }[event.key];
    const names = /** @type {Tab[]} */ (Object.keys(TABS));
    const next = step && names[(names.indexOf(this._tab) + step + names.length) % names.length];
    if (!next) return;
    event.preventDefault();
    this.ask(next);
    this._tabs.get(next)?.focus();
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "conversations", "missed", "connection", "panel", "preferences", "scheduled")) return;
    // Shown again, or after a lost connection: ask again.
    if (changed.has("panel") && document.body.dataset.panel === "catch-up" && this.state.missed?.status === "done" && this._tab === "catchup") this.ask("catchup");
    this._draw();
  }

  _draw() {
    for (const [tab, button] of this._tabs) {
      button.setAttribute("aria-selected", String(tab === this._tab));
      button.tabIndex = tab === this._tab ? 0 : -1;
      if (tab === this._tab) button.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    this._all.hidden = true;
    this._content.setAttribute("aria-label", t(TABS[this._tab][1]));
    if (this._tab === "saved") return this._drawSaved();
    this._pins = "?";
    if (this._tab === "later") return this._content.replaceChildren(...(this.client ? scheduledRows(this.client) : []));
    this._content.replaceChildren(...(this._tab === "mentions" ? this._mentions() : this._tab === "threads" ? this._followed() : this._missed()));
  }

  /** What is fetched for it is fetched once, unless something else is pinned. */
  _drawSaved() {
    const { preferences } = this.state;
    const pins = preferences.names(PINS).map((name) => `${name} ${preferences.get(name, PINS)}`).join();
    if (!this.client || pins === this._pins) return;
    this._pins = pins;
    const rows = pinnedRows(this.client);
    this._content.replaceChildren(...(rows.length ? rows : [make("p.soft", null, t("Nothing is saved yet. The menu of a message saves it for you, on all your devices."))]));
  }

  /** Those with new replies first. */
  _followed() {
    const threads = this._threads.map((thread) => ({ ...thread, unread: unreadNow(this.state, thread) }));
    const sorted = [...threads.filter(({ unread }) => unread), ...threads.filter(({ unread }) => !unread)];
    return [...(this._words ? [make("p.soft", null, this._words)] : []), make("ul.found-lines", null, ...sorted.map((thread) => this._thread(thread)))];
  }

  /** @param {Followed} thread */
  _thread({ name, root, count, unread, at, first }) {
    const words = tn("{n} reply, last {time}", "{n} replies, last {time}", count, { time: shortTime(at) });
    const go = () => {
      this.act((state) => state.show(state.conversation(name).key));
      document.dispatchEvent(new CustomEvent("show-panel", { detail: { name: "thread", about: root } }));
    };
    return make("li", null, make("div.where", null, make("b", { dir: "auto" }, name), unread ? make("span.count.mentions", null, t("{unread} new", { unread })) : ""),
      first && make("div.who", null, make("b", { "data-hue": hue(first.nick) }, this.client?.displayName(first.nick))),
      make("div.text", null, first ? short(first, this.state) : t("An earlier message")), make("small.soft", null, words),
      make("button.go", { type: "button", "aria-label": unread ? t("Show the thread in {name}: {words}, {unread} new", { name, words, unread }) : t("Show the thread in {name}: {words}", { name, words }), onclick: go }));
  }

  /** All mentions, read or not, the newest first. */
  _mentions() {
    const { conversations, missed: answer } = this.state;
    const arrived = [...conversations.values()].flatMap((each) => each.lines.filter((line) => line.mentions && each.counts(line)).map((line) => ({ name: each.name, line })));
    const calls = inOrder([...(answer?.calls ?? []), ...arrived]).reverse();
    const words = { asking: t("Looking…"), failed: answer?.reason ?? "", done: calls.length ? "" : t("Nobody has mentioned you yet.") }[answer?.status ?? "asking"];
    return [words && make("p.soft", null, words), this.client && calls.length ? foundLines(this.client, calls) : ""].filter((each) => each !== "");
  }

  _missed() {
    const { calls, quiet } = this._gather();
    const { missed: answer } = this.state;
    if (answer?.status === "failed") return [make("p.soft", null, answer.reason)];
    const due = openScheduled(this.state);
    const later = due ? [make("button.plain", { type: "button", onclick: () => this.ask("later") }, tn("{n} reminder or message that was not sent", "{n} reminders or messages that were not sent", due))] : [];
    this._all.hidden = !calls.length && !quiet.length;
    if (this._all.hidden) return [...later, make("p.soft", null, answer?.status === "asking" ? t("Looking…") : t("Nothing: you have read everything."))];
    return [
      ...later,
      ...(this.client && calls.length ? [make("h3", null, t("For you")), foundLines(this.client, calls)] : []),
      ...(quiet.length ? [make("h3", null, t("Elsewhere")), make("ul", null, ...quiet.map((each) => this._item(each)))] : [])];
  }

  /** The server's counts, without what was read since, and with what arrived since. */
  _gather() {
    const { conversations, missed: answer, active, looking } = this.state;
    const here = [...conversations.values()];
    const known = (/** @type {string} */ name) => conversations.get(fold(name));
    const open = (/** @type {Found} */ { name, line }) => line.at > (known(name)?.readAt ?? 0);
    const calls = inOrder([...(answer?.calls ?? []).filter(open), ...here.flatMap(missed)]);
    /** @type {Map<string, {name: string, unread: number}>} */
    const places = new Map(here.filter(({ unread }) => unread).map(({ key, name, unread }) => [key, { name, unread }]));
    for (const { name, unread } of answer?.places ?? []) {
      const local = known(name);
      // It was read here since; or the page has fewer of its lines than the server.
      if (local && !local.unread && (local.lines.length || (looking && local.key === active))) continue;
      places.set(fold(name), { name, unread: Math.max(unread, local?.unread ?? 0) });
    }
    const called = new Set(calls.map(({ name }) => fold(name)));
    const quiet = [...places].filter(([key]) => !called.has(key)).map(([, place]) => place);
    return { calls, quiet };
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
    // The button goes with the last of it.
    this._tabs.get(this._tab)?.focus();
  }
}

/** Each message once, the oldest first. @param {Found[]} found */
function inOrder(found) {
  return [...new Map(found.map((each) => [each.line.msgid || each.line.id, each])).values()].sort((a, b) => a.line.at - b.line.at);
}

/** @param {Conversation} conversation */
function missed(conversation) {
  const { name, lines, readAt, mentions } = conversation;
  if (!mentions) return [];
  return lines.filter((line) => line.mentions && conversation.counts(line) && line.at > readAt).map((line) => ({ name, line }));
}

define("catch-up-panel", CatchUpPanel);
