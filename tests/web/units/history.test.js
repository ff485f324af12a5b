import assert from "node:assert/strict";
import { test } from "node:test";
import { loadOlder } from "../../../src/chover/web/state/history.js";
import { leavePast, loadEarlier, loadNewer, lookAt } from "../../../src/chover/web/state/past.js";
import { search } from "../../../src/chover/web/state/search.js";
import { ALL, kept, Scene } from "./scene.js";
import { connected, disconnected } from "../../../src/chover/web/state/session.js";

function page(from, to) {
  return Array.from({ length: to - from }, (_, index) => kept(`m${from + index}`, `text ${from + index}`, { seconds: from + index }));
}

function again(scene) {
  disconnected(scene.state);
  connected(scene.state, "ann", new Map(ALL.map((cap) => [cap, ""])));
  scene.hear(":ann!a@h JOIN #a");
}

test("the latest messages of a new channel are fetched, and are read", () => {
  const scene = new Scene();
  scene.hear(":ann!a@h JOIN #a");
  scene.answer("LATEST", "#a", page(0, 3));
  const channel = scene.state.conversations.get("#a");
  assert.deepEqual(scene.texts(), ["text 0", "text 1", "text 2"]);
  assert.equal(channel.unread, 0);
});

test("what is said while history is on its way stands behind it", () => {
  const scene = new Scene();
  scene.hear(":ann!a@h JOIN #a", kept("m9", "live", { seconds: 9 }));
  scene.answer("LATEST", "#a", page(0, 2));
  assert.deepEqual(scene.texts(), ["text 0", "text 1", "live"]);
  assert.equal(scene.state.conversations.get("#a").unread, 1);
});

test("what history has already is not shown again when it was held back", () => {
  const scene = new Scene();
  scene.hear(":ann!a@h JOIN #a", kept("m1", "text 1", { seconds: 1 }));
  scene.answer("LATEST", "#a", page(0, 2));
  assert.deepEqual(scene.texts(), ["text 0", "text 1"]);
});

