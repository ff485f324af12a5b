"""Putting messages into the index, and writing or removing the blocks anew of those that were edited or deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from chover.engine import rows
from chover.engine.events import Edited, Event, Redacted
from chover.engine.ids import LogId
from chover.engine.kinds import kinds_where
from chover.store import search_query
from chover.store.postgres.columns import columns, taken_apart
from chover.store.postgres.connections import Transaction
from chover.store.postgres.search import entries
from chover.store.postgres.search.blocks import Block, IndexedEvent, cut
from chover.store.postgres.search.fresh import Fresh, LogPiece, gaps, held

EVENT: Final = "event.seq, event.at, msgid, kind, version, actor, nonce, data"
"""The columns of an event, in the order in which ``event_of`` takes them."""
KINDS: Final = kinds_where(lambda kind: kind.message)
"""The kinds of events that the index follows."""
CHUNK: Final = 200
"""Messages that are worked on at once: so many that the loop waits for a few milliseconds only."""

_NEW: Final = f"""
    SELECT log.no, log.id, {EVENT}
    FROM unnest($1::bigint[], $2::bigint[]) AS place (log_no, seq)
    JOIN log ON log.no = place.log_no
    JOIN event ON event.log_no = place.log_no AND event.seq = place.seq
    LEFT JOIN search_indexed AS indexed ON indexed.log_no = place.log_no
    WHERE place.seq > coalesce(indexed.seq, 0)"""  # noqa: S608 - constants
_BETWEEN: Final = f"""
    SELECT log.no, log.id, {EVENT}
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS behind (no, seq, head)
    JOIN log ON log.no = behind.no
    JOIN event ON event.log_no = behind.no AND event.seq > behind.seq AND event.seq <= behind.head
    WHERE kind IN {KINDS}"""  # noqa: S608 - constants
_LAST: Final = "SELECT id, reached FROM search_block ORDER BY id DESC LIMIT 1"
_ADD: Final = f"""
    INSERT INTO search_block (id, log_no, first, last, until_at, reached, words)
    SELECT id, log_no, first, last, until_at, reached, words::tsvector
    FROM unnest({taken_apart("bigint", "bigint", "bigint", "bigint", "bigint", "bigint", "text")})
        AS new (id, log_no, first, last, until_at, reached, words)
    ON CONFLICT (log_no, last) DO NOTHING"""  # noqa: S608 - constants
_HOLDING: Final = """
    SELECT DISTINCT block.id FROM unnest($1::bigint[], $2::bigint[]) AS place (log_no, seq)
    CROSS JOIN LATERAL (
        SELECT id, first FROM search_block AS block WHERE block.log_no = place.log_no AND last >= place.seq
        ORDER BY last LIMIT 1) AS block
    WHERE first <= place.seq"""
_BROKEN: Final = """
    SELECT block.id FROM log CROSS JOIN LATERAL (
        SELECT id, first FROM search_block WHERE log_no = no AND last >= first_seq ORDER BY last LIMIT 1) AS block
    WHERE first_seq > 1 AND first < first_seq"""
_GONE: Final = "DELETE FROM search_block USING log WHERE no = log_no AND first_seq > 1 AND last < first_seq"
_EVENTS: Final = f"""
    SELECT block.id, log.no, log.id, {EVENT}
    FROM search_block AS block JOIN log ON log.no = block.log_no
    LEFT JOIN event ON event.log_no = block.log_no AND event.seq BETWEEN first AND last AND kind IN {KINDS}
    WHERE block.id = ANY($1::bigint[]) ORDER BY block.id, event.seq"""  # noqa: S608 - constants
_CHANGE: Final = """
    UPDATE search_block SET words = new.words::tsvector, first = new.first
    FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS new (id, first, words) WHERE search_block.id = new.id"""
_REMOVE: Final = "DELETE FROM search_block WHERE id = ANY($1::bigint[])"
_MOVED: Final = """
    INSERT INTO search_indexed (log_no, seq) SELECT * FROM unnest($1::bigint[], $2::bigint[])
    ON CONFLICT (log_no) DO UPDATE SET seq = greatest(search_indexed.seq, excluded.seq)"""
_ACTORS: Final = """
    SELECT event.log_no, event.msgid, min(actor) FROM unnest($1::bigint[], $2::text[]) AS asked (log_no, msgid)
    JOIN event ON event.log_no = asked.log_no AND event.msgid = asked.msgid GROUP BY 1, 2"""

Place = tuple[int, int]
"""A log's number and a seq."""


def event_of(log: str, row: Sequence[Any]) -> Event:
    """The event of a row with the columns EVENT."""
    seq, at, msgid, kind, version, actor, nonce, data = row
    return rows.decode(LogId(log), seq, at, msgid, kind, version, actor, data.encode(), nonce or "")


