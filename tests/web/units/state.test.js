import assert from "node:assert/strict";
import { test } from "node:test";
import { beAway } from "../../../src/chover/web/state/presence.js";
import { edit } from "../../../src/chover/web/state/editing.js";
import { giveUp, react, retry, rewrite, say, typing, takeOver } from "../../../src/chover/web/state/actions.js";
import { sent } from "../../../src/chover/web/state/drafts.js";
import { ALL, at, kept, Scene } from "./scene.js";
import { connected, disconnected } from "../../../src/chover/web/state/session.js";

const nonce = () => "nonce-1";

test("the first channel that we are in is shown", () => {
  const scene = new Scene();
  scene.inside();
  assert.equal(scene.state.current?.name, "#a");
});

test("members have their ranks, which change", () => {
  const scene = new Scene();
  const channel = scene.inside();
  assert.equal(channel.members.get("bob")?.ranks, "@");
  scene.hear(":bob!b@h MODE #a +v-o+b bob bob x!*@*");
  assert.equal(channel.members.get("bob")?.ranks, "+");
});

test("a message that mentions us is counted twice, once as unread and once as a mention", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(kept("1", "hello", { seconds: 5 }), kept("2", "Ann: hello", { seconds: 6 }), kept("3", "annex", { seconds: 7 }));
  assert.deepEqual([channel.unread, channel.mentions], [3, 1]);
});

test("a channel that gets another name stays the same channel", () => {
  const scene = new Scene();
  const channel = scene.inside();
  say(scene.state, "#a", "on its way", { nonce });
  scene.hear(kept("1", "before", { seconds: 5 }), ":bob!b@h RENAME #a #Tea :at last", kept("2", "after", { target: "#Tea", seconds: 6 }));
  assert.deepEqual([channel.key, channel.name, scene.state.active, scene.state.conversations.size], ["#tea", "#Tea", "#tea", 1]);
  assert.deepEqual(scene.texts("#tea"), ["before", "after"]);
  assert.deepEqual([...scene.state.wanted], [["#tea", "#Tea"]]);
  assert.match(scene.take().at(-1), /PRIVMSG #Tea :on its way$/);
});

test("what another device has read is read here", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(kept("1", "one", { seconds: 5 }), kept("2", "two", { seconds: 6 }), `:srv MARKREAD #a timestamp=${at(5)}`);
  assert.equal(channel.unread, 1);
  scene.state.read("#a");
  assert.deepEqual(scene.take(), [`MARKREAD #a timestamp=${at(6)}`]);
});

test("anyone who was away is away again after a lost connection", () => {
  const scene = new Scene();
  scene.inside();
  beAway(scene.state, "at lunch");
  assert.ok(scene.take().includes("AWAY :at lunch"));
  scene.hear(":srv 306 ann :You have been marked as being away");
  disconnected(scene.state);
  connected(scene.state, "ann", new Map());
  assert.equal(scene.state.away, false);
  scene.hear(":srv PONG srv settled");
  assert.ok(scene.take().includes("AWAY :at lunch"));
  beAway(scene.state, "");
  disconnected(scene.state);
  connected(scene.state, "ann", new Map());
  scene.hear(":srv PONG srv settled");
  assert.ok(!scene.take().some((line) => line.startsWith("AWAY")));
});

test("a message that comes twice is shown once", () => {
  const scene = new Scene();
  scene.inside();
  scene.hear(kept("1", "once"), kept("1", "once"));
  assert.deepEqual(scene.texts(), ["once"]);
});

test("a reaction is shown on its message, and taken back", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(kept("1", "good?"), "@+draft/react=👍;+draft/reply=1 :bob!b@h TAGMSG #a");
  assert.deepEqual([...channel.find("1").reactions.get("👍")], ["bob"]);
  scene.hear("@+draft/unreact=👍;+draft/reply=1 :bob!b@h TAGMSG #a");
  assert.equal(channel.find("1").reactions, null);
});

