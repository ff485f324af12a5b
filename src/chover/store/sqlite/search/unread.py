"""Counts unread messages in the log itself: a few conversations, each up to a bound."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

from chover.engine.ids import LogId, UserId
from chover.ports.search import UnreadCount
from chover.store.sqlite.log import places

_LOG_NO: Final = "SELECT no FROM log WHERE id = ?"
# Authors have read everything before their own message. A message to some ranks only is not part of the history
# (engine/events.py, Said). Quotes inside a text are escaped with a backslash, so the patterns cannot match it.
_UNREAD: Final = f"""
    WITH later AS MATERIALIZED (
        SELECT seq, actor FROM {places.messages()}
        WHERE part.log_no = ?1 AND part.span >= ?2 / {places.SPAN} AND +seq > ?2 AND kind = 'said'
            AND NOT instr(data, '"status":') AND NOT instr(data, '"held":true')
        ORDER BY part.span DESC, seq DESC LIMIT ?4),
    unread AS (
        SELECT count(*) AS number, min(seq) AS first FROM later
        WHERE seq > coalesce((SELECT max(seq) FROM later WHERE actor = ?3), 0))
    SELECT number, msgid, at FROM unread JOIN event ON log_no = ?1 AND seq = first"""  # noqa: S608 - a constant


def count(
    db: sqlite3.Connection, logs: Mapping[LogId, int], read: Mapping[LogId, int], reader: UserId, most: int
) -> list[UnreadCount]:
    """See Search.unread."""
    found = []
    for log, first in logs.items():
        number = db.execute(_LOG_NO, (log,)).fetchone()
        if number is None:
            continue
        after = max(places.until_moment(db, number[0], read.get(log, 0) + 1), first - 1)
        row = db.execute(_UNREAD, (number[0], after, reader, most)).fetchone()
        if row is not None:
            found.append(UnreadCount(log, *row))
    return found
