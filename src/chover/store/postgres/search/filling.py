"""Putting messages into the index, and changing or removing the entries of those that were edited or deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from chover.engine import rows
from chover.engine.events import Edited, Event, Redacted
from chover.engine.ids import LogId
from chover.engine.kinds import kinds_where
from chover.store import search_query
from chover.store.postgres.columns import columns, taken_apart
from chover.store.postgres.connections import Transaction
from chover.store.postgres.search import entries
from chover.store.postgres.search.fresh import Fresh, LogPiece, gaps, held

EVENT: Final = "event.seq, event.at, msgid, kind, version, actor, nonce, data"
"""The columns of an event, in the order in which ``event_of`` takes them."""
KINDS: Final = kinds_where(lambda kind: kind.message)
"""The kinds of events that the index follows."""

_NEW: Final = f"""
    SELECT log.no, log.id, {EVENT}
    FROM unnest($1::bigint[], $2::bigint[]) AS place (log_no, seq)
    JOIN log ON log.no = place.log_no
    JOIN event ON event.log_no = place.log_no AND event.seq = place.seq
    LEFT JOIN search_followed AS followed ON followed.log_no = place.log_no
    WHERE place.seq > coalesce(followed.seq, 0)
    ORDER BY event.at, event.log_no, event.seq"""  # noqa: S608 - constants
_BETWEEN: Final = f"""
    SELECT log.no, log.id, {EVENT}
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS behind (no, seq, head)
    JOIN log ON log.no = behind.no
    JOIN event ON event.log_no = behind.no AND event.seq > behind.seq AND event.seq <= behind.head
    WHERE kind IN {KINDS}"""  # noqa: S608 - constants
_LAST: Final = "SELECT id, reached FROM search_entry ORDER BY id DESC LIMIT 1"
_ADD: Final = f"""
    INSERT INTO search_entry (id, log_no, seq, at, reached, words)
    SELECT id, log_no, seq, at, reached, words::tsvector
    FROM unnest({taken_apart("bigint", "bigint", "bigint", "bigint", "bigint", "text")})
        AS new (id, log_no, seq, at, reached, words)
    ON CONFLICT (log_no, seq) DO NOTHING"""  # noqa: S608 - constants
_ENTRIES: Final = f"""
    SELECT entry.id, entry.log_no, log.id, {EVENT}
    FROM unnest($1::bigint[], $2::bigint[]) AS place (log_no, seq)
    JOIN search_entry AS entry ON entry.log_no = place.log_no AND entry.seq = place.seq
    JOIN log ON log.no = entry.log_no
    LEFT JOIN event ON event.log_no = entry.log_no AND event.seq = entry.seq"""  # noqa: S608 - constants
_CHANGE: Final = """
    UPDATE search_entry SET words = new.words::tsvector
    FROM unnest($1::bigint[], $2::text[]) AS new (id, words) WHERE search_entry.id = new.id"""
_REMOVE: Final = "DELETE FROM search_entry WHERE id = ANY($1::bigint[])"
_FOLLOWED: Final = """
    INSERT INTO search_followed (log_no, seq) SELECT * FROM unnest($1::bigint[], $2::bigint[])
    ON CONFLICT (log_no) DO UPDATE SET seq = greatest(search_followed.seq, excluded.seq)"""
_ACTORS: Final = """
    SELECT event.log_no, event.msgid, min(actor) FROM unnest($1::bigint[], $2::text[]) AS asked (log_no, msgid)
    JOIN event ON event.log_no = asked.log_no AND event.msgid = asked.msgid GROUP BY 1, 2"""

Place = tuple[int, int]
"""A log's number and a seq."""


class IndexedEvent(NamedTuple):
    """An event, the number of its log, and the number of its entry."""

    log_no: int
    event: Event
    number: int = 0


def event_of(log: str, row: Sequence[Any]) -> Event:
    """The event of a row with the columns EVENT."""
    seq, at, msgid, kind, version, actor, nonce, data = row
    return rows.decode(LogId(log), seq, at, msgid, kind, version, actor, data.encode(), nonce or "")