test("our second reaction of a kind takes the first back", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(kept("1", "good?"));
  react(scene.state, channel, channel.find("1"), "👍");
  assert.deepEqual(scene.take(), ["@+draft/react=👍;+draft/reply=1 TAGMSG #a"]);
  scene.hear("@+draft/react=👍;+draft/reply=1 :ann!a@h TAGMSG #a");
  react(scene.state, channel, channel.find("1"), "👍");
  assert.deepEqual(scene.take(), ["@+draft/unreact=👍;+draft/reply=1 TAGMSG #a"]);
});

test("a deleted message keeps its place and loses its words", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(kept("1", "oops"), ":bob!b@h REDACT #a 1");
  assert.deepEqual([channel.find("1").deleted, channel.find("1").text], [true, ""]);
});

test("an edited message keeps its place and says the new words, an action without its wrapping", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(kept("1", "helo"), "@msgid=2 :bob!b@h EDIT #a 1 :hello there");
  assert.deepEqual([channel.find("1").edited, channel.find("1").text], [true, "hello there"]);
  scene.hear(kept("3", "\x01ACTION waves\x01"), "@msgid=4 :bob!b@h EDIT #a 3 :\x01ACTION smiles\x01");
  assert.deepEqual([channel.find("3").kind, channel.find("3").text], ["action", "smiles"]);
});

test("a message that history shows as edited is marked", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(kept("1", "new", { tags: "chover.chat/edited=2026-01-01T00:00:00.000Z" }), kept("2", "as it was"));
  assert.deepEqual([channel.find("1").edited, channel.find("2").edited], [true, false]);
});

test("an edit of several lines is one batch, and comes as one", () => {
  const scene = new Scene({ caps: [...ALL, "chover.chat/edit"] });
  const channel = scene.inside();
  scene.hear(kept("m1", "helo", { nick: "ann" }));
  edit(scene.state, channel, channel.find("m1"), "hello\nthere ");
  assert.deepEqual(scene.take(), [
    "@label=ask-3 BATCH +askx3 draft/multiline #a", "@batch=askx3 EDIT #a m1 hello", "@batch=askx3 EDIT #a m1 there", "BATCH -askx3",
  ]);
  scene.hear(":ann!a@h BATCH +z draft/multiline #a", "@batch=z :ann!a@h EDIT #a m1 :hello", "@batch=z :ann!a@h EDIT #a m1 :there", "BATCH -z");
  assert.deepEqual([channel.find("m1").edited, channel.find("m1").text], [true, "hello\nthere"]);
});

test("where a message is one line an edit is, too", () => {
  const scene = new Scene({ caps: [...ALL.filter((cap) => cap !== "draft/multiline"), "chover.chat/edit"] });
  const channel = scene.inside();
  scene.hear(kept("1", "helo", { nick: "ann" }));
  edit(scene.state, channel, channel.find("1"), "hello\n  there ");
  assert.deepEqual(scene.take(), ["@label=ask-3 EDIT #a 1 :hello there"]);
});

test("typing ends with the message, with a word, or with time", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear("@+typing=active :bob!b@h TAGMSG #a");
  assert.equal(channel.typing.size, 1);
  scene.hear(kept("1", "done"));
  assert.equal(channel.typing.size, 0);
  scene.hear("@+typing=active :bob!b@h TAGMSG #a");
  scene.state.now += 6_001;
  scene.state.tick();
  assert.equal(channel.typing.size, 0);
});

test("others are told that we type every three seconds, and once that we stopped", () => {
  const scene = new Scene();
  const channel = scene.inside();
  typing(scene.state, channel, "active");
  typing(scene.state, channel, "active");
  scene.state.now += 3_001;
  typing(scene.state, channel, "active");
  typing(scene.state, channel, "done");
  typing(scene.state, channel, "done");
  assert.deepEqual(scene.take(), ["@+typing=active TAGMSG #a", "@+typing=active TAGMSG #a", "@+typing=done TAGMSG #a"]);
});

test("a private message opens its conversation and calls us", () => {
  const scene = new Scene();
  scene.inside();
  scene.hear(kept("1", "psst", { target: "ann" }));
  scene.answer("LATEST bob", "bob");
  const conversation = scene.state.conversations.get("bob");
  assert.deepEqual([conversation.unread, conversation.mentions, scene.state.active], [1, 1, "#a"]);
});

