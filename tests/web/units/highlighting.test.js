import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { COLOURED, codeTokens } from "../../../src/chover/web/highlighting.js";
import { LANGUAGES } from "../../../src/chover/web/tables/languages.js";

/** The same for the terminal client: tests/client/display/test_highlighting.py. */
const CASES = JSON.parse(readFileSync(new URL("../../highlighting.json", import.meta.url), "utf8"));

for (const { language, code, shown } of CASES) {
  test(`the tokens of ${language}: ${code.slice(0, 40)}`, () => assert.deepEqual(codeTokens(code, language), shown));
}

test("what is beyond the bound stays plain, and nothing is lost", () => {
  const code = "x = 'y'\n".repeat(COLOURED);
  const tokens = codeTokens(code, "py");
  assert.equal(tokens.map(([, text]) => text).join(""), code);
  assert.ok(tokens.length <= COLOURED + 1);
  assert.ok((tokens.at(-1)?.[1].length ?? 0) >= code.length - COLOURED);
});

test("the bound does not cut a character in two", () => {
  const tokens = codeTokens(`'${"a".repeat(COLOURED - 2)}😀'`, "py");
  assert.deepEqual(tokens.map(([, text]) => text.isWellFormed()), [true, true]);
});

test("no rule captures, and no name means two languages", () => {
  for (const pattern of Object.values(LANGUAGES.patterns)) assert.equal(new RegExp(`${pattern}|`).exec("")?.length, 1, pattern);
  const names = LANGUAGES.languages.flatMap((language) => language.names);
  assert.equal(new Set(names).size, names.length);
});
