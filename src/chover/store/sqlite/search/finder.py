"""Answers searches: candidates from the index, the newest first, each checked against the log.

The index is only a hint: it may still have what was deleted or changed a moment ago, and lack the newest messages.
Every message is judged by its row in the log, and the part of the log that is not indexed yet is read directly.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId, is_pair, pair_of
from chover.store import search_query
from chover.store.search_query import SearchTerms
from chover.store.sqlite.log import places
from chover.store.sqlite.log.pages import EventRow
from chover.store.sqlite.search import entries, segments
from chover.store.sqlite.search.scopes import IndexedScopes

ROUNDS: Final = 50
"""How often candidates are fetched for one search."""
CANDIDATES: Final = 2000
"""The maximum number of candidates fetched at once."""
TAIL: Final = 5000
"""Messages read directly from the log because the index lacks them."""
EVERYWHERE: Final = 0.2
"""From this share of all messages on, the index is searched without naming logs, and the others are filtered out."""
FEW, MANY = 4, 500
"""Up to FEW logs are always named to the index, and more than MANY never."""
TOGETHER: Final = 400
"""Segments that one statement asks: a statement of SQLite has at most 500 parts."""
SPARSE: Final = 0.02
"""Up to this share of all messages, few of a segment match a word in the searched logs."""

_TOTAL: Final = "SELECT coalesce(max(id), 0) + 1 FROM entry"
_SEGMENTS: Final = "SELECT DISTINCT segment FROM span WHERE log_no IN (SELECT value FROM json_each(?)) ORDER BY segment"
_EVENT: Final = "json_array(log.id, json_array(event.seq, event.at, msgid, kind, version, actor, nonce, data))"
# Messages that are gone from the log are returned as an id, because fetched candidates are counted.
_CANDIDATES: Final = f"""
    SELECT json_group_array(json_array(found.id, iif(event.seq IS NULL, NULL, {_EVENT})))
    FROM ({{ids}} LIMIT ?4) AS found
    CROSS JOIN entry ON entry.id = found.id
    LEFT JOIN store.event ON event.log_no = entry.log_no AND event.seq = entry.seq
    LEFT JOIN store.log ON no = entry.log_no"""  # noqa: S608 - a constant
_IN_SEGMENT: Final = (
    "SELECT id FROM (SELECT rowid AS id FROM {name} WHERE {name} MATCH ?1 AND rowid BETWEEN ?2 AND ?3"
    " ORDER BY rowid {order} LIMIT ?4)"
)
_MATCHES: Final = "SELECT rowid AS id FROM {name} WHERE {name} MATCH ?1 AND rowid BETWEEN ?2 AND ?3"
# With the plus, FTS5 is not asked for the order.
_SORTED: Final = "SELECT id FROM (SELECT id FROM ({matches}) ORDER BY +id DESC LIMIT ?4)"
_ANY: Final = "SELECT id FROM entry WHERE id BETWEEN ?2 AND ?3 AND ?1 = '' ORDER BY id {order}"
_TAIL: Final = f"""
    SELECT json_group_array(json_array(0, {_EVENT})) FROM (
        SELECT event.* FROM (
            SELECT no, coalesce((SELECT seq FROM followed WHERE log_no = no), 0) AS last
            FROM store.log WHERE id IN (SELECT value FROM json_each(?1))) AS asked
        CROSS JOIN {places.messages("store.")}
        WHERE part.log_no = asked.no AND part.span >= asked.last / {places.SPAN}
            AND +event.seq > asked.last AND kind = 'said'
        ORDER BY at DESC LIMIT {TAIL}) AS event
    CROSS JOIN store.log ON no = log_no"""  # noqa: S608 - constants
_PAIRS: Final = """
    SELECT id FROM store.log WHERE id > 'p' || ?1 || ':' AND id < 'p' || ?1 || ';'
    UNION SELECT id FROM store.log WHERE substr(id, instr(id, ':') + 1) = ?1 AND instr(id, ':') > 0"""
# The first entry at or after a time, by bisection; some ids are missing.
_MOMENT: Final = """
    WITH RECURSIVE search (low, high) AS (
        SELECT 0, coalesce(max(id), -1) + 1 FROM entry
        UNION ALL
        SELECT iif(at < ?1, id + 1, low), iif(at < ?1, high, (low + high) / 2)
        FROM search CROSS JOIN entry
        WHERE low < high AND id = (SELECT min(id) FROM entry WHERE id >= (low + high) / 2))
    SELECT low FROM search WHERE low >= high LIMIT 1"""
_ACTORS: Final = f"""
    {places.named("store.")}
    SELECT DISTINCT log, named.msgid, actor
    FROM named CROSS JOIN store.event ON log_no = no AND event.seq = named.seq"""  # noqa: S608 - a constant

_json: Final = msgspec.json.Encoder().encode
_rows: Final = msgspec.json.Decoder(list[tuple[int, tuple[str, EventRow] | None]]).decode


class SearchPlan(NamedTuple):
    """How to query the index: the expression, the segments in order, the bounds, and how many rows at once.

    ``sparse``: few messages of a segment match, so that most segments are read to their end.
    """

    expression: str
    segments: tuple[int, ...]
    low: int
    high: int
    chunk: int
    sparse: bool


def find(
    db: sqlite3.Connection,
    wanted: SearchTerms,
    limit: int,
    oldest: bool,
    behind: Collection[LogId] | None,
    scopes: IndexedScopes,
) -> list[Event]:
    """See Search.find. ``behind``: logs whose end has to be read directly; None: all of them."""
    # The index is read at one moment, and the log at a moment that is not earlier.
    db.execute("BEGIN")
    try:
        db.execute("SELECT 1 FROM followed LIMIT 1").fetchone()
        found = {(event.log, event.seq): event for event in _tail(db, wanted, behind)}
        room = limit
        for event in _indexed(db, wanted, _planned(db, wanted, limit, oldest, scopes), oldest):
            room -= 1
            found[event.log, event.seq] = event
            if not room:
                break
    finally:
        db.execute("COMMIT")
    return search_query.nearest(found.values(), limit, oldest=oldest)


def _tail(db: sqlite3.Connection, wanted: SearchTerms, behind: Collection[LogId] | None) -> Iterable[Event]:
    logs = _within(db, wanted, behind)
    if not logs:
        return []
    (text,) = db.execute(_TAIL, (_json(logs).decode(),)).fetchone()
    return _fitting(db, wanted, _events(_rows(text)))


def _within(db: sqlite3.Connection, wanted: SearchTerms, behind: Collection[LogId] | None) -> list[str]:
    """Those of the searched logs whose end the index may lack."""
    scope = wanted.scope
    if behind is None:
        private = [log for (log,) in db.execute(_PAIRS, (scope.user,)).fetchall()] if scope.user else []
        return [*scope.logs, *private]
    return [log for log in behind if log in scope.logs or (is_pair(log) and scope.user in pair_of(log))]


def _indexed(db: sqlite3.Connection, wanted: SearchTerms, plan: SearchPlan | None, oldest: bool) -> Iterator[Event]:
    """The matches, in the order in which they are indexed."""
    if plan is None:
        return
    # Without words no segment is asked.
    together = TOGETHER if plan.expression else len(plan.segments) or 1
    for first in range(0, len(plan.segments), together):
        yield from _in_some(db, wanted, plan._replace(segments=plan.segments[first : first + together]), oldest)


def _in_some(db: sqlite3.Connection, wanted: SearchTerms, plan: SearchPlan, oldest: bool) -> Iterator[Event]:
    """The matches in segments that one statement can ask."""
    for _ in range(ROUNDS):
        if plan.low > plan.high:
            return
        sql = _statement(bool(plan.expression), plan.segments, oldest, plan.sparse)
        (text,) = db.execute(sql, (plan.expression, plan.low, plan.high, plan.chunk)).fetchone()
        rows = _rows(text)
        yield from _fitting(db, wanted, _events(rows))
        if len(rows) < plan.chunk:
            return
        last = rows[-1][0]
        # There was more than enough, so that not all of it has to be read again.
        plan = plan._replace(sparse=False)
        plan = plan._replace(low=last + 1) if oldest else plan._replace(high=last - 1)


@lru_cache(maxsize=64)
def _statement(by_words: bool, on: tuple[int, ...], oldest: bool, sparse: bool) -> str:
    order = "ASC" if oldest else "DESC"
    if not by_words:
        return _CANDIDATES.format(ids=_ANY.format(order=order))
    names = [segments.name_of(segment) for segment in on]
    # In ascending order nothing is gained.
    alone = 1 if sparse and not oldest else len(names)
    parts = [_IN_SEGMENT.format(name=name, order=order) for name in names[:alone]] + _sorted(names[alone:])
    return _CANDIDATES.format(ids=" UNION ALL ".join(parts))


def _sorted(names: Sequence[str]) -> list[str]:
    """Queries for the newest matches of ever more segments at once.

    FTS5 reads a segment to its end twice as fast in ascending order, and sorting a few matches costs less. As the
    parts double, at most twice as many segments are read as have to be.
    """
    parts, first, size = [], 0, 1
    while first < len(names):
        matches = " UNION ALL ".join([_MATCHES.format(name=name) for name in names[first : first + size]])
        parts.append(_SORTED.format(matches=matches))
        first, size = first + size, size * 2
    return parts


def _planned(
    db: sqlite3.Connection, wanted: SearchTerms, limit: int, oldest: bool, scopes: IndexedScopes
) -> SearchPlan | None:
    scope = wanted.scope
    numbers, listed, there = scopes.logs(db, scope.logs)
    if wanted.hopeless or not (numbers or scope.user):
        return None
    (total,) = db.execute(_TOTAL).fetchone()
    share = there / total
    everywhere = len(numbers) > MANY or (len(numbers) > FEW and share >= EVERYWHERE)
    on = (
        segments.segments(db)
        if scope.user or everywhere
        else [row[0] for row in db.execute(_SEGMENTS, (listed,)).fetchall()]
    )
    low = _moment(db, wanted.query.after) if wanted.query.after else 0
    high = _moment(db, wanted.query.before + 1) - 1 if wanted.query.before else total
    on = [segment for segment in on if low // segments.SIZE <= segment <= high // segments.SIZE]
    chunk = min(CANDIDATES, round((limit + 1) / max(share, 0.01)) if everywhere else limit + 1)
    order = on if oldest else on[::-1]
    text = entries.expression(wanted, None if everywhere else numbers)
    sparse = bool(wanted.terms) and (wanted.marked or (share < SPARSE and not everywhere))
    return SearchPlan(text, tuple(order), low, high, chunk, sparse)


def _moment(db: sqlite3.Connection, at: int) -> int:
    """The first entry made at or after a time."""
    return int(db.execute(_MOMENT, (at,)).fetchone()[0])


def _events(rows: Sequence[tuple[int, tuple[str, EventRow] | None]]) -> list[Event]:
    return [row[1].event(LogId(row[0])) for _, row in rows if row is not None]


def _fitting(db: sqlite3.Connection, wanted: SearchTerms, events: Sequence[Event]) -> list[Event]:
    readable = [event for event in events if wanted.readable(event.log, event.seq)]
    return wanted.fitting(readable, _actors(db, readable) if wanted.needs_authors else {})


def _actors(db: sqlite3.Connection, events: Sequence[Event]) -> dict[tuple[LogId, str], UserId]:
    """The authors of the messages that these messages answer."""
    pairs = {(event.log, msgid): None for event in events if (msgid := search_query.answered(event))}
    rows = db.execute(_ACTORS, (places.asked(list(pairs)),)).fetchall() if pairs else []
    return {(LogId(log), msgid): UserId(actor) for log, msgid, actor in rows}
