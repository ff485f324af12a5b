/** The channels and private conversations, with their unread counts. */

import { icon, make, renew } from "../html.js";
import { t } from "../i18n.js";
import { portrait } from "../people.js";
import { fold } from "../irc.js";
import { inOrder, MUTED } from "../state/preferences.js";
import { define, Part } from "./part.js";

/** @import { Conversation } from "../state/conversation.js" */

/** Larger numbers say nothing more. */
const MOST = 99;

export class ChannelList extends Part {
  /** @override */
  begin() {
    this._pinned = make("ul", { "aria-label": t("Pinned") });
    this._pinnedHead = make("h2", null, icon("pin"), t("Pinned"));
    this._channels = make("ul", { "aria-label": t("Channels") });
    this._direct = make("ul", { "aria-label": t("Direct messages") });
    this._directHead = make("h2", null, t("Direct messages"));
    this.append(this._pinnedHead, this._pinned, make("h2", null, t("Channels")), this._channels, this._directHead, this._direct);
    this.addEventListener("click", (event) => this._clicked(event));
  }

  /** @override @param {Set<string>} changed */
  update(changed) {
    if (!this.concerned(changed, "conversations", "connection", "me")) return;
    const { pinned, channels, direct } = inOrder(this.state);
    for (const [list, conversations] of /** @type {const} */ ([[this._pinned, pinned], [this._channels, channels], [this._direct, direct]])) {
      if (list) renew(list, conversations.map((each) => ({ key: each.key, item: this._item(each) })));
    }
    if (this._directHead) this._directHead.hidden = !direct.length;
    if (this._pinnedHead) this._pinnedHead.hidden = !pinned.length;
  }

  /** @param {Conversation} conversation */
  _item(conversation) {
    const { key, name, channel, unread, mentions, joined } = conversation;
    const here = key === this.state.active;
    const muted = Boolean(this.state.preferences.get(key, MUTED));
    const classes = ["conversation", unread && !muted && "unread", channel && !joined && "outside", muted && "muted"].filter(Boolean).join(" ");
    const sign = channel ? make("span.sign", { "aria-hidden": "true" }, "#") : this._picture(name);
    return make("li", null, make("button", {
      type: "button", class: classes, "data-key": key, "aria-current": here ? "page" : null,
    }, sign, make("span.label", null, channel ? name.replace(/^#/, "") : this.state.displayName(name)),
    !here && this.state.drafts.get(name)?.text && make("span.quiet.draft", { title: t("There is a draft here") }, icon("edit"), make("span.hidden", null, "draft")),
    muted && make("span.quiet", null, icon("mute"), make("span.hidden", null, "muted")), badge(unread, mentions, muted)));
  }

  /** @param {string} nick */
  _picture(nick) {
    const user = this.state.users.get(fold(nick));
    const picture = portrait(this.state, nick);
    picture.classList.add("small");
    if (user) picture.dataset.presence = user.away ? "away" : "here";
    return picture;
  }

  /** @param {Event} event */
  _clicked(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const { key } = button?.dataset ?? {};
    if (!key) return;
    this.act((state) => state.show(key));
    this.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  }
}

/** @param {number} unread @param {number} mentions @param {boolean} muted Only mentions are counted then. */
function badge(unread, mentions, muted) {
  if (!(muted ? mentions : unread)) return null;
  const words = [muted || t("{unread} unread", { unread }), mentions && t("{mentions} for you", { mentions })].filter((each) => typeof each === "string").join(", ");
  const number = mentions || unread;
  return make("span", { class: mentions ? "count mentions" : "count" },
    make("span", { "aria-hidden": "true" }, number > MOST ? `${MOST}+` : String(number)), make("span.hidden", null, words));
}

define("channel-list", ChannelList);
