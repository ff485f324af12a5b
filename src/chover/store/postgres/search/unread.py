"""Counting what somebody has not read, in the log itself: a few conversations, each up to a bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chover.engine.ids import LogId, UserId
from chover.ports.search import UnreadCount
from chover.store.postgres.connections import Connections

# Anyone who has said something has read everything before it. Messages to a rank are no history: a quotation mark in
# a text is written with a backslash, so the two patterns are no words of a text. Time never goes back within a log.
_UNREAD: Final = """
    SELECT asked.id, unread.number, event.msgid, event.at
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS asked (id, first, read, place)
    JOIN log ON log.id = asked.id AND log.last_at > asked.read
    CROSS JOIN LATERAL (
        WITH newest AS MATERIALIZED (
            SELECT seq, at, actor FROM event WHERE log_no = log.no AND seq >= asked.first AND kind = 'said'
                AND position('"status":' IN data) = 0 AND position('"held":true' IN data) = 0
            ORDER BY seq DESC LIMIT $5)
        SELECT count(*) AS number, min(seq) AS first FROM newest
        WHERE at > asked.read AND seq > coalesce((SELECT max(seq) FROM newest WHERE actor = $4), 0)
    ) AS unread
    JOIN event ON log_no = log.no AND seq = unread.first
    ORDER BY asked.place"""


async def count(
    db: Connections, logs: Mapping[LogId, int], read: Mapping[LogId, int], reader: UserId, most: int
) -> list[UnreadCount]:
    """See Search.unread."""
    asked = list(logs), list(logs.values()), [read.get(log, 0) for log in logs]
    return [UnreadCount(LogId(log), *rest) for log, *rest in await db.fetch(_UNREAD, *asked, reader, most)]
