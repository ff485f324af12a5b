import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CHUNK, Chunks } from "../../../src/chover/web/parts/chunks.js";
import { grouped } from "../../../src/chover/web/parts/event-row.js";
import { isBeside, rowsOf } from "../../../src/chover/web/parts/rows.js";
import { blank } from "../../../src/chover/web/state/lines.js";

const NOON = new Date(2026, 10, 23, 12).getTime();
const MINUTE = 60_000;
const said = (nick, minutes, more = {}) => blank({ kind: "message", nick, at: NOON + minutes * MINUTE, ...more });
const look = { events: true, firstNew: undefined };
const kinds = (rows) => rows.map((row) => (row.kind === "message" ? (row.head ? "head" : "more") : row.kind));

test("messages of one author in a row share a head, for five minutes", () => {
  assert.deepEqual(kinds(rowsOf([said("ann", 0), said("ann", 1), said("ann", 7), said("bob", 8), said("ann", 9)], { before: [said("x", 0)] }, look)),
    ["head", "more", "head", "head", "head"]);
});

test("an answer and another account of the same nick have a head of their own", () => {
  assert.deepEqual(kinds(rowsOf([said("ann", 0), said("ann", 0, { replyTo: "1" }), said("ann", 0, { account: "ann" })], { before: [said("x", 0)] }, look)),
    ["head", "head", "head"]);
});

test("each day begins with its line", () => {
  const day = 24 * 60;
  assert.deepEqual(kinds(rowsOf([said("ann", 0), said("ann", day)], {}, look)), ["day", "head", "day", "head"]);
});

test("joins and leaves are in one row, or in none", () => {
  const lines = [blank({ kind: "join", nick: "a", at: NOON }), blank({ kind: "part", nick: "a", at: NOON }), blank({ kind: "topic", nick: "a", at: NOON })];
  assert.deepEqual(kinds(rowsOf(lines, { before: [said("x", 0)] }, look)), ["events"]);
  const [row] = rowsOf(lines, { before: [said("x", 0)] }, { ...look, events: false });
  assert.deepEqual(row.lines.map(({ kind }) => kind), ["topic"]);
});

test("new messages begin under a line", () => {
  const lines = [said("ann", 0), said("ann", 1)];
  assert.deepEqual(kinds(rowsOf(lines, { before: [said("x", 0)] }, { ...look, firstNew: lines[1] })), ["head", "new", "head"]);
});

test("what somebody says whom one ignores is one row without words, and what else they do none", () => {
  const lines = [said("ann", 0), said("eve", 0), blank({ kind: "join", nick: "eve", at: NOON }), said("eve", 1), said("ann", 1)];
  const rows = rowsOf(lines, { before: [said("x", 0)] }, { ...look, ignores: ({ nick }) => nick === "eve" });
  assert.deepEqual(kinds(rows), ["head", "ignored", "head"]);
  assert.equal(rows[1].lines.length, 2);
});

test("what is not shown divides no group, however it is cut", () => {
  const gone = blank({ kind: "quit", nick: "x", at: NOON });
  const lines = [said("ann", 0), gone, said("ann", 1), gone, gone, said("ann", 2)];
  const hidden = { ...look, events: false };
  assert.deepEqual(kinds(rowsOf(lines, {}, hidden)), ["day", "head", "more", "more"]);
  for (let cut = 1; cut < lines.length; cut += 1) {
    const parts = [...rowsOf(lines.slice(0, cut), {}, hidden), ...rowsOf(lines.slice(cut), { before: lines.slice(0, cut).reverse() }, hidden)];
    assert.deepEqual(kinds(parts), ["day", "head", "more", "more"], `cut at ${cut}`);
  }
});

