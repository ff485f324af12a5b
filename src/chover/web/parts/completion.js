/** Suggestions while a word is typed: people, channels, commands, emoji. */

import { t } from "../i18n.js";
import "../late-styles.js";
import { make } from "../html.js";
import { emojiSign } from "./emoji-sign.js";
import { fold } from "../irc.js";
import { replaceText } from "../replace-text.js";
import { POSSIBLE, shown } from "../commands.js";

/** @import { Client } from "../client.js" */
/** @typedef {{text: string, label: string, more: string}} Suggestion `text` replaces the word. */

const MOST = 8;
/** Lines that are searched for recent speakers. */
const LATELY = 500;
const SPEECH = new Set(["message", "action", "notice"]);

/** The name of an emoji, also after a bracket or a quote. */
const EMOJI = /(?:^|[\s([{"'*_~])(:[a-z0-9+_-]{2,})$/i;

/**
 * The word before the caret, and where it begins.
 * @param {string} text
 * @param {number} caret
 */
export function wordAt(text, caret) {
  const emoji = EMOJI.exec(text.slice(0, caret))?.[1];
  if (emoji) return { word: emoji, start: caret - emoji.length };
  const start = text.slice(0, caret).search(/\S+$/);
  return start < 0 ? { word: "", start: caret } : { word: text.slice(start, caret), start };
}

/**
 * The suggestions for a word.
 * @param {Client} client
 * @param {string} word
 * @param {boolean} first Whether it is the first of the text.
 * @param {boolean} asked Whether somebody pressed Tab: then a plain word is completed, too.
 * @returns {Promise<Suggestion[]>}
 */
export async function suggestions(client, word, first, asked) {
  if (first && /^\/[a-z-]*$/i.test(word)) return commands(word.slice(1));
  if (/^:[a-z0-9_+-]{2,}$/i.test(word)) return emoji(word.slice(1));
  if (word.startsWith("#") && (asked || word.length > 1)) return channels(client, word);
  if (word.startsWith("@") && word.length > 1) return people(client, word.slice(1), first);
  return asked && word ? people(client, word, first) : [];
}

/** Names, or those with a matching alias if no name matches. @param {string} word */
function commands(word) {
  const begins = (/** @type {string} */ name) => name.startsWith(fold(word));
  const named = POSSIBLE.filter(({ name }) => begins(name));
  const found = named.length ? named : POSSIBLE.filter(({ aliases }) => aliases?.some(begins));
  return found.slice(0, MOST).map((row) => ({ text: `/${row.name} `, label: shown(row), more: t(row.help) }));
}

/** @param {string} word */
async function emoji(word) {
  const { findEmoji } = await import("../emoji.js");
  return findEmoji(word, MOST).map((each) => ({ text: `${each.emoji} `, label: each.emoji, more: each.name.replaceAll("_", " ") }));
}

/** @param {Client} client @param {string} word */
function channels(client, word) {
  return [...client.state.conversations.values()].filter(({ channel, key }) => channel && key.startsWith(fold(word))).slice(0, MOST)
    .map(({ name }) => ({ text: `${name} `, label: name, more: "" }));
}

/** Recent speakers come first. @param {Client} client @param {string} word @param {boolean} first */
function people(client, word, first) {
  const { current } = client.state;
  if (!current) return [];
  // Joining and leaving does not count as speaking.
  const spoke = [...new Set(current.lines.slice(-LATELY).reverse().filter(({ kind }) => SPEECH.has(kind)).map(({ nick }) => fold(nick)))];
  const rank = (/** @type {string} */ nick) => (spoke.indexOf(fold(nick)) + 1 || spoke.length + 1);
  const nicks = current.channel ? [...current.members.values()].map(({ nick }) => nick) : [current.name];
  return nicks.filter((nick) => fold(nick).startsWith(fold(word)) && !client.state.isMe(nick))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b)).slice(0, MOST)
    .map((nick) => ({ text: first ? `${nick}: ` : `${nick} `, label: nick, more: "" }));
}

/** The list of suggestions above a field. */
export class Completion {
  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this._field = field;
    /** @type {Suggestion[]} */
    this._found = [];
    this._at = 0;
    this._start = 0;
    this.element = make("ul.completion", { id: "completion", role: "listbox", "aria-label": t("Suggestions"), hidden: true });
    this.element.addEventListener("pointerdown", (event) => this._clicked(event));
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", "completion");
  }

  get open() {
    return !this.element.hidden;
  }

  /** Look for suggestions for the word before the caret. @param {Client} client @param {{asked: boolean}} how */
  async look(client, { asked }) {
    const { value, selectionStart } = this._field;
    const { word, start } = wordAt(value, selectionStart);
    const found = await suggestions(client, word, start === 0, asked);
    // The text has changed while the names were being loaded.
    if (this._field.value !== value) return;
    this._start = start;
    // Nothing is suggested for a complete word: Enter sends it.
    this._found = !asked && found.some(({ text }) => text.trim() === word) ? [] : found;
    this._at = 0;
    if (asked && found.length === 1) this.take();
    else this._draw();
  }

  close() {
    this._found = [];
    this._draw();
  }

  /** @param {number} step */
  move(step) {
    this._at = (this._at + step + this._found.length) % this._found.length;
    this._draw();
  }

  /** Put the chosen one into the text. */
  take() {
    const chosen = this._found[this._at];
    if (!chosen) return;
    const { selectionStart, value } = this._field;
    // If text follows, the space is there already.
    const text = /\s/.test(value[selectionStart] ?? "") ? chosen.text.trimEnd() : chosen.text;
    this.close();
    replaceText(this._field, text, this._start, selectionStart);
  }

  _draw() {
    this.element.hidden = !this._found.length;
    this.element.replaceChildren(...this._found.map(({ label, more }, at) => make("li", {
      id: `suggestion-${at}`, role: "option", "aria-selected": String(at === this._at), "data-at": at,
    }, make("span", null, emojiSign(label)), more && make("small", null, more))));
    if (this._found.length) this._field.setAttribute("aria-activedescendant", `suggestion-${this._at}`);
    else this._field.removeAttribute("aria-activedescendant");
  }

  /** @param {Event} event */
  _clicked(event) {
    event.preventDefault();
    const option = event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest("[data-at]")) : null;
    if (!option) return;
    this._at = Number(option.dataset.at);
    this.take();
  }
}
