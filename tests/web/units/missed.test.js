import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../../../src/chover/web/commands/nearest.js";
import { askMissed } from "../../../src/chover/web/state/missed.js";
import { describe } from "../../../src/chover/web/state/metadata.js";
import { ALL, at, kept, Scene } from "./scene.js";

const everything = { caps: [...ALL, "chover.chat/catchup", "draft/metadata-3"] };

test("what was missed is what the server counts", () => {
  const scene = new Scene(everything);
  scene.inside();
  askMissed(scene.state, "catchup");
  scene.answer("CATCHUP", "", [
    `:srv CATCHUP #a 12 1 msgid=x timestamp=${at(1)} *`,
    kept("x", "ann: here?"),
    kept("y", "psst", { nick: "carol", target: "ann" }),
  ], "chover.chat/catchup");
  assert.equal(scene.state.missed.status, "done");
  assert.deepEqual(scene.state.missed.places, [{ name: "#a", unread: 12, calls: 1 }]);
  assert.deepEqual(scene.state.missed.calls.map(({ name, line }) => [name, line.text]), [["#a", "ann: here?"], ["carol", "psst"]]);
});

test("a server that does not count is not asked", () => {
  const scene = new Scene();
  scene.inside();
  askMissed(scene.state, "catchup");
  assert.deepEqual(scene.take().filter((line) => line.includes("CATCHUP")), []);
  assert.equal(scene.state.missed, null);
});

test("a refusal is shown where the answer would be", () => {
  const scene = new Scene(everything);
  scene.inside();
  askMissed(scene.state, "mentions");
  const [asked] = scene.take().filter((line) => line.includes("MENTIONS"));
  scene.hear(`@label=${/label=([^ ;]+)/.exec(asked)[1]} :srv FAIL MENTIONS INTERNAL_ERROR :Try again`);
  assert.deepEqual([scene.state.missed.status, scene.state.missed.reason], ["failed", "Try again"]);
});

test("people are called what they want, as one line that turns nothing around", () => {
  const scene = new Scene(everything);
  scene.inside();
  scene.hear(":srv 761 ann bob display-name * :Bobby \u202etables");
  assert.equal(scene.state.wantedName("bob"), "Bobby tables");
  assert.equal(scene.state.displayName("bob"), "Bobby tables (bob)");
  scene.hear(`:srv 761 ann bob display-name * :${"long ".repeat(12)}end`);
  assert.equal(scene.state.displayName("bob"), "long long long long long… (bob)");
  scene.hear(":srv 761 ann bob display-name * :BOB");
  assert.equal(scene.state.displayName("bob"), "BOB");
  scene.hear(":srv 766 ann bob display-name :key not set");
  assert.equal(scene.state.displayName("bob"), "bob");
  describe(scene.state, "display-name", "Ann B");
  assert.deepEqual(scene.take(), ["METADATA * SET display-name :Ann B"]);
});

test("an answer to a message of ours calls us", () => {
  const scene = new Scene(everything);
  const conversation = scene.inside();
  scene.hear(kept("mine", "who knows?", { nick: "ann" }), kept("other", "I do", { tags: "+draft/reply=mine" }));
  assert.equal(conversation.find("other").mentions, true);
});

test("an answer of several lines reaches whoever asked, and the rest of it goes its way", () => {
  const scene = new Scene(everything);
  scene.inside();
  const heard = [];
  scene.state.ask({ kind: "account", key: "", then: ({ command }) => heard.push(command) }, "REDEEM", ["t"]);
  const label = /label=([^ ;]+)/.exec(scene.take().find((line) => line.includes("REDEEM")))[1];
  scene.hear(`@label=${label} :srv BATCH +h labeled-response`, "@batch=h :srv REDEEM SUCCESS ann key #tea :Keep it",
    "@batch=h :ann!a@h JOIN #tea", ":srv BATCH -h");
  assert.deepEqual(heard, ["REDEEM"]);
  assert.ok(scene.state.conversations.get("#tea").joined);
});

test("a mistyped command is guessed", () => {
  assert.equal(nearest("jion", ["part", "join"]), "join");
  assert.equal(nearest("to", ["part", "topic"]), "topic");
  assert.equal(nearest("xyzzy", ["part", "join"]), "");
});