test("our own message from another device opens the conversation of whom it is for", () => {
  const scene = new Scene();
  scene.inside();
  scene.hear(kept("1", "hello", { nick: "ann", target: "carol" }));
  assert.ok(scene.state.conversations.has("carol"));
});

test("a conversation follows somebody to another nick", () => {
  const scene = new Scene();
  scene.inside();
  scene.hear(kept("1", "psst", { target: "ann" }));
  scene.hear(":bob!b@h NICK robert");
  assert.equal(scene.state.conversations.get("robert")?.name, "robert");
});

test("a notice of the server is for our eyes only", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(":srv NOTICE ann :the server stops");
  assert.deepEqual([channel.last.kind, channel.last.text, channel.unread], ["note", "the server stops", 0]);
});

test("anyone who is removed from a channel is told, and keeps its messages", () => {
  const scene = new Scene();
  const channel = scene.inside();
  scene.hear(":bob!b@h KICK #a ann :enough");
  assert.equal(channel.joined, false);
  assert.deepEqual(scene.state.notifications.at(-1), { kind: "word", text: "bob removed you from #a: enough" });
  assert.ok(scene.state.conversations.has("#a"));
});

test("a channel that was left is gone, and the next is shown", () => {
  const scene = new Scene();
  scene.inside("#a");
  scene.inside("#b");
  scene.state.show("#b");
  scene.hear(":ann!a@h PART #b");
  assert.equal(scene.state.active, "#a");
});

test("channels that were wanted are joined again, those that are there are not", () => {
  const scene = new Scene({ kept: { channels: ["#a", "#b"] } });
  scene.hear(":ann!a@h JOIN #a", ":srv PONG srv settled");
  assert.deepEqual(scene.take().filter((line) => line.startsWith("JOIN")), ["JOIN #b"]);
});

// ---- sending

test("a message waits visibly until the server has kept it", () => {
  const scene = new Scene();
  scene.inside();
  say(scene.state, "#a", "hello", { nonce });
  assert.deepEqual(scene.take(), ["@+chover.chat/nonce=nonce-1;label=nonce-1 PRIVMSG #a hello"]);
  assert.equal(scene.state.outbox.size, 1);
  scene.hear(kept("1", "hello", { nick: "ann", tags: "label=nonce-1;+chover.chat/nonce=nonce-1" }));
  assert.equal(scene.state.outbox.size, 0);
  assert.deepEqual(scene.texts(), ["hello"]);
});

test("what was not kept when the connection went is sent again under the same nonce", () => {
  const scene = new Scene();
  scene.inside();
  say(scene.state, "#a", "hello", { nonce });
  const first = scene.take();
  disconnected(scene.state);
  assert.deepEqual(scene.take(), []);
  connected(scene.state, "ann", new Map(ALL.map((cap) => [cap, ""])));
  scene.hear(":ann!a@h JOIN #a", ":srv PONG srv settled");
  assert.deepEqual(scene.take().filter((line) => line.includes("PRIVMSG")), first);
});

test("what history brings of our own is sent no more", () => {
  const scene = new Scene();
  scene.inside();
  say(scene.state, "#a", "hello", { nonce });
  scene.take();
  disconnected(scene.state);
  connected(scene.state, "ann", new Map(ALL.map((cap) => [cap, ""])));
  scene.hear(":ann!a@h JOIN #a");
  scene.answer("LATEST", "#a", [kept("1", "hello", { nick: "ann", tags: "+chover.chat/nonce=nonce-1" })]);
  scene.hear(":srv PONG srv settled");
  assert.deepEqual(scene.take().filter((line) => line.includes("PRIVMSG")), []);
});

test("what the server refuses stays with its reason until it is tried again or given up", () => {
  const scene = new Scene();
  scene.inside();
  say(scene.state, "#a", "hello", { nonce });
  scene.take();
  scene.hear("@label=nonce-1 :srv 404 ann #a :You are muted");
  assert.equal(scene.state.outbox.get("nonce-1").reason, "You are muted");
  retry(scene.state, "nonce-1");
  assert.equal(scene.take().length, 1);
  giveUp(scene.state, "nonce-1");
  assert.equal(scene.state.outbox.size, 0);
});

