"""Finds what is older than the settings allow, and drops it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chover.engine.events import Event
from chover.store.postgres.connections import Connections
from chover.store.postgres.log import pages
from chover.store.retention import DAY, Piece

# A channel may keep messages for a shorter time than the server, never for a longer one.
_RIPE: Final = f"""
    SELECT no, first_seq, $2::bigint - days * {DAY} FROM (
        SELECT no, first_seq, at, CASE
            WHEN coalesce(retention_days, 0) = 0 THEN $1::bigint
            WHEN $1 = 0 THEN retention_days
            ELSE least($1, retention_days) END AS days
        FROM log CROSS JOIN LATERAL (SELECT at FROM event WHERE log_no = no AND seq = first_seq LIMIT 1) AS oldest
        LEFT JOIN channel ON channel.id = log.id) AS kept
    WHERE days > 0 AND at < $2::bigint - days * {DAY} ORDER BY no"""  # noqa: S608 - a constant
# In the order in which appends lock, so that neither waits for the other for ever.
_LOCK: Final = "SELECT 1 FROM log WHERE no = ANY ($1) ORDER BY id FOR NO KEY UPDATE"
_DROP: Final = "DELETE FROM event WHERE log_no = $1 AND seq <= $2"
_UNREACT: Final = "DELETE FROM reaction WHERE log_no = $1 AND target <= $2"
_MOVE: Final = f"""
    UPDATE log SET first_seq = greatest(first_seq, $2 + 1),
        said = said AND EXISTS (SELECT 1 FROM event WHERE log_no = $1 AND {pages.TOLD} AND kind = 'said')
    WHERE no = $1"""  # noqa: S608 - a constant


async def ripe(db: Connections, days: int, now: int) -> list[Piece]:
    """Everything older than ``days``, or than its channel's retention; 0 keeps all. ``now`` in ms since 1970."""
    # Time never goes back within a log, so the old events are at its beginning.
    logs = await db.fetch(_RIPE, days, now)
    return [Piece(no, first, await pages.until_moment(db, no, before)) for no, first, before in logs]


async def linking(db: Connections, pieces: Sequence[Piece]) -> list[Event]:
    """The messages among them with the address of a file."""
    return await pages.linking(db, [(piece.log_no, piece.first, piece.last) for piece in pieces])


async def drop(connections: Connections, pieces: Sequence[Piece]) -> int:
    """Delete them in one transaction. Returns the number of events."""
    ends = [(piece.log_no, piece.last) for piece in pieces]
    gone = 0
    async with connections.transaction() as db:
        await db.execute(_LOCK, [no for no, _ in ends])
        for end in ends:
            gone += int((await db.execute(_DROP, *end)).rpartition(" ")[2])
        await db.executemany(_UNREACT, ends)
        await db.executemany(_MOVE, ends)
    return gone
