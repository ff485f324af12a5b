import assert from "node:assert/strict";
import { test } from "node:test";
import { FORMATS, formatOf } from "../../../src/chover/web/formats.js";

/** What is chosen stands between [ and ], a caret is |. Both before and after. */
function after(label, shown) {
  const start = shown.search(/[[|]/);
  const chosen = shown[start] === "[";
  const end = chosen ? shown.indexOf("]") - 1 : start;
  const text = shown.replace(chosen ? /[[\]]/g : "|", "");
  const { edit } = FORMATS.find((format) => format.label === label);
  const made = edit(text, start, end);
  const whole = text.slice(0, made.from) + made.text + text.slice(made.to);
  if (made.start === made.end) return `${whole.slice(0, made.start)}|${whole.slice(made.start)}`;
  return `${whole.slice(0, made.start)}[${whole.slice(made.start, made.end)}]${whole.slice(made.end)}`;
}

const CASES = [
  ["Bold", "a [word] b", "a **[word]** b"],
  ["Bold", "a **[word]** b", "a [word] b"],
  ["Bold", "a [**word**] b", "a [word] b"],
  ["Bold", "[one**] two", "**[one**]** two"],
  ["Bold", "go |on", "go **|**on"],
  ["Bold", "**|**", "|"],
  ["Bold", "a [word ]b", "a **[word]** b"],
  ["Italic", "[word]", "*[word]*"],
  ["Italic", "*[word]*", "[word]"],
  ["Italic", "**[word]**", "***[word]***"],
  ["Italic", "***[word]***", "**[word]**"],
  ["Bold", "***[word]***", "*[word]*"],
  ["Italic", "[**word**]", "*[**word**]*"],
  ["Struck through", "[word]", "~~[word]~~"],
  ["Code", "[rm -rf *]", "`[rm -rf *]`"],
  ["Quote", "one\ntw|o", "one\n> two|"],
  ["Quote", "one\n> tw|o", "one\ntwo|"],
  ["List", "x\n[a\n- b\nc]\ny", "x\n[- a\n- b\n- c]\ny"],
  ["List", "[- a\n- b]", "[a\nb]"],
  ["Block of code", "see [x = 1] there", "see \n```\n[x = 1]\n```\n there"],
  ["Block of code", "|", "```\n|\n```"],
];

for (const [label, typed, wanted] of CASES) test(`${label}: ${JSON.stringify(typed)}`, () => assert.equal(after(label, typed), wanted));

test("a link is made of a name or of an address, and what is missing is selected", () => {
  const { edit } = FORMATS.find(({ label }) => label === "Link");
  assert.deepEqual(edit("see the page", 4, 12), { from: 4, to: 12, text: "[the page](https://)", start: 15, end: 23 });
  assert.deepEqual(edit("https://a.example", 0, 17), { from: 0, to: 17, text: "[](https://a.example)", start: 1, end: 1 });
  assert.deepEqual(edit("", 0, 0), { from: 0, to: 0, text: "[](https://)", start: 1, end: 1 });
});

test("keys are told by their letter or else by their place, with Ctrl or the key of a Mac, and never with Alt", () => {
  const key = { ctrlKey: true, metaKey: false, altKey: false, shiftKey: false, key: "b", code: "KeyB" };
  assert.equal(formatOf(key)?.label, "Bold");
  assert.equal(formatOf({ ...key, ctrlKey: false, metaKey: true })?.label, "Bold");
  assert.equal(formatOf({ ...key, shiftKey: true, key: "X", code: "KeyX" })?.label, "Struck through");
  assert.equal(formatOf({ ...key, key: "x", code: "KeyX" }), undefined);
  assert.equal(formatOf({ ...key, altKey: true }), undefined);
  assert.equal(formatOf({ ...key, ctrlKey: false }), undefined);
  assert.equal(formatOf({ ...key, key: "", code: "" }), undefined);
  assert.equal(formatOf({ ...key, code: "KeyN" })?.label, "Bold", "where the letters are in other places");
  assert.equal(formatOf({ ...key, key: "и" })?.label, "Bold", "where there are other letters");
});
