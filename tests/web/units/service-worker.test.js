import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** What a browser gives a worker, as far as pushing needs it. */
const listeners = {};
const browser = { shown: [], log: [], pages: [], opened: [], endpoint: "https://push.example/x", resubscribed: [] };
globalThis.location = new URL("https://chat.example/team/service-worker.js");
globalThis.self = {
  addEventListener: (name, listener) => { listeners[name] = listener; },
  skipWaiting: async () => {},
  clients: {
    claim: async () => {},
    matchAll: async () => browser.pages,
    openWindow: async (url) => browser.opened.push(String(url)),
  },
  registration: {
    getNotifications: async ({ tag }) => browser.shown.filter((each) => each.tag === tag),
    showNotification: async (title, { tag, data, silent = false, renotify = false, body }) => {
      browser.log.push(title);
      browser.shown = browser.shown.filter((each) => each.tag !== tag);
      const shown = { title, tag, data, silent, renotify, body, close: () => { browser.shown = browser.shown.filter((each) => each !== shown); } };
      browser.shown.push(shown);
    },
    pushManager: {
      getSubscription: async () => browser.endpoint && { endpoint: browser.endpoint },
      subscribe: async (options) => browser.resubscribed.push(options),
    },
  },
};
await import("../../../src/chover/web/service-worker.js");

async function happens(name, event) {
  const waits = [];
  listeners[name]({ ...event, waitUntil: (promise) => waits.push(promise) });
  await Promise.all(waits);
}

const push = (line) => happens("push", { data: line === null ? null : { text: () => line } });
const page = (more = {}) => ({
  url: "https://chat.example/team/", focused: false, heard: [],
  postMessage(data) { this.heard.push(data); }, async focus() { this.focused = true; }, ...more,
});
const titles = () => browser.shown.map(({ title }) => title);
const said = (msgid, who, text, target = "ann") => `@msgid=${msgid};time=2026-01-01T00:00:00.000Z :${who}!u@h PRIVMSG ${target} :${text}`;

beforeEach(() => {
  Object.assign(browser, { shown: [], log: [], pages: [], opened: [], endpoint: "https://push.example/x", resubscribed: [] });
});

test("what a notification says is in the language that the page has stored, and what the page did not know in English", async () => {
  const words = { "{who} in {channel}": "{who} in {channel} (de)", "Reminder in {name}": "Erinnerung in {name}", "Something is new.": 5 };
  globalThis.caches = { open: async (name) => ({ match: async (url) => name === "spoken" && String(url) === "https://chat.example/team/" ? Response.json(words) : undefined }) };
  try {
    await push(said("1", "bob", "ann: tea {who}", "#tea"));
    await push(":srv SCHEDULED 7 #tea remind due timestamp=2026-01-01T00:00:00.000Z m9 bob :the plan");
    await push("");
  } finally {
    delete globalThis.caches;
  }
  assert.deepEqual(browser.shown.map(({ title, body }) => [title, body]), [
    ["bob in #tea (de)", "ann: tea {who}"], ["Erinnerung in #tea", "bob: the plan"], ["Chat", "Something is new."],
  ]);
});

test("each conversation has one notification, and each message rings", async () => {
  await push(said("1", "bob", "one"));
  await push(said("2", "bob", "two"));
  await push(said("3", "bob", "ann: three", "#tea"));
  assert.deepEqual(browser.shown.map(({ title, body, renotify }) => [title, body, renotify]), [["bob", "two", true], ["bob in #tea", "ann: three", true]]);
});

test("what a page in the background has shown is not shown again", async () => {
  await push(said("1", "bob", "one"));
  await push(said("1", "bob", "one"));
  assert.deepEqual(browser.log, ["bob"]);
});

test("nothing is shown to who looks at this page; pages of others at the same place are none of ours", async () => {
  browser.pages = [page({ url: "https://chat.example/other/", focused: true })];
  await push(said("1", "bob", "one"));
  browser.pages.push(page({ focused: true }));
  await push(said("2", "carol", "two"));
  assert.deepEqual(titles(), ["bob"]);
});

test("what was read elsewhere is taken back up to there, and nothing else", async () => {
  await push(said("1", "bob", "one"));
  await push(said("2", "carol", "two"));
  await push(":srv MARKREAD bob timestamp=2025-12-31T00:00:00.000Z");
  assert.deepEqual(titles(), ["bob", "carol"]);
  await push(":srv MARKREAD bob timestamp=2026-01-01T00:00:00.000Z");
  assert.deepEqual(titles(), ["carol"]);
  assert.deepEqual(browser.log, ["bob", "carol"]);
});

test("where a push that shows nothing counts against us, something silent passes by", async () => {
  browser.endpoint = "https://web.push.apple.com/x";
  await push(said("1", "bob", "one"));
  await push(":srv MARKREAD bob timestamp=2026-01-01T00:00:00.000Z");
  browser.pages = [page({ focused: true })];
  await push(said("2", "bob", "two"));
  assert.deepEqual(browser.log, ["bob", "Read on another device", "bob"]);
  assert.deepEqual(titles(), []);
});

test("what cannot be read is shown as that something is new", async () => {
  for (const line of ["no line that we know", "", null]) await push(line);
  assert.deepEqual(titles(), ["Chat"]);
});

test("a click leads to the conversation in the page that is open, and opens one where there is none", async () => {
  await push(said("1", "bob", "ann: one", "#tea"));
  const [notification] = browser.shown;
  await happens("notificationclick", { notification });
  assert.deepEqual(titles(), []);
  assert.deepEqual(browser.opened, ["https://chat.example/team/#/c/%23tea"]);
  const open = page();
  browser.pages = [open];
  await happens("notificationclick", { notification });
  assert.deepEqual([open.heard, open.focused, browser.opened.length], [[{ show: "#tea" }], true, 1]);
});

test("a click on what could not be read opens the page as it is", async () => {
  await push("");
  await happens("notificationclick", { notification: browser.shown[0] });
  assert.deepEqual(browser.opened, ["https://chat.example/team/"]);
});

test("when the browser changes the subscription the pages hear of it, and a missing one is made anew", async () => {
  const open = page();
  browser.pages = [open];
  await happens("pushsubscriptionchange", { oldSubscription: { options: { userVisibleOnly: true } }, newSubscription: null });
  await happens("pushsubscriptionchange", { oldSubscription: null, newSubscription: {} });
  assert.deepEqual(browser.resubscribed, [{ userVisibleOnly: true }]);
  assert.deepEqual(open.heard, [{ renewed: true }, { renewed: true }]);
});
