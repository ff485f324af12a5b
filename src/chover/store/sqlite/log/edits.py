"""The changes of events (store/edits.py) as statements of SQLite, and what is read of their results."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId
from chover.store.edits import Change, EventChange
from chover.store.sqlite.log import pages, places
from chover.store.sqlite.log.batches import Statement

_ROW: Final = """
    SELECT json_array(seq, at, msgid, kind, version, actor, nonce, data) FROM event
    WHERE log_no = ? AND seq = ? AND kind IN ('said', 'marked')"""
FIND: Final = f"""
    {places.named()}
    SELECT json_array(event.seq, at, event.msgid, kind, version, actor, nonce, data)
    FROM named CROSS JOIN event ON log_no = no AND event.seq = named.seq WHERE kind IN ('said', 'marked') LIMIT 1"""  # noqa: S608 - a constant
# Used to erase a person's messages. An index by author would cost time for each message, so all of them are scanned.
_SAID_BY: Final = """
    SELECT json_group_array(json_array(id, json_array(seq, at, msgid, kind, version, actor, nonce, data))) FROM (
        SELECT log.id, event.* FROM event JOIN log ON log.no = log_no
        WHERE actor = ? AND kind IN ('said', 'marked') LIMIT ?)"""
STATEMENTS: Final[Mapping[EventChange, tuple[str, ...]]] = {
    EventChange.REWRITE: ("UPDATE event SET kind = ?3, version = ?4, data = ?5 WHERE log_no = ?1 AND seq = ?2",),
    EventChange.BLANK_EDIT: (
        """
        UPDATE event SET kind = 'blanked', version = 1, data = json_set(data, '$[4]', json('{"kind":"blanked"}'))
        WHERE log_no = ? AND seq = ? AND kind = 'edited'""",
    ),
    EventChange.BLANK_REACTIONS: (
        """
        UPDATE event SET kind = 'blanked', version = 1, data = json_set(data, '$[4]', json('{"kind":"blanked"}'))
        WHERE log_no = ?1 AND seq IN (SELECT seq FROM reaction WHERE log_no = ?1 AND target = ?2)""",
        "DELETE FROM reaction WHERE log_no = ? AND target = ?",
    ),
    EventChange.REACT: ("INSERT OR IGNORE INTO reaction (log_no, target, actor, value, seq) VALUES (?, ?, ?, ?, ?)",),
    EventChange.UNREACT: ("DELETE FROM reaction WHERE log_no = ? AND target = ? AND actor = ? AND value = ?",),
}
"""What SQLite does for each change."""

_REACTIONS: Final = """
    SELECT json_group_array(json_array(seq, at, msgid, kind, version, actor, nonce, data)) FROM (
        SELECT event.* FROM reaction JOIN event ON event.log_no = reaction.log_no AND event.seq = reaction.seq
        WHERE reaction.log_no = (SELECT no FROM log WHERE id = ?) AND target BETWEEN ? AND ? AND reaction.seq > ?
        ORDER BY target, reaction.seq)"""
_REACTED: Final = """
    SELECT json_group_array(value) FROM reaction
    WHERE log_no = (SELECT no FROM log WHERE id = ?) AND target = ? AND actor = ?"""

_row: Final = msgspec.json.Decoder(pages.EventRow).decode
_values: Final = msgspec.json.Decoder(set[str]).decode


def standing(db: sqlite3.Connection, log: LogId, no: int, seq: int) -> Event | None:
    """The message or kept TAGMSG at a place, None if it was deleted or does not exist."""
    found = db.execute(_ROW, (no, seq)).fetchone()
    return _row(found[0]).event(log) if found else None


def find(db: sqlite3.Connection, log: LogId, msgid: str) -> Event | None:
    """See Store.find."""
    found = db.execute(FIND, (places.asked([(log, msgid)]),)).fetchone()
    return _row(found[0]).event(log) if found else None


def said_by(db: sqlite3.Connection, user: UserId, limit: int) -> list[Event]:
    """See Store.said_by."""
    (text,) = db.execute(_SAID_BY, (user, limit)).fetchone()
    return [row.event(LogId(log)) for log, row in pages.rows_of_logs(text)]


def reactions(db: sqlite3.Connection, log: LogId, first: int, last: int, after: int) -> list[Event]:
    """See Store.reactions."""
    (text,) = db.execute(_REACTIONS, (log, first, last, after)).fetchone()
    return [row.event(log) for row in pages.rows_of(text)]


def reacted(db: sqlite3.Connection, log: LogId, place: int, user: UserId) -> set[str]:
    """See Store.reacted."""
    return _values(db.execute(_REACTED, (log, place, user)).fetchone()[0])


def statements(changes: Iterable[Change]) -> list[Statement]:
    """The statements for the changes, in their order."""
    return [(sql, values) for change, values in changes for sql in STATEMENTS[change]]
