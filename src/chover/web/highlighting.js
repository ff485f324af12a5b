/**
 * Cuts code into tokens, for colours. Pure; the terminal client does the same (client/display/highlighting.py), and
 * tests/highlighting.json checks both.
 */

import { LANGUAGES } from "./tables/languages.js";

/**
 * @typedef {object} Language
 * @property {string[]} names
 * @property {string} word The pattern of words.
 * @property {boolean} [caseless] Whether capitals do not matter in words.
 * @property {string[][]} rules Kinds with their patterns.
 * @property {Record<string, string>} words By their kind, with spaces between them.
 */
/** @typedef {[kind: string, text: string]} CodeToken The kind is comment, string, keyword, number, name, added, removed or "". */
/** @typedef {{kinds: string[], pattern: RegExp, words: Map<string, string>, caseless: boolean}} Grammar */

/** Characters of one block that are coloured; what follows stays plain. */
export const COLOURED = 8192;

const BY_NAME = new Map(LANGUAGES.languages.flatMap((language) => language.names.map((name) => /** @type {const} */ ([name, language]))));
/** @type {Map<Language, Grammar>} */
const GRAMMARS = new Map();

/** The tokens of code, which together are the code. Of a language that is not known there is one. @param {string} code @param {string} language @returns {CodeToken[]} */
export function codeTokens(code, language) {
  const known = BY_NAME.get(language.toLowerCase());
  // Not between the two halves of one character.
  const front = known ? code.slice(0, COLOURED).replace(/[\ud800-\udbff]$/, "") : "";
  /** @type {CodeToken[]} */
  const found = [];
  if (known) for (const token of cut(front, grammarOf(known))) add(found, token);
  add(found, ["", code.slice(front.length)]);
  return found.length ? found : [["", ""]];
}

/** @param {string} code @param {Grammar} grammar @returns {Generator<CodeToken>} */
function* cut(code, grammar) {
  let at = 0;
  for (const match of code.matchAll(grammar.pattern)) {
    const rule = match.slice(1).findIndex((group) => group !== undefined);
    yield ["", code.slice(at, match.index)];
    at = match.index + match[0].length;
    yield [grammar.kinds[rule] ?? wordKind(match[0], code[at] ?? "", grammar), match[0]];
  }
  yield ["", code.slice(at)];
}

/** @param {string} word @param {string} next @param {Grammar} grammar */
function wordKind(word, next, { words, caseless }) {
  return words.get(caseless ? word.toLowerCase() : word) ?? (next === "(" ? "name" : "");
}

/** @param {Language} language */
function grammarOf(language) {
  const grammar = GRAMMARS.get(language) ?? made(language);
  GRAMMARS.set(language, grammar);
  return grammar;
}

/** @param {Language} language @returns {Grammar} */
function made({ rules, word, words, caseless = false }) {
  const patterns = [...rules.map(([, name = ""]) => name), word].map((name) => `(${LANGUAGES.patterns[name]})`);
  return {
    kinds: rules.map(([kind = ""]) => kind),
    pattern: new RegExp(patterns.join("|"), "g"),
    words: new Map(Object.entries(words).flatMap(([kind, all]) => all.split(" ").map((each) => /** @type {const} */ ([each, kind])))),
    caseless,
  };
}

/** Text beside text of the same kind is one token. @param {CodeToken[]} found @param {CodeToken} token */
function add(found, token) {
  const last = found.at(-1);
  if (last?.[0] === token[0]) last[1] += token[1];
  else if (token[1]) found.push(token);
}
