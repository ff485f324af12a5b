/** What is typed into the search; the terminal client reads the same cases (tests/client/test_searching.py). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { attributesOf, hits, NotUnderstood, patternOf } from "../../../src/chover/web/query.js";

const { now, zone, here, files, understood, refused } = JSON.parse(readFileSync(new URL("../../queries.json", import.meta.url), "utf8"));
process.env.TZ = zone;

for (const [typed, attributes] of understood) {
  test(`understood: ${typed}`, () => assert.deepEqual(attributesOf(typed, { now, here, files }), attributes));
}

for (const [typed, words] of refused) {
  test(`refused: ${typed}`, () => {
    assert.throws(() => attributesOf(typed, { now, here, files }), (error) => error instanceof NotUnderstood && error.message === words);
  });
}

test("without files nothing has one", () => {
  assert.throws(() => attributesOf("has:file", { now, here, files: "" }), NotUnderstood);
});

/** What is marked, in brackets. */
function marked(typed, text) {
  const pattern = patternOf(typed);
  return pattern ? hits(text, pattern).map(([from, to]) => text.slice(from, to)) : [];
}

test("whatever was looked for is marked, and no more", () => {
  assert.deepEqual(marked("heron", "The Heron, herons and a sheron"), ["Heron", "herons"]);
  assert.deepEqual(marked("on lake", "on the lake only"), ["on", "lake"]);
  assert.deepEqual(marked('"blue heron"', "a blue, heron; blue sky, heron"), ["blue, heron"]);
  assert.deepEqual(marked("heron -lake", "heron at the lake"), ["heron"]);
  assert.deepEqual(marked("gro* x", "große Größe"), ["große", "Größe"]);
  assert.deepEqual(marked("cafe", "ein Café, ein CAFÉ"), ["Café", "CAFÉ"]);
  assert.deepEqual(marked("ЁЖ", "ёж и еж"), ["ёж", "еж"]);
  assert.deepEqual(marked("東京", "私は東京に住む"), ["東京"]);
  assert.deepEqual(marked("🎉", "done 🎉!"), ["🎉"]);
  assert.deepEqual(marked("a.b(c", "a b c a.b(c"), ["a b c", "a.b(c"]);
  assert.deepEqual(marked("", "text"), []);
  assert.deepEqual(marked("-x", "x"), []);
  assert.deepEqual(marked("ﬁx", "we ﬁx it"), ["ﬁx"]);
});
