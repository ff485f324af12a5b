/** The transcripts of both clients, run against the web client's state: tests/transcripts/README.md. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { filled, neutral, Web } from "./web.js";

const FOLDER = new URL("../../transcripts/", import.meta.url);
const APART = new Set(["starts.json", "differences.json", "mentions.json"]);

const load = (name) => JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json") && !APART.has(name)).sort();
const corpus = new Map(files.flatMap((name) => Object.entries(load(name))));
const starts = load("starts.json");
const differences = load("differences.json").filter(({ client }) => client === "web");

class Run {
  constructor() {
    this.web = new Web();
    /** All that was sent and looked at. */
    this.before = [];
  }

  steps(steps) {
    for (let at = 0; at < steps.length;) {
      let end = at;
      while (typeof steps[end] === "string" && steps[end].startsWith("C:")) end += 1;
      if (end > at) this.lines(steps.slice(at, end), `step ${at + 1}`);
      else this.step(steps[at], `step ${at + 1}`);
      at = Math.max(end, at + 1);
    }
  }

  step(step, where) {
    const { web } = this;
    if (typeof step === "string") {
      assert.ok(step.startsWith("S: "), where);
      web.hear(filled(step.slice(3), [...this.before, ...web.sent]));
    } else if (step.start) {
      this.steps(starts[step.start]);
      this.before.push(...web.sent);
      web.forget();
    } else if (step.do) {
      web.do(step.do, step);
    } else {
      this.look(step, where);
    }
  }

  look({ see, ...expected }, where) {
    for (const [what, wanted] of Object.entries(expected)) {
      const seen = this.web.see(see, what);
      if (what === "told") {
        assert.ok(seen.length === wanted.length && wanted.every((text, at) => seen[at].includes(text)), `${where}: told ${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`);
      } else if (what === "people") {
        for (const [nick, known] of Object.entries(wanted)) {
          const narrowed = seen[nick] ? Object.fromEntries(Object.keys(known ?? {}).map((name) => [name, seen[nick][name]])) : null;
          assert.deepEqual(narrowed, known, `${where}: what is known of ${nick}`);
        }
      } else {
        assert.deepEqual(seen, wanted, `${where}: ${what} in ${see}`);
      }
    }
  }

  lines(group, where) {
    const wanted = group.filter((line) => line !== "C:").map((line) => filled(line.slice(3), [...this.before, ...this.web.sent]));
    const { sent } = this.web;
    const lines = wanted.map((line) => (line === "..." ? line : neutral(line)));
    if (wanted.includes("...")) assert.ok(fits(sent.map(neutral), lines), `${where}: sent ${JSON.stringify(sent)}`);
    else assert.deepEqual(sent.map(neutral), lines, `${where}: sent ${JSON.stringify(sent)}`);
    this.before.push(...this.web.sent.splice(0));
  }
}

/** Whether lines are as they should be; an ellipsis stands for any number of them. */
function fits(sent, wanted) {
  if (!wanted.length) return !sent.length;
  if (wanted[0] === "...") return Array.from({ length: sent.length + 1 }).some((_, at) => fits(sent.slice(at), wanted.slice(1)));
  return sent.length > 0 && isDeepStrictEqual(sent[0], wanted[0]) && fits(sent.slice(1), wanted.slice(1));
}

function changed(steps, entries) {
  const instead = new Map(entries.map((entry) => [entry.step - 1, entry.instead]));
  return steps.map((step, at) => instead.get(at) ?? step);
}

for (const [name, steps] of corpus) {
  test(name, () => new Run().steps(changed(steps, differences.filter(({ transcript }) => transcript === name))));
}

/** A case of mentions.json as a client sees it: in a channel, said by bob. */
function asTranscript({ text, mentions, nick = "ann", highlights = [], account = highlights.length ? "zz" : "", answers = false, ignored = false }) {
  const lines = text.split("\n").map((line) => `S: @batch=m :bob!u@h PRIVMSG #a :${line}`);
  return [
    { do: "connect", nick, account },
    "S: :srv BATCH +h metadata *",
    `S: @batch=h :srv 761 ${nick} * chover.chat/highlights * :${highlights.join(",")}`,
    "S: :srv BATCH -h",
    `S: :${nick}!a@h JOIN #a`,
    "S: @label={label:LATEST} :srv BATCH +h chathistory #a",
    "S: :srv BATCH -h",
    `S: @msgid=m1;time={5} :${nick}!a@h PRIVMSG #a :nothing`,
    ...(ignored ? [{ do: "ignore", nick: "bob" }] : []),
    `S: @msgid=m2;time={6}${answers ? ";+draft/reply=m1" : ""} :bob!u@h BATCH +m draft/multiline #a`,
    ...lines,
    "S: BATCH -m",
    { see: "#a", mentions: Number(mentions) },
  ];
}

for (const each of load("mentions.json")) {
  test(`a message mentions whom the table says: ${JSON.stringify(each)}`, () => new Run().steps(asTranscript(each)));
}

for (const entry of differences) {
  test(`${entry.transcript}: step ${entry.step} is still a difference`, () => {
    const others = differences.filter((other) => other.transcript === entry.transcript && other !== entry);
    assert.ok(corpus.has(entry.transcript) && entry.reason);
    assert.throws(() => new Run().steps(changed(corpus.get(entry.transcript), others)), assert.AssertionError);
  });
}

test("the corpus is as large as it was promised", () => assert.ok(corpus.size >= 250));