test("what earlier pages could not send goes first and in the order in which it was written, however it was kept", () => {
  const pending = (/** @type {string} */ text, /** @type {number} */ at, /** @type {number} */ order) => ({
    nonce: `n${text}`, target: "#a", text, action: false, replyTo: "", at, sent: true, reason: "", order,
  });
  const scene = new Scene();
  scene.inside();
  say(scene.state, "#a", "mine", { nonce });
  const { order: own = 0 } = [...scene.state.outbox][0] ?? {};
  // Five in one millisecond, and one that was written after the clock had been put back.
  takeOver(scene.state, [pending("2", 7, 9), pending("0", 7, 7), pending("5", 3, 12), pending("1", 7, 8), pending("3", 7, 10), pending("4", 7, 11)]);
  say(scene.state, "#a", "then", { nonce: () => "later" });
  assert.deepEqual([...scene.state.outbox].map(({ text }) => text), ["0", "1", "2", "3", "4", "5", "mine", "then"]);
  const { order = 0 } = scene.state.outbox.get("later") ?? {};
  assert.ok(order > own);
  takeOver(scene.state, [pending("0", 7, 7)]);
  assert.equal(scene.state.outbox.size, 8);
});

test("what is written in one millisecond keeps its order", () => {
  const scene = new Scene();
  scene.inside();
  for (const text of ["a", "b", "c"]) say(scene.state, "#a", text, { nonce: () => text });
  const orders = [...scene.state.outbox].map(({ order = 0 }) => order);
  assert.deepEqual([...new Set(orders)].sort((a, b) => a - b), orders);
});

test("nothing is sent to a channel that we are not in yet", () => {
  const scene = new Scene({ kept: { outbox: [{ nonce: "n", target: "#a", text: "early", action: false, replyTo: "", at: 1, sent: true, reason: "" }] } });
  scene.hear(":srv PONG srv settled");
  assert.ok(!scene.take().some((line) => line.includes("PRIVMSG")));
  scene.hear(":ann!a@h JOIN #a");
  assert.ok(scene.take().some((line) => line.includes("PRIVMSG #a early")));
});

test("the marker of a conversation that is not there yet is nothing to say", () => {
  const scene = new Scene();
  const channel = scene.inside();
  const before = channel.lines.length;
  scene.hear("FAIL MARKREAD INVALID_PARAMS nobody :There is no such conversation");
  assert.equal(channel.lines.length, before);
  scene.hear("FAIL EDIT INVALID_MSGID :There is no such message");
  assert.equal(channel.lines.length, before + 1);
});

test("an unknown numeric never breaks anything", () => {
  const scene = new Scene();
  scene.inside();
  scene.hear(":srv 999", ":srv 400", ":srv 353", ":srv 366", ":srv 332", ":srv 001", "FAIL", "MARKREAD", "BATCH", "BATCH +x", "CAP", "MODE", "KICK #a", "TAGMSG", "REDACT #a", "PRIVMSG #a");
  assert.equal(scene.state.status, "online");
});

test("what was refused goes back into the field with its reply or as an action, and never over what is written there", () => {
  const scene = new Scene();
  scene.inside();
  const refuse = (text, how) => {
    say(scene.state, "#a", text, { nonce: () => text, ...how });
    scene.take();
    scene.hear(`@label=${text} :srv 404 ann #a :No`);
  };
  const draft = () => scene.state.drafts.get("#a");
  refuse("one", { replyTo: "m1" });
  refuse("/two");
  refuse("waves", { action: true });
  rewrite(scene.state, "one");
  assert.deepEqual([draft().text, draft().reply, scene.state.outbox.get("one")], ["one", "m1", undefined]);
  rewrite(scene.state, "/two");
  assert.equal(draft().text, "one");
  assert.ok(scene.state.outbox.get("/two"));
  for (const [nonce, typed] of [["/two", "//two"], ["waves", "/me waves"]]) {
    sent(scene.state, "#a");
    rewrite(scene.state, nonce);
    assert.equal(draft().text, typed);
  }
});
