/**
 * Texts in the reader's language: `t` and `tn` translate, `N_` marks what is translated where it is shown.
 *
 * English is what stands in the sources and needs nothing. The server makes a catalogue of each other language at its
 * start (edge/web/assets/translations.py); the page loads the one it needs before it draws anything.
 */

import { filled } from "./filled.js";
import { load } from "./storage.js";

/** The languages there are, in their own words: English, and one for each catalogue. @type {[code: string, name: string][]} */
export const LANGUAGES = [["en", "English"], ["de", "Deutsch"], ["ar", "العربية"]];
const RIGHT_TO_LEFT = new Set(["ar"]);
/** The order in which gettext has the forms of a text. */
const CATEGORIES = ["zero", "one", "two", "few", "many", "other"];

/** What the browser asks for, the most wanted first. @type {readonly string[]} */
const WISHES = globalThis.navigator?.languages ?? ["en"];
/** What was chosen in the settings; "auto": as the browser. @type {string} */
const CHOSEN = load("settings", /** @type {Record<string, string>} */ ({})).language ?? "auto";

/** @param {string} tag */
const codeOf = (tag) => tag.toLowerCase().split("-")[0] ?? "";
/** @param {string} code */
const spoken = (code) => LANGUAGES.some(([known]) => known === code);

/** The language of the page. */
export const LANGUAGE = spoken(CHOSEN) ? CHOSEN : WISHES.map(codeOf).find(spoken) ?? "en";
/** In which way dates and numbers are written: that of the browser where it speaks the page's language. */
export const LOCALE = spoken(CHOSEN) ? WISHES.find((tag) => codeOf(tag) === CHOSEN) ?? CHOSEN : WISHES[0] ?? "en";

/** @type {Map<string, string | string[]>} */
let texts = new Map();
let rules = new Intl.PluralRules("en");
/** @type {string[]} */
let forms = [];

/**
 * Speak a language from now on.
 * @param {string} language
 * @param {Record<string, string | string[]>} catalogue Texts, or their forms for numbers, by the English text.
 */
export function speak(language, catalogue) {
  const form = RIGHT_TO_LEFT.has(language) ? isolated : (/** @type {string} */ text) => text;
  texts = new Map(Object.entries(catalogue).map(([text, found]) => [text, Array.isArray(found) ? found.map(form) : form(found)]));
  rules = new Intl.PluralRules(language);
  const { pluralCategories } = rules.resolvedOptions();
  forms = CATEGORIES.filter((each) => pluralCategories.includes(/** @type {Intl.LDMLPluralRule} */ (each)));
}

/**
 * What is put in a place has its own direction, so that the # of #tea stays before its name in Arabic: first strong isolate
 * and pop directional isolate around it (https://unicode.org/reports/tr9/#Explicit_Directional_Isolates).
 * @param {string} text
 */
function isolated(text) {
  return text.replace(/\{\w+\}/g, "\u2068$&\u2069");
}

/**
 * A text in the language of the page. What is put in its places (`{name}`) is never read as a format.
 * @param {string} text In English.
 * @param {Record<string, unknown>} [values]
 */
export function t(text, values) {
  const found = texts.get(text);
  return filled(typeof found === "string" ? found : text, values);
}

/**
 * The form of a text that fits a number, which fills the place `{n}`.
 * @param {string} one
 * @param {string} other
 * @param {number} n
 * @param {Record<string, unknown>} [values]
 */
export function tn(one, other, n, values) {
  const found = texts.get(one);
  const form = Array.isArray(found) ? found[forms.indexOf(rules.select(n))] ?? found.at(-1) : undefined;
  return filled(form ?? (n === 1 ? one : other), { n, ...values });
}

/** 1 where the page is written from left to right, else -1: what a step to the right means. */
export function way() {
  return document.documentElement.dir === "rtl" ? -1 : 1;
}

/** Marks a text of a table for translation; whoever shows it calls `t` with it. @param {string} text */
export function N_(text) {
  return text;
}

/**
 * Begin when the page has its language. In English that is at once; without the catalogue it is English, too.
 * @param {() => void} begin
 */
export function whenTranslated(begin) {
  if (LANGUAGE === "en") return begin();
  void fetch(new URL(`i18n/${LANGUAGE}.json`, import.meta.url))
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .then((catalogue) => {
      speak(LANGUAGE, catalogue);
      document.documentElement.lang = LANGUAGE;
      document.documentElement.dir = RIGHT_TO_LEFT.has(LANGUAGE) ? "rtl" : "ltr";
    })
    .catch(() => {})
    .then(begin);
}
