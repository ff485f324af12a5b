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

/** Milliseconds after which the same author's next message begins a new group. */
const GROUP = 5 * 60_000;
/** Milliseconds up to which a picture after a picture of the same author stands beside it. */
const TOGETHER = 2 * 60_000;
/** Pictures of several messages beside each other. */
const ACROSS = 3;
const SAID = new Set(["message", "action", "notice", "note"]);
const COMING = new Set(["join", "part", "quit", "nick"]);

/**
 * @param {Line[]} lines
 * @param {Iterable<Line> | undefined} before The lines before the first, backwards; only as many as needed are read.
 * @param {Look} look
 * @returns {Row[]}
 */
export function rowsOf(lines, before = [], look) {
  /** @type {Row[]} */
  const rows = [];
  let { previous, shown } = neighbours(lines[0], before, look);
  for (const line of lines) {
    const day = !previous || dayOf(previous.at) !== dayOf(line.at);
    if (day) rows.push({ kind: "day", key: `day-${line.id}`, at: line.at });
    if (line === look.firstNew) rows.push({ kind: "new", key: `new-${line.id}` });
    const kind = rowKind(line, look);
    if (kind === "message") rows.push(messageRow(line, shown, day || line === look.firstNew));
    else if (kind) gather(rows, kind, line);
    previous = line;
    if (kind) shown = line;
  }
  if (look.isPicture) tileUp(rows, look.isPicture);
  return rows;
}

/** Pictures that somebody sends one after the other are tiles beside each other; each stays a message. @param {Row[]} rows @param {(line: Line) => boolean} isPicture */
function tileUp(rows, isPicture) {
  /** @type {Extract<Row, {kind: "message"}>[]} */
  let run = [];
  for (const row of [...rows, null]) {
    const fits = row?.kind === "message" && isTile(row.line) && isPicture(row.line);
    const last = run.at(-1);
    if (fits && last && !row.head && row.line.at - last.line.at < TOGETHER) {
      run.push(row);
    } else {
      tile(run);
      run = fits ? [row] : [];
    }
  }
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
 * The line before the first, and the last visible one before it, if they can be in the same group.
 * @param {Line | undefined} first
 * @param {Iterable<Line>} before
 * @param {Look} look
 */
function neighbours(first, before, look) {
  /** @type {Line | undefined} */
  let previous;
  for (const line of before) {
    previous ??= line;
    if (rowKind(line, look)) return { previous, shown: line };
    if (!first || first.at - line.at >= GROUP) break;
  }
  return { previous, shown: undefined };
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
  if (last?.kind === kind) {
    last.lines.push(line);
    last.key = `${kind}-${last.lines[0]?.id}+${last.lines.length}`;
  } else {
    rows.push({ kind, key: `${kind}-${line.id}`, lines: [line] });
  }
}
