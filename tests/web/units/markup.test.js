import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { blocks } from "../../../src/chover/web/markup.js";

/** The same for the terminal client: tests/client/display/test_markup.py. */
const CASES = JSON.parse(readFileSync(new URL("../../markup.json", import.meta.url), "utf8"));

function shown(text) {
  return blocks(text).map(({ kind, level, marker, language, code, pieces }) => {
    if (kind === "code") return ["code", language, code];
    const head = kind === "item" ? `item ${level} ${marker}` : kind;
    return [head, ...pieces.map((piece) => [[piece.kind, ...[...piece.styles].sort()].join("+"), piece.text])];
  });
}

for (const { text, shown: wanted } of CASES) {
  test(`what is shown of: ${text}`, () => assert.deepEqual(shown(text), wanted));
}

test("no text takes as long as what tries all ways", () => {
  const began = performance.now();
  const hostile = ["**a ".repeat(20_000), "*".repeat(60_000), "||a".repeat(20_000), "[a](http://".repeat(6_000), "[".repeat(60_000), "`a```".repeat(12_000),
    "```\n".repeat(15_000), "> ".repeat(30_000), " \n- ".repeat(15_000), "a*b ".repeat(15_000), "*a ~~b ||c ".repeat(6_000), "https://a.example/x *b* ".repeat(3_000)];
  for (const text of hostile) blocks(text);
  assert.ok(performance.now() - began < 20_000, "linear takes a second on any machine, all ways take days");
});

test("twice the text takes twice the searches", (context) => {
  const parts = ["**a ", "*", "||a", "[a](http://", "[", "`a```", "```\n", "> ", " \n- ", "a*b ", "*a ~~b ||c ", "https://a.example/x *b* ", "https://a)"];
  const search = context.mock.method(RegExp.prototype, "exec");
  const searches = (text) => {
    search.mock.resetCalls();
    blocks(text);
    return search.mock.callCount();
  };
  for (const part of parts) {
    const [once, twice] = [400, 800].map((times) => searches(part.repeat(times)));
    assert.ok(once > 0 && twice < 2.2 * once + 50, `${part}: ${once}, ${twice}`);
  }
});

test("an address that is far too long is text, and is not looked at again and again", () => {
  const text = `https://a.example/${")".repeat(100_000)}`;
  assert.deepEqual(blocks(text)[0].pieces.map(({ kind, text: shown }) => [kind, shown.length]), [["text", text.length]]);
});
