/** The actions for a message: buttons at the one under the pointer, and keys for the selected one. */

import { N_, t } from "../i18n.js";
import "../late-styles.js";
import { copy } from "../clipboard.js";
import { frequentEmoji, used } from "../emoji-groups.js";
import { iconButton, make } from "../html.js";
import { unlessComposing } from "../input-method.js";
import { address } from "../places.js";
import { markUnread, pin } from "../state/preference-changes.js";
import { OFFERED as SCHEDULED, remindOf } from "../state/scheduled.js";
import { mayPin, pinForAll } from "../state/shared-pins.js";
import { giveUp, react, remove as redact, retry, rewrite } from "../state/actions.js";
import { plain } from "../text.js";
import { emojiSign } from "./emoji-sign.js";
import { isPinned } from "./message-row.js";

/** @import { Client } from "../client.js" */
/** @import { Line } from "../state/shapes.js" */
/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} icon
 * @property {string} label
 * @property {string[]} keys
 * @property {boolean} [inRow] Whether the row itself offers it already.
 * @property {[label: string, done: (client: Client, line: Line) => boolean]} [undo] What it is called where it is done already.
 * @property {(client: Client, line: Line) => boolean} can
 * @property {(client: Client, line: Line, element: HTMLElement) => void} run
 */

/** What it is called at this message. @param {Tool} tool @param {Client} client @param {Line} line */
export function labelOf({ label, undo }, client, line) {
  return t(undo?.[1](client, line) ? undo[0] : label);
}

/** Frequent reactions beside the other tools. */
const QUICK = 1;
/** What stands at the message itself; all else is behind "More". */
const IN_BAR = new Set(["react", "reply", "thread"]);
const SAID = new Set(["message", "action", "notice"]);

/** @type {Tool[]} */
export const TOOLS = [
  {
    name: "retry", icon: "send", label: N_("Try again"), keys: [], inRow: true,
    can: (_, line) => line.delivery === "failed",
    run: (client, line) => client.act((state) => retry(state, line.nonce)),
  },
  {
    name: "rewrite", icon: "edit", label: N_("Edit"), keys: [], inRow: true,
    can: (_, line) => line.delivery === "failed",
    run: (client, line) => {
      client.act((state) => rewrite(state, line.nonce));
      document.dispatchEvent(new CustomEvent("to-composer"));
    },
  },
  {
    name: "discard", icon: "delete", label: N_("Discard"), keys: [], inRow: true,
    can: (_, line) => line.delivery === "failed",
    run: (client, line) => client.act((state) => giveUp(state, line.nonce)),
  },
  {
    name: "react", icon: "react", label: N_("React"), keys: ["="],
    can: ({ state }, line) => isKept(line) && state.can("message-tags"),
    run: (client, line, element) => void choose(client, line, element),
  },
  {
    name: "reply", icon: "reply", label: N_("Reply"), keys: ["r"],
    can: ({ state }, line) => isKept(line) && state.can("message-tags"),
    run: (_, line, element) => tell(element, "reply-to", line),
  },
  {
    name: "thread", icon: "thread", label: N_("Show the thread"), keys: ["t"],
    can: ({ state }, line) => isKept(line) && state.can("message-tags") && document.body.dataset.panel !== "thread",
    run: (_, line) => void document.dispatchEvent(new CustomEvent("show-panel", { detail: { name: "thread", about: line.msgid } })),
  },
  {
    name: "edit", icon: "edit", label: N_("Edit"), keys: ["e"],
    can: ({ state }, line) => isKept(line) && line.mine && state.can("chover.chat/edit"),
    run: (_, line, element) => tell(element, "edit-line", line),
  },
  {
    name: "pin", icon: "save", label: N_("Save for yourself"), keys: ["p"],
    undo: [N_("Remove from your saved messages"), (client, line) => client.state.current !== undefined && isPinned(line, client.state.current, client)],
    can: ({ state }, line) => isKept(line) && state.current !== undefined,
    run: (client, line) => client.act((state) => state.current && state.tell(pin(state, state.current.name, line.msgid))),
  },
  {
    name: "pin-all", icon: "pin", label: N_("Pin for everybody"), keys: ["P"],
    undo: [N_("Unpin for everybody"), ({ state }, line) => state.current?.pins.includes(line.msgid) ?? false],
    can: ({ state }, line) => isKept(line) && state.current !== undefined && mayPin(state, state.current),
    run: (client, line) => client.act((state) => state.current && pinForAll(state, state.current, line.msgid)),
  },
  {
    name: "copy", icon: "copy", label: N_("Copy the text"), keys: ["c"],
    can: (_, line) => line.text !== "" && !line.deleted,
    run: (client, line) => void copy(client, plain(line.text)),
  },
  {
    name: "link", icon: "link", label: N_("Copy link"), keys: ["l"],
    can: ({ state }, line) => isKept(line) && state.current !== undefined,
    run: (client, line) => void copy(client, address(client.state.current?.name ?? "", line.msgid)),
  },
  {
    name: "unread", icon: "inbox", label: N_("Mark unread from here"), keys: ["u"],
    can: ({ state }, line) => isKept(line) && state.current !== undefined,
    run: (client, line) => client.act((state) => state.current && state.tell(markUnread(state, state.current, line))),
  },
  {
    name: "remind", icon: "clock", label: N_("Remind me"), keys: ["m"],
    can: ({ state }, line) => isKept(line) && state.current !== undefined && state.can(SCHEDULED),
    run: (client, line) => void remind(client, line),
  },
  {
    name: "delete", icon: "delete", label: N_("Delete"), keys: ["Delete", "Backspace"],
    can: ({ state }, line) => isKept(line) && state.can("draft/message-redaction") && (line.mine || isOperator(state)),
    run: (client, line, element) => remove(client, line, element),
  },
];

