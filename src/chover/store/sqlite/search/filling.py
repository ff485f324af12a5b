"""Puts messages into the index, and refills a segment after a message in it was deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import msgspec

from chover.engine.events import Edited, Event
from chover.engine.ids import LogId
from chover.store import search_query
from chover.store.sqlite.log import batches, places
from chover.store.sqlite.log.batches import Value
from chover.store.sqlite.log.pages import EventRow
from chover.store.sqlite.search import entries, segments

Place = tuple[int, int]
"""A log's number and a seq."""

_EVENTS: Final = """
    SELECT json_group_array(json_array(log_no, log.id, json_array(seq, at, msgid, kind, version, actor, nonce, data)))
    FROM json_each(?) AS place CROSS JOIN store.event CROSS JOIN store.log
    WHERE log_no = place.value ->> 0 AND seq = place.value ->> 1 AND no = log_no"""
_ACTOR: Final = f"""
    {places.named("store.")}
    SELECT actor FROM named CROSS JOIN store.event ON log_no = no AND event.seq = named.seq"""  # noqa: S608 - a constant
_LAST: Final = "SELECT coalesce(max(id), -1), coalesce(max(at), 0) FROM entry WHERE id = (SELECT max(id) FROM entry)"
_ENTRY: Final = "INSERT INTO entry SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"
_WORDS: Final = "INSERT INTO {name} (rowid, words) SELECT * FROM (VALUES {{rows}}) WHERE column1 IS NOT NULL"
_SPAN: Final = """
    INSERT INTO span SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL ON CONFLICT DO UPDATE
    SET first = min(first, excluded.first), last = max(last, excluded.last), entries = entries + excluded.entries"""
_FOLLOWED: Final = "INSERT OR REPLACE INTO followed SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"
_PLACES: Final = """
    SELECT json_group_array(json_array(log_no, seq)) FROM
    (SELECT log_no, seq FROM entry WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?)"""

CHUNK: Final = 500

_rows: Final = msgspec.json.Decoder(list[tuple[int, str, EventRow]]).decode
_json: Final = msgspec.json.Encoder().encode


class IndexedMessage(NamedTuple):
    """An event, and its log's number."""

    log_no: int
    event: Event


def read(db: sqlite3.Connection, places: Sequence[Place]) -> list[IndexedMessage]:
    """The events at these places, in this order; those that no longer exist are left out."""
    (text,) = db.execute(_EVENTS, (_json(places).decode(),)).fetchone()
    found = [IndexedMessage(number, row.event(LogId(log))) for number, log, row in _rows(text)]
    order = {place: at for at, place in enumerate(places)}
    return sorted(found, key=lambda one: order[one.log_no, one.event.seq])


def put(db: sqlite3.Connection, found: Iterable[IndexedMessage]) -> int | None:
    """Add entries for events that can be searched. Returns the segment that is now full, if any.

    A changed event is added again with its new text, because its old segment may be rebuilt only later.
    """
    last, at = db.execute(_LAST).fetchone()
    full, rows = None, IndexRows(last // segments.SIZE)
    for log_no, event in _as_they_read_now(db, found):
        text = search_query.said(event)
        if text is None:
            continue
        last += 1
        at = max(at, event.at)
        if last % segments.SIZE == 0:
            rows.write(db)
            full = last // segments.SIZE - 1 if last else None
            rows = IndexRows(last // segments.SIZE)
            segments.add(db, rows.segment)
        rows.entries += (last, log_no, event.seq, at)
        rows.add(db, last, log_no, event, text)
    rows.write(db)
    return full


def _as_they_read_now(db: sqlite3.Connection, found: Iterable[IndexedMessage]) -> Iterator[IndexedMessage]:
    for one in found:
        body = one.event.body
        if type(body) is Edited:
            yield from read(db, [(one.log_no, body.place)])
        else:
            yield one


class IndexRows:
    """Rows for one segment, written together: a statement for many rows of a table, one span per log."""

    def __init__(self, segment: int) -> None:
        self.segment = segment
        self.entries: list[Value] = []
        self._words: list[Value] = []
        self._spans: dict[int, list[int]] = {}
        """First seq, last seq and count, by a log's number."""

    def add(self, db: sqlite3.Connection, number: int, log_no: int, event: Event, text: str) -> None:
        self._words += (number, entries.entry(event, text, log_no, _answers(db, event)))
        seq, span = event.seq, self._spans.get(log_no)
        if span is None:
            self._spans[log_no] = [seq, seq, 1]
        else:
            if seq > span[1]:
                span[1] = seq
            elif seq < span[0]:
                span[0] = seq
            span[2] += 1

    def write(self, db: sqlite3.Connection) -> None:
        if not self._words:
            return
        spans = [value for log_no, span in self._spans.items() for value in (log_no, self.segment, *span)]
        _insert(db, _ENTRY, 4, self.entries)
        _insert(db, _WORDS.format(name=segments.name_of(self.segment)), 2, self._words)
        _insert(db, _SPAN, 5, spans)


def follow(db: sqlite3.Connection, heads: Iterable[Place]) -> None:
    """Note up to where logs were followed."""
    _insert(db, _FOLLOWED, 2, [value for place in heads for value in place])


def _insert(db: sqlite3.Connection, template: str, width: int, values: Sequence[Value]) -> None:
    for sql, some in batches.statements(template, width, values):
        db.execute(sql, some)


def _answers(db: sqlite3.Connection, event: Event) -> str:
    msgid = search_query.answered(event)
    row = db.execute(_ACTOR, (places.asked([(event.log, msgid)]),)).fetchone() if msgid else None
    return str(row[0]) if row else ""


class Stopped(Exception):
    """The server is stopping: unfinished work is abandoned."""


def refill(db: sqlite3.Connection, segment: int, stopped: Callable[[], bool]) -> None:
    """Refill a segment from the log, within a transaction. Deleted messages are left out. Raises Stopped."""
    name = segments.name_of(segment)
    db.execute(f"INSERT INTO {name} ({name}) VALUES ('delete-all')")  # noqa: S608 - a number
    db.execute("DELETE FROM span WHERE segment = ?", (segment,))
    first, last = segment * segments.SIZE, (segment + 1) * segments.SIZE - 1
    while first <= last:
        if stopped():
            raise Stopped
        rows = db.execute(
            "SELECT id, log_no, seq FROM entry WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?", (first, last, CHUNK)
        ).fetchall()
        if not rows:
            break
        there = {(one.log_no, one.event.seq): one.event for one in read(db, [(no, seq) for _, no, seq in rows])}
        written = IndexRows(segment)
        for number, log_no, seq in rows:
            event = there.get((log_no, seq))
            text = None if event is None else search_query.said(event)
            if event is None or text is None:
                db.execute("DELETE FROM entry WHERE id = ?", (number,))
            else:
                written.add(db, number, log_no, event, text)
        written.write(db)
        first = rows[-1][0] + 1
    db.execute("DELETE FROM dirty WHERE segment = ?", (segment,))
    if db.execute("SELECT 1 FROM span WHERE segment = ? LIMIT 1", (segment,)).fetchone() is None:
        db.execute(f"DROP TABLE {name}")


def optimize(db: sqlite3.Connection, segment: int) -> None:
    """Merge the full-text pages of a full segment: searches become faster, and it will not change again."""
    name = segments.name_of(segment)
    db.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")  # noqa: S608 - a number
