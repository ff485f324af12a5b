import assert from "node:assert/strict";
import { test } from "node:test";
import { everyEmoji } from "../../../src/chover/web/emoji.js";
import { GROUPS, toned, TONES } from "../../../src/chover/web/emoji-groups.js";

const groupOf = (emoji) => GROUPS.find(({ has }) => has.test(emoji)).name;

test("each emoji stands once, in the group where people look for it", () => {
  const all = everyEmoji().map(({ emoji }) => emoji);
  assert.equal(new Set(all).size, all.length);
  const places = { "😀": "Smileys and people", "👍": "Smileys and people", "🐱": "Animals and nature", "☀️": "Animals and nature", "🍕": "Food and drink", "☕": "Food and drink", "🎉": "Activities", "🚀": "Travel and places", "💻": "Objects", "✅": "Symbols", "❤️": "Symbols", "🏳️‍🌈": "Flags" };
  assert.deepEqual(Object.fromEntries(Object.keys(places).map((emoji) => [emoji, groupOf(emoji)])), places);
  const sizes = Map.groupBy(all, groupOf);
  for (const { name } of GROUPS.filter((group) => group.name !== "Flags")) assert.ok(sizes.get(name).length > 30, `${name}: ${sizes.get(name).length}`);
});

test("a skin tone is given to what can have one, once", () => {
  const [, , , medium] = TONES;
  assert.deepEqual(["👍", "☝️", "🍕", "👍🏿"].map((emoji) => toned(emoji, medium)), ["👍🏽", "☝🏽", "🍕", "👍🏿"]);
  assert.equal(toned("👍", ""), "👍");
});