async def follow(db: Transaction, behind: Sequence[LogPiece], chunk: int, fresh: Fresh) -> None:
    """Bring the index up to the heads of these logs, so many messages at once. What is not ``fresh`` is read.

    Within a transaction that nobody else has at the same time, in which it was looked up to where they were followed.
    """
    if not behind:
        return
    found = [IndexedEvent(piece.log_no, event) for piece in behind for event in held(piece, fresh) if _follows(event)]
    if missing := gaps(behind, fresh):
        found += _indexed(await db.fetch(_BETWEEN, *_columns(missing, 3)))
    found.sort(key=_in_time)
    for start in range(0, len(found), chunk):
        await _index(db, found[start : start + chunk])
    await move(db, [(piece.log_no, piece.head) for piece in behind])


async def put(db: Transaction, places: Sequence[Place]) -> None:
    """Bring the index up to these events, within a transaction that nobody else has at the same time."""
    await _index(db, _indexed(await db.fetch(_NEW, *_columns(places, 2))))
    await move(db, list(dict(places).items()))


def _indexed(found_rows: Iterable[Any]) -> list[IndexedEvent]:
    return [IndexedEvent(log_no, event_of(log, row)) for log_no, log, *row in found_rows]


def _follows(event: Event) -> bool:
    return rows.kind_of(event)[0] in KINDS


def _in_time(one: IndexedEvent) -> tuple[int, int, int]:
    return one.event.at, one.log_no, one.event.seq


async def _index(db: Transaction, found: Sequence[IndexedEvent]) -> None:
    await _add(db, [one for one in found if search_query.said(one.event) is not None])
    changed = [(one.log_no, body.place) for one in found if isinstance(body := one.event.body, Edited | Redacted)]
    if changed:
        await _change(db, changed)


async def move(db: Transaction, heads: Sequence[Place]) -> None:
    """Note that logs were followed up to there; never back."""
    await db.execute(_FOLLOWED, *_columns(heads, 2))


async def _add(db: Transaction, found: Sequence[IndexedEvent]) -> None:
    if not found:
        return
    last = await db.fetchrow(_LAST)
    number, reached = last or (-1, 0)
    answered = await _answered(db, found)
    new = []
    for log_no, event, _ in found:
        number, reached = number + 1, max(reached, event.at)
        answers = answered.get((log_no, search_query.answered(event)), "")
        words = entries.vector(event, number, log_no, answers)
        new.append((number, log_no, event.seq, event.at, reached, words))
    await db.execute(_ADD, *columns(new))


async def _change(db: Transaction, places: Sequence[Place]) -> None:
    """Enter messages as they read now, and remove those that are gone."""
    there, gone = [], []
    for number, log_no, log, *row in await db.fetch(_ENTRIES, *_columns(places, 2)):
        event = event_of(log, row) if row[0] is not None else None
        if event is None or search_query.said(event) is None:
            gone.append(number)
        else:
            there.append(IndexedEvent(log_no, event, number))
    answered = await _answered(db, there)
    changed = [
        (number, entries.vector(event, number, log_no, answered.get((log_no, search_query.answered(event)), "")))
        for log_no, event, number in there
    ]
    await db.execute(_CHANGE, *_columns(changed, 2))
    await db.execute(_REMOVE, gone)


async def _answered(db: Transaction, found: Sequence[IndexedEvent]) -> dict[tuple[int, str], str]:
    """The authors of the messages that these answer, by a log's number and a msgid."""
    asked = [(log_no, msgid) for log_no, event, _ in found if (msgid := search_query.answered(event))]
    if not asked:
        return {}
    return {(log_no, msgid): actor for log_no, msgid, actor in await db.fetch(_ACTORS, *_columns(asked, 2))}


def _columns(table: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows as the arrays that ``unnest`` takes."""
    return [list(column) for column in zip(*table, strict=True)] or [[] for _ in range(width)]
