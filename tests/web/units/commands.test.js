/** What is typed behind a slash: the cases are those of the terminal client. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { run } from "../../../src/chover/web/commands.js";
import { parse } from "../../../src/chover/web/irc.js";
import { Settings } from "../../../src/chover/web/settings.js";
import { State } from "../../../src/chover/web/state.js";
import { depart } from "../../../src/chover/web/state/leaving.js";
import { ALL, at } from "./scene.js";
import { receive } from "../../../src/chover/web/state/dispatch.js";
import { connected, disconnected } from "../../../src/chover/web/state/session.js";

const cases = JSON.parse(readFileSync(new URL("../../client/commands/cases.json", import.meta.url), "utf8"));
const CAPS = [...ALL, "chover.chat/edit", "chover.chat/pins", "chover.chat/scheduled", "chover.chat/invitations", "draft/account-registration"];

globalThis.document = Object.assign(new EventTarget(), { documentElement: { dataset: {} } });

/** A page without a page: Alice, alone in #lobby. */
class Page {
  constructor(caps = CAPS) {
    this.state = new State();
    this.identity = { nick: "Alice", account: "", secret: "" };
    this.settings = new Settings();
    this.sent = [];
    this.notes = [];
    this.act((state) => connected(state, "Alice", new Map(caps.map((cap) => [cap, ""]))));
    this.hear(
      ":s 005 Alice CHANTYPES=# PREFIX=(qaohv)~&@%+ SILENCE=100 CHATHISTORY=500 chover.chat/BANS=CHANSERV :are supported by this server",
      ":Alice!a@c JOIN #lobby", ":s 353 Alice = #lobby :Alice", ":s 366 Alice #lobby :End", ":s PONG s settled",
    );
    const asked = this.sent.findLast((line) => line.includes("CHATHISTORY LATEST"));
    const label = /label=([^ ;]+)/.exec(asked ?? "")?.[1];
    if (label) this.hear(`@label=${label} :s BATCH +h chathistory #lobby`, ":s BATCH -h");
    this.sent.length = 0;
  }

  act(change) {
    this.state.now = Date.parse(at(0));
    const result = change(this.state);
    this.sent.push(...this.state.take());
    this.wanted?.();
    this.notes.push(...this.state.notifications.splice(0).filter(({ kind }) => kind === "word").map(({ text }) => text));
    return result;
  }

  hear(...lines) {
    for (const line of lines) this.act((state) => receive(state, parse(line)));
  }

  /** Bob has said something, and so have we. */
  talk() {
    this.hear(`@msgid=his;time=${at(1)} :Bob!b@c PRIVMSG #lobby :hello`, `@msgid=mine;time=${at(2)} :Alice!a@c PRIVMSG #lobby :hi`);
  }

  nonce() {
    return "n1";
  }

  redraw() {}

  /** Until that line is sent. */
  until(line) {
    return new Promise((resolve) => {
      this.wanted = () => this.bare.includes(line) && resolve();
    });
  }

  get answers() {
    const noted = (this.state.current?.lines ?? []).filter(({ kind }) => kind === "note").map(({ text }) => text);
    return [...noted, ...this.notes].join("\n");
  }

  /** The lines that were sent, without their tags. */
  get bare() {
    return this.sent.map((line) => (line.startsWith("@") ? line.slice(line.indexOf(" ") + 1) : line));
  }
}

for (const [typed, line] of cases.sends) {
  test(`${typed} sends ${line}`, async () => {
    const page = new Page();
    page.talk();
    // It may wait for what the server answers; what it sends is sent before.
    await Promise.race([run(page, typed), page.until(line)]);
    // Leaving can be undone until the page goes away.
    page.act((state) => depart(state, { now: true }));
    assert.ok(page.bare.includes(line), page.bare.join("\n"));
  });
}

for (const [typed, line] of cases["sends to other servers"]) {
  test(`${typed} sends ${line} elsewhere`, async () => {
    const page = new Page();
    page.hear(":s 005 Alice -chover.chat/BANS :are supported by this server");
    await run(page, typed);
    assert.ok(page.bare.includes(line), page.bare.join("\n"));
  });
}

for (const [typed, words] of cases.answers) {
  test(`${typed} answers`, async () => {
    const page = new Page();
    assert.equal(await run(page, typed), "");
    assert.ok(page.answers.includes(words), page.answers);
  });
}

for (const [typed, words] of cases["answers about what was said"]) {
  test(`${typed} answers`, async () => {
    const page = new Page();
    page.talk();
    assert.equal(await run(page, typed), "");
    assert.ok(page.answers.includes(words), page.answers);
  });
}

const SPEAKS = /^(?:PRIVMSG|NOTICE|AWAY|KICK|MODE|TOPIC|JOIN|PART) /;

for (const [typed, words] of cases.refusals) {
  test(`${typed} is refused`, async () => {
    const page = new Page();
    assert.equal(await run(page, typed), typed === "/oper" ? "" : typed);
    assert.ok(page.answers.includes(words), page.answers);
    assert.deepEqual(page.bare.filter((line) => SPEAKS.test(line)), []);
  });
}

for (const [typed, words] of cases["refusals about what was said"]) {
  test(`${typed} is refused`, async () => {
    const page = new Page();
    page.talk();
    assert.equal(await run(page, typed), typed);
    assert.ok(page.answers.includes(words), page.answers);
    assert.deepEqual(page.bare.filter((line) => /^(?:TAGMSG|EDIT|REDACT|PRIVMSG) /.test(line)), []);
  });
}

for (const [typed, words] of cases["private refusals"]) {
  test(`${typed} is refused in a private conversation`, async () => {
    const page = new Page();
    await run(page, "/query Bob");
    await run(page, typed);
    assert.ok(page.answers.includes(words), page.answers);
  });
}

for (const [typed, cap, what] of cases.lacks) {
  test(`${typed} without ${cap}`, async () => {
    const page = new Page(CAPS.filter((each) => each !== cap));
    page.talk();
    await run(page, typed);
    assert.ok(page.answers.includes(`This server does not offer ${what}.`), page.answers);
  });
}

test("/query alone goes back to the channel", async () => {
  const page = new Page();
  await run(page, "/query Bob");
  await run(page, "/query");
  assert.equal(page.state.current.name, "#lobby");
});

test("/history of a day goes to the first message of it", async () => {
  const page = new Page();
  const jumps = [];
  document.addEventListener("jump", ({ detail }) => jumps.push(detail), { once: true });
  await run(page, "/history 2026-01-31");
  const asked = page.sent.findLast((line) => line.includes("CHATHISTORY AFTER #lobby timestamp=2026-01-30T23:59:59.999Z 100"));
  const label = /label=([^ ;]+)/.exec(asked)[1];
  page.hear(`@label=${label} :s BATCH +d chathistory #lobby`, `@batch=d;msgid=first;time=2026-01-31T09:00:00.000Z :Bob!b@c PRIVMSG #lobby :morning`, ":s BATCH -d");
  assert.deepEqual(jumps, ["first"]);
});

test("a password in a command that cannot be done does not stand in the line again", async () => {
  const page = new Page();
  page.act((state) => disconnected(state));
  assert.equal(await run(page, "/oper admin hunter2"), "");
  assert.equal(await run(page, "/whois Bob"), "/whois Bob");
});

const SAID = JSON.parse(readFileSync(new URL("../../client/commands/answers.json", import.meta.url), "utf8"));

for (const { lines, words } of SAID) {
  test(`the server answers: ${words.join("; ") || "nothing"}`, () => {
    const page = new Page();
    page.hear(...lines);
    assert.equal(page.answers, words.join("\n"));
  });
}
