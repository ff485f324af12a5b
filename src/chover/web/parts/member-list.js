/** The members of the channel, by rank. */

import { iconButton, make, reconcile, renew } from "../html.js";
import { N_, t, tn } from "../i18n.js";
import { fold } from "../irc.js";
import { portrait } from "../people.js";
import { ask } from "../open.js";
import { emojiAtFront, statusOf } from "../state/metadata.js";
import { define, Part } from "./part.js";

/** @import { Member } from "../state/shapes.js" */

/** The maximum number of people drawn; others are found by typing. */
const MOST = 300;
/** @type {[prefix: string, title: string][]} */
const RANKS = [["~", N_("Founders")], ["&", N_("Protected")], ["@", N_("Operators")], ["%", N_("Half-operators")], ["+", N_("Voiced")], ["", N_("Members")]];

export class MemberList extends Part {
  constructor() {
    super();
    this._list = make("div.groups");
  }

  /** @override */
  begin() {
    this._filter = make("input", {
      type: "search", placeholder: t("Find somebody"), "aria-label": t("Find a member"), oninput: () => this._fill(),
    });
    this._title = make("h2", null, t("Members"));
    const close = iconButton("leave", t("Close"), () => document.dispatchEvent(new CustomEvent("toggle-panel", { detail: "members" })));
    close.classList.add("when-narrow");
    this.append(make("div.head", null, make("div.title-line", null, this._title, close), this._filter), this._list);
    this.addEventListener("click", (event) => this._clicked(event));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (this.concerned(changed, "members", "connection")) this._fill();
  }

  _fill() {
    const { current } = this.state;
    const members = current?.channel ? [...current.members.values()] : [];
    const wanted = fold(this._filter?.value ?? "");
    const found = wanted ? members.filter(({ nick }) => fold(nick).includes(wanted)) : members;
    found.sort((a, b) => this._order(a) - this._order(b) || fold(a.nick).localeCompare(fold(b.nick)));
    const unknown = members.length === 0 && this.state.status !== "online";
    if (this._title) this._title.textContent = unknown ? t("Members") : tn("{n} member", "{n} members", members.length);
    if (this._filter) this._filter.hidden = members.length < 12;
    const shown = found.slice(0, MOST);
    const more = found.length - shown.length;
    this._show(shown, unknown ? t("Without a connection it is not known who is here.") : more ? tn("and {n} more", "and {n} more", more) : "");
  }

  /** @param {Member} member */
  _order({ ranks }) {
    const at = RANKS.findIndex(([prefix]) => prefix === (ranks[0] ?? ""));
    return at < 0 ? RANKS.length : at;
  }

  /** @param {Member[]} members @param {string} words Below them. */
  _show(members, words) {
    const groups = RANKS.map(([prefix, title]) => ({ title, group: members.filter(({ ranks }) => (ranks[0] ?? "") === prefix) })).filter(({ group }) => group.length);
    /** @type {Map<string, () => HTMLElement>} */
    const elements = new Map();
    for (const { title, group } of groups) {
      // Where all are alike, the number above says it already.
      if (group.length < members.length) elements.set(`${title} ${group.length}`, () => make("h3", null, `${t(title)} — ${group.length}`));
      elements.set(title, () => make("ul", { "aria-label": t(title) }));
    }
    if (words) elements.set(words, () => make("p.more", null, words));
    reconcile(this._list, [...elements].map(([key, build]) => ({ key, build })));
    const lists = /** @type {NodeListOf<HTMLElement>} */ (this._list.querySelectorAll("ul"));
    groups.forEach(({ group }, at) => lists[at] && renew(lists[at], group.map((each) => ({ key: fold(each.nick), item: this._item(each) }))));
  }

  /** @param {Member} member */
  _item({ nick }) {
    const user = this.state.users.get(fold(nick));
    const picture = portrait(this.state, nick);
    picture.classList.add("small");
    picture.dataset.presence = user?.away ? "away" : "here";
    const status = statusOf(this.state, nick);
    const title = [user?.account ? t("Account {account}", { account: user.account }) : user?.sure && t("Guest"), user?.away ? t("Away") : ""].filter(Boolean).join(", ");
    return make("li", null, make("button.member", {
      type: "button", "data-nick": nick, title, class: user?.away ? "member away" : "member",
    }, picture, make("span.label", null, this.state.displayName(nick)), status && make("span.status-sign", { title: status, role: "img", "aria-label": status }, emojiAtFront(status) || "💬"), user?.away ? make("span.hidden", null, t("Away")) : null,
    this.state.isMe(nick) ? make("span.you", null, t("you")) : null));
  }

  /** @param {Event} event */
  _clicked(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const { nick } = button?.dataset ?? {};
    if (button && nick) ask(button, "person", nick);
  }
}

define("member-list", MemberList);