test("what is combined is one row, however it is cut", () => {
  const came = (nick) => blank({ kind: "join", nick, at: NOON });
  const whole = [said("ann", 0), said("eve", 0), said("eve", 0), came("eve"), said("eve", 1), said("ann", 1), came("a"), came("b"), said("ann", 1)];
  const ignoring = { ...look, ignores: ({ nick }) => nick === "eve" };
  const inPieces = (...cuts) => [0, ...cuts].flatMap((from, at) => {
    const to = cuts[at] ?? whole.length;
    return rowsOf(whole.slice(from, to), { before: whole.slice(0, from).reverse(), after: whole.slice(to) }, ignoring);
  });
  const right = rowsOf(whole, {}, ignoring).map(({ kind, key }) => [kind, key]);
  assert.deepEqual(right.map(([kind]) => kind), ["day", "message", "ignored", "message", "events", "message"]);
  for (let one = 1; one < whole.length; one += 1) {
    for (let two = one; two < whole.length; two += 1) {
      assert.deepEqual(inPieces(one, two).map(({ kind, key }) => [kind, key]), right, `cut at ${one} and ${two}`);
    }
  }
});

test("a row of events has a bound, which does not depend on the cut", () => {
  const lines = [said("ann", 0), ...Array.from({ length: 130 }, (_, at) => blank({ kind: "join", nick: `a${at}`, at: NOON, id: `${at}` }))];
  const right = rowsOf(lines, {}, look).filter(({ kind }) => kind === "events");
  assert.deepEqual(right.map((row) => row.lines.length), [60, 60, 10]);
  for (let cut = 1; cut < lines.length; cut += 1) {
    const [one, two] = [lines.slice(0, cut), lines.slice(cut)];
    const pieces = [...rowsOf(one, { after: two }, look), ...rowsOf(two, { before: one.toReversed() }, look)].filter(({ kind }) => kind === "events");
    assert.deepEqual(pieces.map(({ key }) => key), right.map(({ key }) => key), `cut at ${cut}`);
  }
});

test("a day and the line of what is new divide what is combined, also at a cut", () => {
  const late = said("eve", 24 * 60);
  const lines = [said("ann", 0), said("eve", 0), late];
  const ignoring = { ...look, ignores: ({ nick }) => nick === "eve" };
  const cut = (how) => [...rowsOf(lines.slice(0, 2), { after: [late] }, how), ...rowsOf([late], { before: lines.slice(0, 2).reverse() }, how)];
  assert.deepEqual(kinds(cut(ignoring)), ["day", "head", "ignored", "day", "ignored"]);
  const between = [said("eve", 0), blank({ kind: "join", nick: "eve", at: NOON + 24 * 60 * MINUTE }), late];
  assert.deepEqual(kinds(rowsOf(between, { before: [said("eve", 0)] }, ignoring)), ["day", "ignored"]);
  late.at = NOON;
  assert.deepEqual(kinds(cut(ignoring)), ["day", "head", "ignored"]);
  assert.deepEqual(kinds(cut({ ...ignoring, firstNew: late })), ["day", "head", "ignored", "new", "ignored"]);
});

test("each person is named once, by what came of it, in the words of the terminal", () => {
  const moves = (text) => text.split(" ").map((move) => blank({ kind: move[0] === "+" ? "join" : "quit", nick: move.slice(1), at: NOON }));
  const told = (text) => [...grouped(moves(text))].map(([outcome, nicks]) => `${nicks.join(" ")} ${outcome}`);
  assert.deepEqual(told("+a +b -c"), ["a b joined", "c left"]);
  assert.deepEqual(told("+a -a -b +b"), ["a came and went", "b came back"]);
  const words = readFileSync(new URL("../../../src/chover/client/state/entries.py", import.meta.url), "utf8");
  for (const outcome of ["joined", "left", "came back", "came and went"]) assert.ok(words.includes(`ngettext("{who} ${outcome}"`), outcome);
});

// ---- chunks

const many = (count) => Array.from({ length: count }, (_, at) => said("ann", at));

