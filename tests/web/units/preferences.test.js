import assert from "node:assert/strict";
import { test } from "node:test";
import { pin, pinsOf, put } from "../../../src/chover/web/state/preference-changes.js";
import { BLOCKED, HIGHLIGHTS, THREADS, UNREAD, inOrder, MUTED, NOTIFY, PINNED, PINS } from "../../../src/chover/web/state/preferences.js";
import { ALL, kept, Scene } from "./scene.js";
import { connected, disconnected } from "../../../src/chover/web/state/session.js";

const CAPS = [...ALL, "draft/metadata-3", "chover.chat/marks"];

/** In #a, with what the account, or the guest's server, says. */
function scene({ account = "ann", preferences = [], own = [], caps = CAPS } = {}) {
  const here = new Scene({ caps, kept: { preferences: own } });
  here.state.account = account;
  if (caps === CAPS) tell(here, preferences);
  here.inside();
  return here;
}

/** The batch of all preferences: names, keys and values. */
function tell(here, preferences) {
  here.hear(":srv BATCH +x metadata *", ...preferences.map(([name, key, value]) => `@batch=x :srv 761 ann ${name} ${key} * :${value}`), ":srv BATCH -x");
}

const asked = (here) => here.take().filter((line) => line.includes("METADATA")).map((line) => line.replace(/^@\S+ /, ""));

test("all preferences are asked for before any channel is entered, where the server keeps them for oneself alone", () => {
  const here = new Scene({ caps: CAPS });
  disconnected(here.state);
  connected(here.state, "ann", new Map(CAPS.map((cap) => [cap, ""])));
  assert.deepEqual(here.take(), [`METADATA * SUB ${[PINNED, MUTED, BLOCKED, NOTIFY, PINS, THREADS, UNREAD, HIGHLIGHTS].join(" ")}`, "PING settled"]);
  const elsewhere = new Scene({ caps: [...ALL, "draft/metadata-3"] });
  connected(elsewhere.state, "ann", elsewhere.state.caps);
  assert.deepEqual(elsewhere.take(), ["PING settled"]);
});

test("what the account says counts, and what another device changes", () => {
  const here = scene({ preferences: [["#A", PINNED, "1"], ["#b", NOTIFY, "all"], ["#c", NOTIFY, "loud"]] });
  const { preferences } = here.state;
  assert.equal(preferences.get("#a", PINNED), "1");
  assert.deepEqual(["#b", "#c", "#a"].map((name) => preferences.loudness(name)), ["all", undefined, undefined]);
  here.hear(`:srv 761 ann #a ${PINNED} * 0`, `:srv 761 ann #b ${MUTED} * 1`, `:srv 761 ann #a ${NOTIFY} * mentions`);
  assert.equal(preferences.get("#a", PINNED), undefined);
  assert.deepEqual(["#b", "#a"].map((name) => preferences.loudness(name)), ["off", "mentions"]);
  here.hear(`:srv 766 ann #a ${NOTIFY} :no such key`);
  assert.equal(preferences.loudness("#a"), undefined);
  tell(here, []);
  assert.equal(preferences.loudness("#b"), undefined);
});

