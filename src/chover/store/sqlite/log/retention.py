"""Deletes events older than the settings allow, in steps short enough for messages to pass between them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from chover.engine.events import Event
from chover.store.retention import DAY, Piece
from chover.store.sqlite.log import pages, places

# A channel may keep messages for a shorter time than the server, never for a longer one.
_RIPE: Final = f"""
    SELECT no, first_seq, ?2 - days * {DAY} FROM (
        SELECT no, first_seq, at, CASE
            WHEN coalesce(retention_days, 0) = 0 THEN ?1
            WHEN ?1 = 0 THEN retention_days
            ELSE min(?1, retention_days) END AS days
        FROM log CROSS JOIN event ON log_no = no AND seq = first_seq LEFT JOIN channel ON channel.id = log.id)
    WHERE days > 0 AND at < ?2 - days * {DAY}"""  # noqa: S608 - a constant
_UNNAME: Final = """
    DELETE FROM untimed_msgid WHERE log_no = ?1 AND seq <= ?2
    AND msgid IN (SELECT msgid FROM event WHERE log_no = ?1 AND seq <= ?2)"""
_UNSPAN: Final = f"DELETE FROM message_span WHERE log_no = ? AND span < ? / {places.SPAN}"  # noqa: S608 - a constant
_DROP: Final = "DELETE FROM event WHERE log_no = ? AND seq <= ?"
_MOVE: Final = "UPDATE log SET first_seq = ? WHERE no = ?"
_UNREACT: Final = "DELETE FROM reaction WHERE log_no = ? AND target <= ?"
_UNSAID: Final = f"""
    UPDATE channel SET said = 0 WHERE said AND id = (SELECT id FROM log WHERE no = ?1)
    AND NOT EXISTS (SELECT 1 FROM {places.messages()} WHERE part.log_no = ?1 AND kind = 'said')"""  # noqa: S608 - a constant


def ripe(db: sqlite3.Connection, days: int, now: int) -> list[Piece]:
    """Everything older than ``days``, or than its channel's retention; 0 keeps all. ``now`` in ms since 1970."""
    # Time never runs back within a log, so the beginning of a log is what is too old.
    logs = db.execute(_RIPE, (days, now)).fetchall()
    return [Piece(no, first, places.until_moment(db, no, before)) for no, first, before in logs]


def linking(db: sqlite3.Connection, pieces: Sequence[Piece]) -> list[Event]:
    """The messages among them with the address of a file."""
    return [event for piece in pieces for event in pages.linking(db, piece.log_no, piece.first, piece.last)]


def drop(db: sqlite3.Connection, pieces: Sequence[Piece]) -> int:
    """Delete them in one transaction. Returns the number of events."""
    gone = 0
    db.execute("BEGIN IMMEDIATE")
    for piece in pieces:
        db.execute(_UNNAME, (piece.log_no, piece.last))
        db.execute(_UNSPAN, (piece.log_no, piece.last + 1))
        gone += db.execute(_DROP, (piece.log_no, piece.last)).rowcount
        db.execute(_MOVE, (piece.last + 1, piece.log_no))
        db.execute(_UNREACT, (piece.log_no, piece.last))
        db.execute(_UNSAID, (piece.log_no,))
    db.execute("COMMIT")
    return gone
