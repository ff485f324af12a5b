import assert from "node:assert/strict";
import { test } from "node:test";

/** @type {Map<string, string>} */
const stored = new Map();
globalThis.localStorage = /** @type {any} */ ({
  setItem: (/** @type {string} */ name, /** @type {string} */ value) => stored.set(name, value),
  removeItem: (/** @type {string} */ name) => stored.delete(name),
});
globalThis.window = /** @type {any} */ ({ addEventListener: () => {} });
const { KeptOutbox } = await import("../../../src/chover/web/kept-outbox.js");

/** @param {string} nonce @param {string} target @param {string} text */
const pending = (nonce, target, text) => ({ nonce, target, text, reply: "", action: false, at: 0 });

test("what is said to a service is not kept, since it may hold a password", () => {
  const outbox = new KeptOutbox(() => {});
  outbox.keep(/** @type {any} */ ([pending("n1", "NickServ", "IDENTIFY secret-of-alice"), pending("n2", "#lobby", "one")]));
  assert.deepEqual([...stored.keys()], ["chover.outbox.n2"]);
  outbox.keep([]);
  assert.equal(stored.size, 0);
});