test("lines at either end are added without touching what is there", () => {
  const lines = many(30);
  const chunks = new Chunks();
  chunks.follow(lines);
  const before = [...chunks.list];
  lines.push(...many(5));
  assert.ok(chunks.follow(lines));
  const older = [...many(100), ...lines];
  assert.ok(chunks.follow(older));
  assert.ok(before.every((chunk) => chunks.list.includes(chunk)));
  assert.deepEqual(chunks.list.flatMap((chunk) => chunk.lines), older);
  assert.ok(chunks.list.every((chunk) => chunk.lines.length <= CHUNK));
});

test("what stands around a chunk is read over all chunks, backwards before it", () => {
  const lines = many(30);
  const chunks = new Chunks();
  chunks.follow(lines);
  assert.deepEqual([...chunks.around(2).before], lines.slice(0, 2 * CHUNK).reverse());
  assert.deepEqual([...chunks.around(0).before], []);
  assert.deepEqual([...chunks.around(0).after], lines.slice(CHUNK));
});

test("lines that are not drawn are taken to be as high as those that were", () => {
  const chunks = new Chunks();
  const lines = many(CHUNK * 40);
  chunks.follow(lines);
  for (const chunk of chunks.list) chunks.measure(chunk, CHUNK * 90);
  for (const chunk of chunks.list) chunks.measure(chunk, CHUNK * 60);
  chunks.follow([...many(CHUNK), ...lines]);
  const perLine = chunks.list[0].height / CHUNK;
  assert.ok(perLine > 55 && perLine < 61, `${perLine}`);
});

test("other lines begin anew", () => {
  const chunks = new Chunks();
  chunks.follow(many(30));
  const others = many(7);
  assert.equal(chunks.follow(others), false);
  assert.deepEqual(chunks.list.flatMap((chunk) => chunk.lines), others);
});

test("no lines are no chunks", () => {
  const chunks = new Chunks();
  chunks.follow([]);
  assert.deepEqual(chunks.between(0, 100), [0, 0]);
});

test("what lies between two heights is found, whatever was measured", () => {
  const chunks = new Chunks();
  chunks.follow(many(CHUNK * 4));
  for (let at = 0; at < 4; at += 1) chunks.measure(chunks.list[at], 100 * (at + 1));
  assert.deepEqual(chunks.between(-500, 50), [0, 1]);
  assert.deepEqual(chunks.between(100, 310), [1, 3]);
  assert.deepEqual(chunks.between(5000, 6000), [3, 4]);
  assert.equal(chunks.height(1, 3), 500);
});

const tiles = (rows) => rows.map((row) => row.tile ?? "");
const pictures = { ...look, isPicture: ({ text }) => text === "picture" };
const sent = (nick, minutes, more = {}) => said(nick, minutes, { text: "picture", ...more });

test("pictures that somebody sends one after the other are tiles", () => {
  assert.deepEqual(tiles(rowsOf([sent("ann", 0), sent("ann", 1), sent("ann", 2), sent("ann", 3)], { before: [said("x", 0)] }, pictures)),
    ["tile begins-line", "tile beside-head", "tile beside-head", "tile begins-line"]);
  assert.deepEqual(tiles(rowsOf([said("ann", 0), sent("ann", 0), sent("ann", 0)], { before: [said("x", 0)] }, pictures)), ["", "tile half begins-line", "tile half"]);
});

test("one picture, or one after a while, or of somebody else is none", () => {
  assert.deepEqual(tiles(rowsOf([sent("ann", 0)], { before: [said("x", 0)] }, pictures)), [""]);
  assert.deepEqual(tiles(rowsOf([sent("ann", 0), sent("ann", 2)], { before: [said("x", 0)] }, pictures)), ["", ""]);
  assert.deepEqual(tiles(rowsOf([sent("ann", 0), sent("bob", 0)], { before: [said("x", 0)] }, pictures)), ["", ""]);
  assert.deepEqual(tiles(rowsOf([sent("ann", 0), sent("ann", 0)], { before: [said("x", 0)] }, look)), ["", ""]);
});

