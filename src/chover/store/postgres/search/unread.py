"""Counting what somebody has not read, in the log itself: a few conversations, each up to a bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chover.engine.ids import LogId, UserId
from chover.ports.search import UnreadCount
from chover.store.postgres.connections import Connections

# From the newest on, until there are enough: the database would read all of a log and sort it.
_PLAN: Final = "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
# The first place behind what was read is found by halving, as in log/pages.py: most people have read almost everything.
# Anyone who has said something has read everything before it. Messages to a rank are no history: a quotation mark in
# a text is written with a backslash, so the two patterns are no words of a text. Time never goes back within a log.
_UNREAD: Final = """
    SELECT asked.id, unread.number, event.msgid, event.at
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS asked (id, first, read, place)
    JOIN log ON log.id = asked.id AND log.last_at > asked.read
    CROSS JOIN LATERAL (
        WITH RECURSIVE search (low, high) AS (
            SELECT greatest(log.first_seq, asked.first), log.head + 1
            UNION ALL
            SELECT CASE WHEN at <= asked.read THEN seq + 1 ELSE low END,
                CASE WHEN at <= asked.read THEN high ELSE seq END
            FROM search CROSS JOIN LATERAL (
                SELECT seq, at FROM event WHERE log_no = log.no AND seq = (low + high) / 2 LIMIT 1) AS middle
            WHERE low < high)
        SELECT low AS first FROM search WHERE low >= high) AS later
    CROSS JOIN LATERAL (
        WITH newest AS MATERIALIZED (
            SELECT seq, actor FROM event WHERE log_no = log.no AND seq >= later.first AND kind = 'said'
                AND position('"status":' IN data) = 0 AND position('"held":true' IN data) = 0
            ORDER BY seq DESC LIMIT $5)
        SELECT count(*) AS number, min(seq) AS first FROM newest
        WHERE seq > coalesce((SELECT max(seq) FROM newest WHERE actor = $4), 0)
    ) AS unread
    JOIN event ON log_no = log.no AND seq = unread.first
    ORDER BY asked.place"""


async def count(
    db: Connections, logs: Mapping[LogId, int], read: Mapping[LogId, int], reader: UserId, most: int
) -> list[UnreadCount]:
    """See Search.unread."""
    asked = list(logs), list(logs.values()), [read.get(log, 0) for log in logs]
    async with db.transaction() as transaction:
        await transaction.execute(_PLAN)
        found = await transaction.fetch(_UNREAD, *asked, reader, most)
    return [UnreadCount(LogId(log), *rest) for log, *rest in found]
