import assert from "node:assert/strict";
import { test } from "node:test";
import { isOpen } from "../../../src/chover/web/state/channel-facts.js";
import { mayPin } from "../../../src/chover/web/state/shared-pins.js";
import { ALL, Scene } from "./scene.js";

/** In #a, with whoever the server names, on a server with WHOX. */
function scene(...names) {
  const here = new Scene({ caps: [...ALL, "chover.chat/pins"] });
  here.hear(":srv 005 ann WHOX CHANMODES=beI,k,l,imnst :are supported", ":ann!a@h JOIN #a", ...["ann @bob", ...names].map((some) => `:srv 353 ann = #a :${some}`), ":srv 366 ann #a :End", ":srv PONG srv settled");
  return here;
}

const asked = (here) => here.take().filter((line) => /(?:WHO|MODE) #/.test(line)).map((line) => line.replace(/^@\S+ /, ""));

/** The lines that answer the last request with this word. */
function reply(here, word, ...lines) {
  const label = /label=([^ ;]+)/.exec(here.take().findLast((line) => line.includes(word)) ?? "")?.[1];
  here.hear(`@label=${label} :srv BATCH +w labeled-response`, ...lines.map((line) => `@batch=w ${line}`), ":srv BATCH -w");
}

test("a channel that is shown is asked once for its modes, and for who has an account and is away", () => {
  const here = scene();
  assert.deepEqual(asked(here), ["MODE #a", "WHO #a %nfa"]);
  here.state.show("#a");
  here.hear(":srv 353 ann = #a :ann @bob", ":srv 366 ann #a :End");
  assert.deepEqual(asked(here), []);
  here.hear(":ann!a@h JOIN #b", ":srv 353 ann = #b :ann", ":srv 366 ann #b :End");
  assert.deepEqual(asked(here), []);
  here.state.show("#b");
  assert.deepEqual(asked(here), ["MODE #b", "WHO #b %nfa"]);
});

test("in a large channel nobody is asked for by the hundred", () => {
  const here = scene(...Array.from({ length: 300 }, (_, at) => `guest${at}`));
  assert.deepEqual(asked(here), ["MODE #a"]);
});

test("who is a guest is not said before it is known", () => {
  const here = scene();
  assert.equal(here.state.users.get("bob").sure, false);
  reply(here, "WHO #a", ":srv 354 ann bob G@ robert", ":srv 354 ann ann H 0", ":srv 315 ann #a :End");
  const { users } = here.state;
  assert.deepEqual([users.get("bob").account, users.get("bob").away, users.get("bob").sure], ["robert", true, true]);
  assert.deepEqual([users.get("ann").account, users.get("ann").sure], ["", true]);
});

test("a member without a rank may pin where every member may set the topic", () => {
  const here = scene();
  const channel = here.state.conversations.get("#a");
  assert.equal(mayPin(here.state, channel), false);
  reply(here, "MODE #a", ":srv 324 ann #a +n", ":srv 329 ann #a 1");
  assert.equal(mayPin(here.state, channel), true);
  here.hear(":bob!b@h MODE #a +t");
  assert.equal(mayPin(here.state, channel), false);
  here.hear(":bob!b@h MODE #a -t+o bob");
  assert.equal(isOpen(channel), true);
});
