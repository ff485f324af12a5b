import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { N_, speak, t, tn } from "../../../src/chover/web/i18n.js";

beforeEach(() => speak("en", {}));

test("English is what the sources say", () => {
  assert.equal(t("Refused"), "Refused");
  assert.deepEqual([0, 1, 2].map((n) => tn("{n} ban", "{n} bans", n)), ["0 bans", "1 ban", "2 bans"]);
});

test("a catalogue is used, and English for what it lacks", () => {
  speak("de", { Refused: "Abgelehnt", "{n} ban": ["eine Sperre", "{n} Sperren"] });
  assert.equal(t("Refused"), "Abgelehnt");
  assert.equal(t("Hello"), "Hello");
  assert.deepEqual([0, 1, 2].map((n) => tn("{n} ban", "{n} bans", n)), ["0 Sperren", "eine Sperre", "2 Sperren"]);
});

test("Arabic has six forms", () => {
  speak("ar", { "{n} ban": ["zero", "one", "two", "few", "many", "other"] });
  assert.deepEqual([0, 1, 2, 3, 10, 11, 99, 100, 103].map((n) => tn("{n} ban", "{n} bans", n)),
    ["zero", "one", "two", "few", "few", "many", "many", "other", "few"]);
});

test("what is put in is never read as a format", () => {
  assert.equal(t("{a} and {b}", { a: "{b}", b: "$&" }), "{b} and $&");
  assert.equal(t("{constructor} {b}", { b: 1 }), "{constructor} 1");
});

test("no word of a catalogue is a property of an object", () => {
  speak("de", {});
  assert.equal(t("constructor"), "constructor");
  assert.equal(N_("Yes"), "Yes");
});

test("from right to left what is put in keeps its own direction, whoever puts it in", () => {
  speak("ar", { "Message {name}": "رسالة إلى {name}", "{n} ban in {name}": ["", "", "", "", "", "{n} في {name}"] });
  assert.equal(t("Message {name}", { name: "#tea" }), "رسالة إلى \u2068#tea\u2069");
  assert.equal(tn("{n} ban in {name}", "{n} bans in {name}", 100, { name: "#tea" }), "\u2068100\u2069 في \u2068#tea\u2069");
  assert.equal(t("Message {name}"), "رسالة إلى \u2068{name}\u2069");
  speak("de", { "Message {name}": "Nachricht an {name}" });
  assert.equal(t("Message {name}", { name: "#tea" }), "Nachricht an #tea");
});
