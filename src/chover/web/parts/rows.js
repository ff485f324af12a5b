/** From lines to rows: day lines, the line where "new" begins, and joins and leaves combined in one row. Pure. */

import { dayOf } from "../dates.js";
import { fold } from "../irc.js";

/** @import { Line } from "../state/shapes.js" */
/**
 * @typedef {{kind: "day", key: string, at: number} | {kind: "new", key: string}
 *   | {kind: "message", key: string, line: Line, head: boolean, tile?: string} | {kind: "events", key: string, lines: Line[]} | {kind: "ignored", key: string, lines: Line[]}} Row
 */
/**
 * @typedef {object} Look
 * @property {boolean} events Whether to show joins and leaves.
 * @property {Line | undefined} firstNew The first line that is new.
 * @property {(line: Line) => boolean} [ignores] Whether a line is hidden.
 * @property {(line: Line) => boolean} [isPicture] Whether a message is one picture and nothing else.
 */
/**
 * @typedef {object} Around What stands around the lines; only as much as is needed is read.
 * @property {Iterable<Line>} [before] The lines before the first, backwards.
 * @property {Iterable<Line>} [after] The lines after the last.
 */

/** Milliseconds after which the same author's next message begins a new group. */
const GROUP = 5 * 60_000;
/** Milliseconds up to which a picture after a picture of the same author stands beside it. */
const TOGETHER = 2 * 60_000;
/** Pictures of several messages beside each other. */
const ACROSS = 3;
/** Lines in a row that may be hidden between two which belong together. */
const FAR = 500;
/** The maximum number of lines that one row combines: of events it names each, of ignored messages it has the number alone. */
const MOST = { events: 60, ignored: Infinity };
const SAID = new Set(["message", "action", "notice", "note"]);
const COMING = new Set(["join", "part", "quit", "nick"]);

/**
 * Lines that are combined belong to the piece of the conversation in which the first of them is: that one reads on behind
 * its end, and the next one leaves them out.
 * @param {Line[]} lines
 * @param {Around} around
 * @param {Look} look
 * @returns {Row[]}
 */
export function rowsOf(lines, { before = [], after = [] }, look) {
  /** @type {Row[]} */
  const rows = [];
  let { previous, shown, drawn } = neighbours(before, lines[0], look);
  for (const line of lines) {
    const day = !previous || !sameDay(previous, line);
    const apart = day || line === look.firstNew;
    if (day) rows.push({ kind: "day", key: `day-${line.id}`, at: line.at });
    if (line === look.firstNew) rows.push({ kind: "new", key: `new-${line.id}` });
    if (apart) drawn = null;
    previous = line;
    const kind = rowKind(line, look);
    if (!kind) continue;
    if (drawn && kind === drawn.kind && drawn.count < MOST[drawn.kind]) drawn.count += 1;
    else {
      drawn = null;
      if (kind === "message") rows.push(messageRow(line, shown, apart));
      else gather(rows, kind, line);
    }
    shown = line;
  }
  if (!drawn) readOn(rows, after, lines.length - 1 - (shown ? lines.lastIndexOf(shown) : -1), look);
  if (look.isPicture) tileUp(rows, look.isPicture);
  return rows;
}

/** @param {Line} one @param {Line} other */
function sameDay(one, other) {
  return dayOf(one.at) === dayOf(other.at);
}

/** What the last row combines goes on behind the last line. @param {Row[]} rows @param {Iterable<Line>} after @param {number} hidden Lines since that row. @param {Look} look */
function readOn(rows, after, hidden, look) {
  const last = rows.at(-1);
  if (last?.kind !== "events" && last?.kind !== "ignored") return;
  for (const line of after) {
    const kind = rowKind(line, look);
    const [first] = last.lines;
    const ends = (kind && kind !== last.kind) || line === look.firstNew || (first && !sameDay(first, line));
    if (ends || hidden >= FAR || last.lines.length >= MOST[last.kind]) return;
    if (kind) gather(rows, last.kind, line);
    hidden = kind ? 0 : hidden + 1;
  }
}