test("a lost connection's gap is filled page by page and counted as unread", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(...page(0, 2));
  scene.state.read("#a");
  again(scene);
  assert.match(scene.answer("AFTER", "#a", page(1, 4)), /AFTER #a timestamp=\d{4}-\S+Z 500/);
  assert.match(scene.answer("AFTER", "#a", page(4, 5)), /AFTER #a msgid=m3/);
  scene.answer("AFTER", "#a", []);
  assert.deepEqual(scene.texts(), ["text 0", "text 1", "text 2", "text 3", "text 4"]);
  assert.equal(channel.unread, 3);
});

test("where nothing more was said one request says so", () => {
  const scene = new Scene();
  scene.inside();
  scene.hear(...page(0, 2));
  again(scene);
  assert.match(scene.answer("AFTER", "#a", page(1, 2)), /AFTER #a timestamp=\d{4}-\S+:20\.999Z 500/);
  assert.equal(scene.take().filter((line) => line.includes("CHATHISTORY AFTER")).length, 0);
  assert.deepEqual(scene.texts(), ["text 0", "text 1"]);
});

test("a channel that was begun anew is shown from its beginning", () => {
  const scene = new Scene();
  scene.inside();
  scene.hear(...page(0, 2));
  again(scene);
  scene.answer("AFTER", "#a", page(2, 3));
  assert.match(scene.answer("AFTER", "#a", []), /AFTER #a msgid=m2/);
  assert.deepEqual(scene.texts(), ["text 0", "text 1", "text 2"]);
});

test("where messages have no time of the server's the msgid is the place to go on from", () => {
  const scene = new Scene();
  scene.inside();
  scene.hear(...page(0, 2));
  disconnected(scene.state);
  connected(scene.state, "ann", new Map(ALL.filter((cap) => cap !== "server-time").map((cap) => [cap, ""])));
  scene.hear(":ann!a@h JOIN #a");
  assert.match(scene.answer("AFTER", "#a", []), /AFTER #a msgid=m1 500/);
});

test("a gap that is too wide is left, and the newest is shown", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(...page(0, 1));
  again(scene);
  for (let at = 1; at <= 10; at += 1) scene.answer("AFTER", "#a", page(at, at + 1));
  scene.answer("LATEST", "#a", page(90, 92));
  assert.deepEqual(scene.texts(), ["text 90", "text 91"]);
  assert.equal(channel.older, "unknown");
  assert.deepEqual(scene.state.notifications.filter(({ kind }) => kind === "word").map(({ text }) => text), [
    "#a: more messages than are fetched at once. These are the newest; scroll up for the rest.",
  ]);
});

test("where we stopped is not known: the newest is shown", () => {
  const scene = new Scene();
  scene.inside();
  scene.hear(...page(0, 1));
  again(scene);
  const label = /label=([^ ;]+)/.exec(scene.take().find((line) => line.includes("AFTER")))[1];
  scene.hear(`@label=${label} :srv FAIL CHATHISTORY INVALID_MSGREFTYPE AFTER #a :no such message`);
  scene.answer("LATEST", "#a", page(5, 6));
  assert.deepEqual(scene.texts(), ["text 5"]);
});

test("older pages come in front, until there are none", () => {
  const scene = new Scene();
  scene.hear(":ann!a@h JOIN #a");
  scene.answer("LATEST", "#a", page(10, 12));
  const channel = scene.state.conversations.get("#a");
  scene.hear(":srv PONG srv settled");
  loadOlder(scene.state, channel);
  loadOlder(scene.state, channel);
  scene.answer("BEFORE", "#a", page(8, 10));
  assert.deepEqual(scene.texts(), ["text 8", "text 9", "text 10", "text 11"]);
  loadOlder(scene.state, channel);
  scene.answer("BEFORE", "#a", []);
  assert.equal(channel.older, "all");
});

test("a reaction to a message that comes later is put to it", () => {
  const scene = new Scene();
  scene.hear(":ann!a@h JOIN #a", "@+draft/react=👍;+draft/reply=m8 :bob!b@h TAGMSG #a");
  scene.answer("LATEST", "#a", page(10, 11));
  scene.hear(":srv PONG srv settled");
  const channel = scene.state.conversations.get("#a");
  loadOlder(scene.state, channel);
  scene.answer("BEFORE", "#a", page(8, 10));
  assert.equal(channel.find("m8").reactions.size, 1);
});

test("reactions that came after a page stand behind their messages and are put to them", () => {
  const scene = new Scene();
  scene.hear(":ann!a@h JOIN #a");
  const [first, second] = page(10, 12);
  scene.answer("LATEST", "#a", [first, "@draft/chathistory-context;msgid=r1;+draft/react=👍;+draft/reply=m10 :bob!b@h TAGMSG #a", second]);
  const channel = scene.state.conversations.get("#a");
  assert.deepEqual([...channel.find("m10").reactions.get("👍")], ["bob"]);
  assert.deepEqual(scene.texts(), ["text 10", "text 11"]);
});

test("a message of several lines inside history is one", () => {
  const scene = new Scene();
  scene.hear(":ann!a@h JOIN #a");
  scene.answer("LATEST", "#a", [
    "@msgid=m1 :bob!b@h BATCH +in draft/multiline #a",
    { inside: "in", line: ":bob!b@h PRIVMSG #a :one" },
    { inside: "in", line: ":bob!b@h PRIVMSG #a :two" },
    { inside: "in", line: "@draft/multiline-concat :bob!b@h PRIVMSG #a : and a half" },
    ":bob!b@h BATCH -in",
  ]);
  assert.deepEqual(scene.texts(), ["one\ntwo and a half"]);
});

test("a part of the past is looked at, and grows until it reaches the present", () => {
  const scene = new Scene();
  scene.hear(":ann!a@h JOIN #a");
  scene.answer("LATEST", "#a", page(10, 12));
  scene.hear(":srv PONG srv settled");
  const channel = scene.state.conversations.get("#a");
  lookAt(scene.state, channel, "m4");
  scene.answer("AROUND", "#a", page(3, 6));
  assert.deepEqual(channel.detour.lines.map(({ text }) => text), ["text 3", "text 4", "text 5"]);
  loadNewer(scene.state, channel);
  scene.answer("AFTER", "#a", page(6, 11));
  assert.equal(channel.detour, null);
  assert.equal(scene.texts().length, 9);
});

test("before a part of the past there is more, until there is not; a page that comes too late changes nothing", () => {
  const scene = new Scene();
  scene.hear(":ann!a@h JOIN #a");
  scene.answer("LATEST", "#a", page(10, 12));
  scene.hear(":srv PONG srv settled");
  const channel = scene.state.conversations.get("#a");
  lookAt(scene.state, channel, "m4");
  scene.answer("AROUND", "#a", page(3, 6));
  loadEarlier(scene.state, channel);
  loadEarlier(scene.state, channel);
  assert.match(scene.answer("BEFORE", "#a", page(1, 3)), /BEFORE #a msgid=m3/);
  assert.deepEqual(channel.detour.lines.map(({ msgid }) => msgid), ["m1", "m2", "m3", "m4", "m5"]);
  loadEarlier(scene.state, channel);
  scene.answer("BEFORE", "#a");
  assert.equal(channel.detour.older, "all");
  loadNewer(scene.state, channel);
  leavePast(scene.state, channel);
  scene.answer("AFTER", "#a", page(6, 9));
  assert.equal(scene.texts().length, 2);
});

test("a message that is gone leads back to the present", () => {
  const scene = new Scene();
  const channel = scene.inside();
  lookAt(scene.state, channel, "gone");
  const label = /label=([^ ;]+)/.exec(scene.take().find((line) => line.includes("AROUND")))[1];
  scene.hear(`@label=${label} :srv FAIL CHATHISTORY INVALID_MSGREFTYPE AROUND #a :no such message`);
  assert.equal(channel.detour, null);
  leavePast(scene.state, channel);
});

test("a search finds messages and says where they are", () => {
  const scene = new Scene();
  scene.inside();
  search(scene.state, { text: "two words", in: "#a" });
  assert.match(scene.answer("SEARCH", "", [kept("m1", "two words"), kept("m2", "to me", { target: "ann", seconds: 2 })], "soju.im/search"), /SEARCH text=two\\swords;in=#a;limit=50/);
  assert.deepEqual(scene.state.search.found.map(({ name }) => name), ["bob", "#a"], "the newest first");
});

test("private conversations of the last months are listed, but for those that were closed since", () => {
  const scene = new Scene({ kept: { closed: [["carol", Date.parse("2026-01-02T00:00:00Z")]] } });
  scene.hear(":srv PONG srv settled");
  scene.answer("TARGETS", "", [
    "CHATHISTORY TARGETS bob 2026-01-01T00:00:00.000Z", "CHATHISTORY TARGETS carol 2026-01-01T00:00:00.000Z",
    "CHATHISTORY TARGETS #a 2026-01-01T00:00:00.000Z",
  ], "draft/chathistory-targets");
  assert.deepEqual([...scene.state.conversations.keys()], ["bob"]);
});

test("without history nothing is asked for and nothing waits", () => {
  const scene = new Scene({ caps: ["message-tags"] });
  scene.hear(":ann!a@h JOIN #a", ":srv PONG srv settled", kept("1", "live"));
  assert.deepEqual(scene.take(), []);
  assert.deepEqual(scene.texts(), ["live"]);
});

test("the first private message of somebody is news, though the page that is asked for has it too", () => {
  const scene = new Scene();
  scene.inside();
  scene.take();
  scene.state.notifications.length = 0;
  scene.hear(kept("first", "hello", { nick: "carol", target: "ann" }));
  scene.answer("LATEST carol", "carol", [kept("first", "hello", { nick: "carol", target: "ann" })]);
  assert.deepEqual(scene.state.notifications.map(({ kind, line }) => [kind, line.text]), [["said", "hello"]]);
  assert.equal(scene.state.conversations.get("carol").unread, 1);
});