async def follow(db: Transaction, behind: Sequence[LogPiece], fresh: Fresh) -> None:
    """Bring the index up to the heads of these logs. What is not ``fresh`` is read.

    Within a transaction that nobody else has at the same time, in which it was looked up to where they were followed.
    """
    if not behind:
        return
    found = [IndexedEvent(piece.log_no, event) for piece in behind for event in held(piece, fresh) if _follows(event)]
    if missing := gaps(behind, fresh):
        found += await _decoded(await db.fetch(_BETWEEN, *_columns(missing, 3)))
    await _index(db, found)
    await move(db, [(piece.log_no, piece.head) for piece in behind])


async def put(db: Transaction, places: Sequence[Place]) -> None:
    """Bring the index up to these events, within a transaction that nobody else has at the same time."""
    await _index(db, await _decoded(await db.fetch(_NEW, *_columns(places, 2))))
    await move(db, list(dict(places).items()))


async def forget(db: Transaction) -> None:
    """Remove what retention has deleted, within a transaction that nobody else has at the same time."""
    await db.execute(_GONE)
    await _rewrite(db, [number for (number,) in await db.fetch(_BROKEN)])


async def move(db: Transaction, heads: Sequence[Place]) -> None:
    """Note that logs were followed up to there; never back."""
    await db.execute(_MOVED, *_columns(heads, 2))


async def _decoded(found_rows: Sequence[Any]) -> list[IndexedEvent]:
    found: list[IndexedEvent] = []
    for start in range(0, len(found_rows), CHUNK):
        found += [IndexedEvent(no, event_of(log, row)) for no, log, *row in found_rows[start : start + CHUNK]]
        await asyncio.sleep(0)
    return found


def _follows(event: Event) -> bool:
    return rows.kind_of(event)[0] in KINDS


async def _index(db: Transaction, found: Sequence[IndexedEvent]) -> None:
    blocks = cut(one for one in found if search_query.said(one.event) is not None)
    if blocks:
        await _add(db, blocks)
    changed = [(one.log_no, body.place) for one in found if isinstance(body := one.event.body, Edited | Redacted)]
    if changed:
        await _rewrite(db, [number for (number,) in await db.fetch(_HOLDING, *_columns(changed, 2))])


def _in_chunks(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    chunk: list[Block] = []
    for block in blocks:
        chunk.append(block)
        if sum(len(one.events) for one in chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


async def _add(db: Transaction, blocks: Sequence[Block]) -> None:
    number, reached = await db.fetchrow(_LAST) or (-1, 0)
    new = []
    for chunk in _in_chunks(blocks):
        answered = await _answered(db, chunk)
        for block in chunk:
            number, reached = number + 1, max(reached, block.until_at)
            words = _words(block, number, answered)
            new.append((number, block.log_no, block.first, block.last, block.until_at, reached, words))
        await asyncio.sleep(0)
    # Not before: from the first row that is written until the commit no page of any table is cleared of old rows.
    await db.execute(_ADD, *columns(new))


async def _rewrite(db: Transaction, numbers: Sequence[int]) -> None:
    """Enter the messages of these blocks as they read now, and remove the blocks of which nothing is left."""
    if not numbers:
        return
    left: dict[int, list[Event]] = {number: [] for number in numbers}
    log_nos = {}
    for number, log_no, log, *row in await db.fetch(_EVENTS, numbers):
        log_nos[number] = log_no
        if row[0] is not None and search_query.said(event := event_of(log, row)) is not None:
            left[number].append(event)
    blocks = {number: Block(log_nos[number], events) for number, events in left.items() if events}
    answered = await _answered(db, blocks.values())
    changed = [(number, block.first, _words(block, number, answered)) for number, block in blocks.items()]
    await db.execute(_CHANGE, *_columns(changed, 3))
    await db.execute(_REMOVE, [number for number in numbers if number not in blocks])


Answered = dict[tuple[int, str], str]
"""Authors by the number of a log and a msgid."""


def _words(block: Block, number: int, answered: Answered) -> str:
    messages = [(event, answered.get((block.log_no, search_query.answered(event)), "")) for event in block.events]
    return entries.vector(messages, block.log_no, number)


async def _answered(db: Transaction, blocks: Iterable[Block]) -> Answered:
    """The authors of the messages that those of these blocks answer."""
    asked = [
        (block.log_no, msgid) for block in blocks for event in block.events if (msgid := search_query.answered(event))
    ]
    if not asked:
        return {}
    return {(log_no, msgid): actor for log_no, msgid, actor in await db.fetch(_ACTORS, *_columns(asked, 2))}


def _columns(table: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows as the arrays that ``unnest`` takes."""
    return [list(column) for column in zip(*table, strict=True)] or [[] for _ in range(width)]