/** @param {Client} client @param {Line} line @param {HTMLElement} element */
async function choose(client, line, element) {
  const { pickEmoji } = await import("./emoji-picker.js");
  await pickEmoji(element, (emoji) => client.act((state) => {
    if (state.current) react(state, state.current, line, emoji);
  }));
}

/** @param {Client} client @param {Line} line */
async function remind(client, line) {
  const { name = "" } = client.state.current ?? {};
  const { askTime } = await import("./time-dialog.js");
  askTime(t("Remind me"), (when) => client.act((state) => remindOf(state, name, line.msgid, when)), make("p.soft", null, t("The message comes back to your inbox, on all your devices.")));
}

/** @param {Line} line */
function isKept(line) {
  return SAID.has(line.kind) && line.msgid !== "" && !line.deleted && !line.delivery;
}

/** @param {import("../state.js").State} state */
function isOperator(state) {
  const ranks = state.current?.members.get(state.nick.toLowerCase())?.ranks ?? "";
  return /[~&@%]/.test(ranks);
}

/** Have another part do it, the composer. @param {HTMLElement} element @param {string} name @param {Line} line */
function tell(element, name, line) {
  element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: line }));
}

/** Deleting asks once, in place. @param {Client} client @param {Line} line @param {HTMLElement} element */
function remove(client, line, element) {
  if (element.querySelector(".sure")) return;
  const close = () => {
    sure.remove();
    element.focus();
  };
  const yes = make("button.link", { type: "button", onclick: () => {
    client.act((state) => state.current && redact(state, state.current, line));
    close();
  } }, t("Delete"));
  const sure = make("div.sure", { role: "alertdialog", "aria-label": t("Delete this message?"), onkeydown: unlessComposing((event) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
  }) }, `${t("Delete this message?")} `, yes, " ", make("button.link", { type: "button", onclick: close }, t("Keep")));
  element.append(sure);
  yes.focus();
}

/** A reaction that is used often, without the picker. @param {Client} client @param {Line} line @param {string} emoji */
function quickButton(client, line, emoji) {
  return make("button.icon-button.quick-emoji", { type: "button", title: t("React with {emoji}", { emoji }), "aria-label": emoji, onclick: () => {
    used(emoji);
    client.act((state) => state.current && react(state, state.current, line, emoji));
  } }, emojiSign(emoji));
}

/** The buttons at the message that is under the pointer or has the focus. */
export class MessageTools {
  /** @param {Client} client @param {HTMLElement} list @param {(element: Element) => Line | undefined} lineOf */
  constructor(client, list, lineOf) {
    this._client = client;
    this._lineOf = lineOf;
    this._bar = make("div.tools", { role: "toolbar", "aria-label": t("This message") });
    list.addEventListener("pointerover", (event) => this.point(event));
    list.addEventListener("focusin", (event) => this.point(event));
    list.addEventListener("pointerleave", () => this._bar.remove());
  }

  /** A finger does not open the bar: touch screens have the sheet. @param {Event} event */
  point(event) {
    const { target } = event;
    const touched = event instanceof PointerEvent ? event.pointerType !== "mouse" : target instanceof Element && !target.matches(":focus-visible");
    if (!touched) this.at(target);
  }

  /** @param {EventTarget | null} target */
  at(target) {
    const article = target instanceof Element ? target.closest(".message") : null;
    if (!(article instanceof HTMLElement) || article.contains(this._bar)) return;
    this.show(article);
  }

  /** @param {HTMLElement} article */
  show(article) {
    const line = this._lineOf(article);
    const { _client: client } = this;
    if (!line) return this._bar.remove();
    const tools = TOOLS.filter((tool) => !tool.inRow && tool.can(client, line));
    const quick = tools.some(({ name }) => name === "react") ? frequentEmoji().slice(0, QUICK) : [];
    const [few, rest] = [tools.filter(({ name }) => IN_BAR.has(name)), tools.filter(({ name }) => !IN_BAR.has(name))];
    const more = rest.length ? iconButton("more", t("More"), () => void this._more(line, rest, article)) : "";
    this._bar.replaceChildren(...quick.map((emoji) => quickButton(client, line, emoji)), ...few.map((tool) => iconButton(tool.icon, labelOf(tool, client, line), () => tool.run(client, line, article))), more);
    if (tools.length) article.append(this._bar);
    else this._bar.remove();
  }

  /** @param {Line} line @param {Tool[]} tools @param {HTMLElement} article */
  async _more(line, tools, article) {
    const { openMenu } = await import("./message-menu.js");
    openMenu(this._client, line, article, tools);
  }

  /** Execute the action of a key for a message. Returns whether there is one. @param {string} key @param {HTMLElement} article */
  key(key, article) {
    const line = this._lineOf(article);
    const { _client: client } = this;
    const tool = TOOLS.find(({ keys }) => keys.includes(key));
    if (!line || !tool?.can(client, line)) return false;
    tool.run(client, line, article);
    return true;
  }
}
