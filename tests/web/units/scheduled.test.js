/** Messages that are sent later, and reminders. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { everything, openScheduled, remindOf, sayLater, unschedule } from "../../../src/chover/web/state/scheduled.js";
import { pushed } from "../../../src/chover/web/pushed.js";
import { connected } from "../../../src/chover/web/state/session.js";
import { ALL, Scene } from "./scene.js";

const CAPS = [...ALL, "chover.chat/scheduled"];
let scene;

function row(id, kind = "say", status = "waiting", { text = "see you", msgid = "*", author = "*" } = {}) {
  return `SCHEDULED ${id} #a ${kind} ${status} timestamp=2026-12-01T14:30:00.000Z ${msgid} ${author} :${text}`;
}

function lists(...rows) {
  scene.hear(":s BATCH +l chover.chat/scheduled", ...rows.map((each) => `@batch=l :s ${each}`), ":s BATCH -l");
  return scene.state.notifications.splice(0);
}

beforeEach(() => {
  scene = new Scene({ caps: CAPS });
  scene.inside();
  scene.take();
  scene.state.notifications.length = 0;
});

test("a list replaces the one before, with texts of several lines in it", () => {
  lists(row("s1"), row("s2", "remind", "waiting", { text: "hello", msgid: "m1", author: "bob" }));
  assert.deepEqual(scene.state.scheduled.map(({ id, name, kind, msgid, author, text }) => [id, name, kind, msgid, author, text]), [
    ["s1", "#a", "say", "", "", "see you"], ["s2", "#a", "remind", "m1", "bob", "hello"],
  ]);
  scene.hear(":s BATCH +l chover.chat/scheduled", "@batch=l :s BATCH +m draft/multiline s1", ...["one", "two"].map((text) => `@batch=m :s ${row("s1", "say", "waiting", { text })}`), ":s BATCH -m", ":s BATCH -l");
  assert.deepEqual(scene.state.scheduled.map(({ id, text }) => [id, text]), [["s1", "one\ntwo"]]);
  lists();
  assert.deepEqual(scene.state.scheduled, []);
});

test("what is due is told once, also after another connection", () => {
  const due = row("s2", "remind", "due", { text: "hello", msgid: "m1", author: "bob" });
  assert.deepEqual(lists(due).map(({ kind, item }) => [kind, item.id]), [["due", "s2"]]);
  assert.equal(openScheduled(scene.state), 1);
  assert.deepEqual(lists(due), []);
  connected(scene.state, "ann", scene.state.caps);
  assert.equal(openScheduled(scene.state), 0);
  scene.state.notifications.length = 0;
  assert.deepEqual(lists(due), []);
});

test("why a message was not sent comes with it", () => {
  lists(row("s1", "say", "refused"), "SCHEDULED s1 #a why :you are banned there (+b)");
  assert.deepEqual(scene.state.scheduled.map(({ status, why }) => [status, why]), [["refused", "you are banned there (+b)"]]);
});

test("a long text is scheduled as a batch, a short one as a line", () => {
  sayLater(scene.state, "#a", "2h", "see you", "m1");
  sayLater(scene.state, "#a", "2h", "one\ntwo");
  remindOf(scene.state, "#a", "m1", "20m");
  unschedule(scene.state, "s1");
  assert.deepEqual(scene.take(), [
    "@+draft/reply=m1 SCHEDULE #a 2h :see you",
    "BATCH +later draft/multiline #a", "@batch=later SCHEDULE #a 2h one", "@batch=later SCHEDULE #a 2h two", "BATCH -later",
    "REMIND #a m1 20m", "UNSCHEDULE s1",
  ]);
});

test("a list has bounds", () => {
  everything(scene.state, Array.from({ length: 300 }, (_, at) => ({ tags: {}, source: "s", nick: "s", command: "SCHEDULED", params: [`s${at}`, "#a", "say", "waiting", "timestamp=2026-12-01T14:30:00.000Z", "*", "*", "x"] })));
  assert.equal(scene.state.scheduled.length, 200);
});

test("a pushed reminder is a notification that leads to its conversation", () => {
  const { notice } = pushed(":s SCHEDULED s2 #a remind due timestamp=2026-12-01T14:30:00.000Z m1 bob :see you");
  assert.deepEqual([notice.title, notice.options.body, notice.options.data.name, notice.options.data.msgid], ["Reminder in #a", "bob: see you", "#a", "m1"]);
  const refused = pushed(":s SCHEDULED s1 #a say refused timestamp=2026-12-01T14:30:00.000Z * * :you are banned there (+b)");
  assert.deepEqual([refused.notice.title, refused.notice.options.body], ["Not sent to #a", "you are banned there (+b)"]);
});