/** Pictures that somebody sends one after the other are tiles beside each other; each stays a message. @param {Row[]} rows @param {(line: Line) => boolean} isPicture */
function tileUp(rows, isPicture) {
  /** @type {Extract<Row, {kind: "message"}>[]} */
  let run = [];
  for (const row of [...rows, null]) {
    const fits = row?.kind === "message" && isTile(row.line) && isPicture(row.line);
    const last = run.at(-1);
    if (fits && last && !row.head && isSoonAfter(last.line, row.line)) {
      run.push(row);
    } else {
      tile(run);
      run = fits ? [row] : [];
    }
  }
}

/** Whether a line stands beside the one before it, so that both have to be in the same chunk. @param {Line} previous @param {Line} line @param {(line: Line) => boolean} isPicture */
export function isBeside(previous, line, isPicture) {
  return isSoonAfter(previous, line) && continues(previous, line) && [previous, line].every((each) => isTile(each) && isPicture(each));
}

/** @param {Line} previous @param {Line} line */
function isSoonAfter(previous, line) {
  return line.at - previous.at < TOGETHER;
}

/** @param {Line} line */
function isTile({ kind, deleted, replyTo, delivery, edited }) {
  return kind === "message" && !deleted && !replyTo && !delivery && !edited;
}

/** @param {Extract<Row, {kind: "message"}>[]} run */
function tile(run) {
  if (run.length < 2) return;
  const under = run[0]?.head ? " beside-head" : "";
  const half = run.length === 2 ? " half" : "";
  run.forEach((row, at) => {
    row.tile = `tile${half}${at % ACROSS === 0 ? " begins-line" : ""}${at > 0 && at < ACROSS ? under : ""}`;
    row.key += row.tile;
  });
}

/** The kind of row for a line; "": it is not shown. @param {Line} line @param {Look} look */
function rowKind(line, look) {
  const ignored = look.ignores?.(line);
  if (SAID.has(line.kind)) return ignored ? "ignored" : "message";
  return !ignored && (look.events || !COMING.has(line.kind)) ? "events" : "";
}

/**
 * The line before the first, the last visible one before it, and what the row of that one combines.
 * @param {Iterable<Line>} before
 * @param {Line | undefined} first
 * @param {Look} look
 */
function neighbours(before, first, look) {
  /** @type {Line | undefined} */
  let previous;
  /** @type {Line | undefined} */
  let shown;
  /** @type {{kind: "events" | "ignored", count: number}[]} */
  const drawn = [];
  let hidden = 0;
  for (const line of before) {
    previous ??= line;
    const kind = rowKind(line, look);
    hidden = kind ? 0 : hidden + 1;
    const [row] = drawn;
    const joins = kind && first && kind !== "message" && sameDay(line, first) && (!row || kind === row.kind);
    shown ??= kind ? line : undefined;
    if (joins && row) row.count += 1;
    else if (joins) drawn.push({ kind, count: 1 });
    if (hidden >= FAR || (kind && !joins) || line === look.firstNew || kind === "ignored") break;
  }
  return { previous, shown, drawn: drawn.map(({ kind, count }) => ({ kind, count: (count - 1) % MOST[kind] + 1 }))[0] ?? null };
}

/** @param {Line} line @param {Line | undefined} previous @param {boolean} apart @returns {Row} */
function messageRow(line, previous, apart) {
  const head = apart || !previous || !continues(previous, line);
  return { kind: "message", key: `${line.id}-${line.version}${line.delivery}${head ? "-head" : ""}`, line, head };
}

/** @param {Line} previous @param {Line} line */
function continues(previous, line) {
  return (
    previous.kind === line.kind && line.kind !== "action" && line.kind !== "note" && !line.replyTo &&
    fold(previous.nick) === fold(line.nick) && line.at - previous.at < GROUP && previous.account === line.account
  );
}

/** Consecutive lines of the same kind are combined in one row. @param {Row[]} rows @param {"events" | "ignored"} kind @param {Line} line */
function gather(rows, kind, line) {
  const last = rows.at(-1);
  if (last?.kind === kind && last.lines.length < MOST[kind]) {
    last.lines.push(line);
    last.key = `${kind}-${last.lines[0]?.id}+${last.lines.length}`;
  } else {
    rows.push({ kind, key: `${kind}-${line.id}`, lines: [line] });
  }
}