test("words, answers, changes and what waits divide the tiles", () => {
  for (const more of [{ text: "words" }, { replyTo: "1" }, { edited: true }, { delivery: "failed" }, { deleted: true }]) {
    assert.deepEqual(tiles(rowsOf([sent("ann", 0), sent("ann", 0, more), sent("ann", 0)], { before: [said("x", 0)] }, pictures)), ["", "", ""]);
  }
});

test("a row that becomes a tile is another row", () => {
  const [first, second] = [sent("ann", 0, { id: "1" }), sent("ann", 0, { id: "2" })];
  const [before] = rowsOf([first], { before: [said("x", 0)] }, pictures);
  const [after] = rowsOf([first, second], { before: [said("x", 0)] }, pictures);
  assert.notEqual(before.key, after.key);
});

const beside = (previous, line) => isBeside(previous, line, pictures.isPicture);
const album = (count, begin = 0) => Array.from({ length: count }, (_, at) => sent("ann", (begin + at) / 100, { id: `${begin + at}` }));
const sizes = (chunks) => chunks.list.map(({ lines }) => lines.length);

test("tiles that stand beside each other are never parted by the border of a chunk", () => {
  const chunks = new Chunks(beside);
  const lines = [...many(CHUNK - 2), ...album(7), ...many(CHUNK)];
  chunks.follow(lines);
  assert.deepEqual(sizes(chunks), [CHUNK + 5, CHUNK]);
  assert.deepEqual(chunks.list.flatMap((chunk) => chunk.lines), lines);
});

test("pictures that arrive one by one behind a full chunk belong to it", () => {
  const chunks = new Chunks(beside);
  const lines = [...many(CHUNK - 1), ...album(4)];
  for (let count = 1; count <= lines.length; count += 1) assert.equal(chunks.follow(lines.slice(0, count)), count > 1);
  assert.deepEqual(sizes(chunks), [CHUNK + 3]);
  chunks.follow([...lines, ...many(2)]);
  assert.deepEqual(sizes(chunks), [CHUNK + 3, 2]);
});

test("older pictures join those that are there, whatever was measured", () => {
  const chunks = new Chunks(beside);
  const lines = [...album(9), ...many(3)];
  chunks.follow(lines.slice(4));
  chunks.measure(chunks.list[0], 400);
  const older = [...many(20), ...lines];
  assert.ok(chunks.follow(older));
  assert.deepEqual(chunks.list.flatMap((chunk) => chunk.lines), older);
  assert.deepEqual(sizes(chunks), [8, CHUNK, CHUNK]);
});

test("a page of older lines is not cut inside of a run of pictures", () => {
  const chunks = new Chunks(beside);
  chunks.follow(many(1));
  const newer = [...chunks.list[0].lines];
  chunks.follow([...many(5), ...album(8), ...many(CHUNK - 4), ...newer]);
  assert.deepEqual(sizes(chunks), [5, CHUNK + 4, 1]);
});

test("so many pictures that a chunk of them would be slow are divided all the same", () => {
  const chunks = new Chunks(beside);
  const lines = album(200);
  chunks.follow(lines.slice(100));
  chunks.follow(lines);
  assert.ok(Math.max(...sizes(chunks)) <= 3 * CHUNK);
  assert.deepEqual(chunks.list.flatMap((chunk) => chunk.lines), lines);
});

test("only pictures of one author that follow each other soon are beside each other", () => {
  assert.ok(beside(sent("ann", 0), sent("ann", 1)));
  assert.ok(!beside(sent("ann", 0), sent("ann", 2)));
  assert.ok(!beside(sent("ann", 0), sent("bob", 0)));
  assert.ok(!beside(said("ann", 0), sent("ann", 0)));
  assert.ok(!beside(sent("ann", 0), sent("ann", 0, { replyTo: "1" })));
});