test("a wish shows at once and is asked for; a refusal asks for all of it anew", () => {
  const here = scene();
  here.take();
  assert.equal(put(here.state, "#a", MUTED, "1"), "");
  assert.equal(here.state.preferences.loudness("#a"), "off");
  const [line] = here.take();
  assert.match(line, /METADATA #a SET soju\.im\/muted 1$/);
  here.hear(`@label=${/label=([^ ;]+)/.exec(line)[1]} :srv FAIL METADATA LIMIT_REACHED #a :Too many`);
  assert.deepEqual(here.state.notifications.splice(0), [{ kind: "word", text: "Not saved: Too many" }]);
  assert.match(asked(here)[0], /^METADATA \* SUB soju/);
  tell(here, []);
  assert.equal(here.state.preferences.loudness("#a"), undefined);
});

test("flags are taken back by 0, other preferences by nothing", () => {
  const here = scene({ preferences: [["#a", PINNED, "1"], ["#a", NOTIFY, "all"]] });
  put(here.state, "#a", PINNED, "");
  put(here.state, "#a", NOTIFY, "");
  assert.deepEqual(asked(here).slice(-2), [`METADATA #a SET ${PINNED} 0`, `METADATA #a SET ${NOTIFY} :`]);
});

test("without a connection an account's preferences cannot be changed", () => {
  const here = scene({ preferences: [["#a", PINNED, "1"]] });
  disconnected(here.state);
  assert.match(put(here.state, "#a", PINNED, ""), /no connection/);
  assert.equal(here.state.preferences.get("#a", PINNED), "1");
});

test("a guest's preferences stay in this browser, but for whom the server is not to let through", () => {
  const here = scene({ account: "" });
  here.take();
  put(here.state, "#a", PINNED, "1");
  assert.deepEqual(asked(here), []);
  put(here.state, "Eve", BLOCKED, "1");
  assert.deepEqual(asked(here), [`METADATA Eve SET ${BLOCKED} 1`]);
  assert.deepEqual([...here.state.preferences.own], [[`#a ${PINNED}`, "1"], [`eve ${BLOCKED}`, "1"]]);
  here.hear(`:srv 761 ann Eve ${BLOCKED} * 0`);
  assert.equal(here.state.preferences.ignores("eve"), false);
});

test("on a server that keeps no preferences this browser does, and the list of masks has whom one ignores", () => {
  const here = scene({ caps: ALL });
  here.hear(":srv 005 ann SILENCE=100 :are supported");
  here.take();
  put(here.state, "#a", MUTED, "1");
  put(here.state, "eve", BLOCKED, "1");
  assert.deepEqual(here.take(), ["SILENCE +eve!*@*"]);
  assert.equal(here.state.preferences.loudness("#a"), "off");
  assert.equal(here.state.preferences.own.size, 2);
});

test("what this browser kept goes over once, for names of which the account says nothing", () => {
  const own = [[`#a ${MUTED}`, "1"], [`#a ${NOTIFY}`, "off"], [`#b ${PINNED}`, "1"], [`eve ${BLOCKED}`, "1"], [`eve ${MUTED}`, "1"]];
  const here = new Scene({ caps: CAPS, kept: { preferences: own } });
  here.state.account = "ann";
  tell(here, [["#b", NOTIFY, "all"], ["eve", BLOCKED, "1"]]);
  assert.deepEqual(asked(here), [`METADATA #a SET ${MUTED} 1`, `METADATA #a SET ${NOTIFY} off`, `METADATA eve SET ${MUTED} 1`]);
  assert.equal(here.state.preferences.get("#b", PINNED), undefined);
  // It stays here until the server has it.
  assert.deepEqual([...here.state.preferences.own.keys()], [`#a ${MUTED}`, `#a ${NOTIFY}`, `eve ${MUTED}`]);
  here.hear(`:srv 761 ann #a ${MUTED} * 1`, `:srv 761 ann #a ${NOTIFY} * off`, `:srv 761 ann eve ${MUTED} * 1`);
  assert.equal(here.state.preferences.own.size, 0);
});

test("a guest's server is told again whom the guest ignores", () => {
  const here = new Scene({ caps: CAPS, kept: { preferences: [[`eve ${BLOCKED}`, "1"], [`#a ${MUTED}`, "1"]] } });
  tell(here, []);
  assert.deepEqual(asked(here), [`METADATA eve SET ${BLOCKED} 1`]);
  assert.equal(here.state.preferences.loudness("#a"), "off");
});

test("after a login the account's preferences count, and after a logout the guest's", () => {
  const here = scene({ account: "" });
  put(here.state, "#a", MUTED, "1");
  here.hear(":srv 900 ann ann!a@h ann :You are now logged in");
  tell(here, [["#a", PINNED, "1"]]);
  assert.deepEqual([here.state.preferences.get("#a", MUTED), here.state.preferences.get("#a", PINNED)], [undefined, "1"]);
  here.hear(":srv 901 ann ann!a@h :You are now logged out");
  tell(here, []);
  assert.equal(here.state.preferences.get("#a", PINNED), undefined);
});

test("anyone who is ignored counts nowhere and types nowhere, known by nick or by account", () => {
  const here = scene({ preferences: [["eve", BLOCKED, "1"]] });
  const channel = here.state.conversations.get("#a");
  here.state.notifications.splice(0);
  here.hear(kept("1", "ann: spam", { nick: "Eve", seconds: 5 }), kept("2", "ann: more", { nick: "other", tags: "account=eve", seconds: 6 }));
  here.hear("@+typing=active :eve!e@h TAGMSG #a");
  assert.deepEqual([channel.unread, channel.mentions, channel.typing.size, here.state.notifications.length], [0, 0, 0, 0]);
  here.hear(kept("3", "ann: tea", { seconds: 7 }));
  assert.deepEqual([channel.unread, channel.mentions], [1, 1]);
  here.hear(`:srv 761 ann eve ${BLOCKED} * 0`);
  assert.deepEqual([channel.unread, channel.mentions], [3, 3]);
});

test("what is said while a gap is filled is not news when it is from somebody ignored", () => {
  const here = new Scene({ caps: CAPS });
  tell(here, [["eve", BLOCKED, "1"]]);
  here.hear(":ann!a@h JOIN #a", kept("1", "ann: spam", { nick: "eve", seconds: 5 }), ":srv PONG srv settled");
  here.answer("LATEST", "#a", [kept("1", "ann: spam", { nick: "eve", seconds: 5 })]);
  assert.deepEqual(here.state.notifications, []);
});

test("what is pinned stands in front, channels first, and keeps its place", () => {
  const here = scene({ preferences: [["zoe", PINNED, "1"], ["#z", PINNED, "1"]] });
  for (const name of ["zoe", "bob", "#z", "#b"]) here.state.conversation(name);
  const keys = (conversations) => conversations.map(({ key }) => key);
  const { pinned, channels, direct } = inOrder(here.state);
  assert.deepEqual([keys(pinned), keys(channels), keys(direct)], [["#z", "zoe"], ["#a", "#b"], ["bob"]]);
});

test("messages are pinned for oneself, as many as a server takes", () => {
  const here = scene({ preferences: [["#a", PINS, "m1 m2"]] });
  assert.match(pin(here.state, "#a", "m3"), /^Saved/);
  assert.deepEqual(asked(here).slice(-1), [`METADATA #a SET ${PINS} :m1 m2 m3`]);
  assert.equal(pin(here.state, "#a", "m1"), "Removed from your saved messages.");
  assert.deepEqual(pinsOf(here.state, "#a"), ["m2", "m3"]);
  assert.match(pin(here.state, "#a", "x".repeat(300)), /^At most 2 messages/);
});

test("names that an object would have of itself are names like all others", () => {
  const here = scene({ preferences: [["constructor", MUTED, "1"], ["__proto__", PINNED, "1"]] });
  assert.deepEqual([here.state.preferences.loudness("constructor"), here.state.preferences.get("__proto__", PINNED)], ["off", "1"]);
  assert.equal(here.state.preferences.get("toString", PINNED), undefined);
});

test("what a guest noted about a channel goes along when it gets another name", () => {
  const here = scene({ account: "" });
  put(here.state, "#a", MUTED, "1");
  here.hear(":bob!b@h RENAME #a #Tea :at last");
  assert.deepEqual([...here.state.preferences.own], [[`#tea ${MUTED}`, "1"]]);
});
