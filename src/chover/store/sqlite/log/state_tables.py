"""The changes of the state tables (store/projection.py) as SQL statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from chover.engine.modes import RANKS
from chover.store.projection import Change, StateChange
from chover.store.sqlite.log.batches import Statement

_RANKED: Final = " || ".join(f"CASE WHEN instr(modes || ?3, '{mode}') THEN '{mode}' ELSE '' END" for mode in RANKS)

STATEMENTS: Final[Mapping[StateChange, tuple[str, ...]]] = {
    StateChange.OPEN: ("INSERT INTO channel (id, name, created_at) VALUES (?, ?, ?)",),
    StateChange.CLOSE: (
        (
            "UPDATE channel SET closed_at = ?2"
            " WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM membership WHERE membership.channel = channel.id)"
        ),
    ),
    StateChange.FORGET: tuple(
        # With IN, SQLite would collect all channels that ever ended.
        f"DELETE FROM {table} WHERE channel = ?"  # noqa: S608 - no input
        f" AND EXISTS (SELECT 1 FROM channel WHERE id = {table}.channel AND closed_at IS NOT NULL)"
        for table in (
            "channel_mode",
            "channel_list",
            "channel_access",
            "channel_since",
            "channel_metadata",
            "channel_former",
        )
    ),
    StateChange.SAY: ("UPDATE channel SET said = 1 WHERE id = ?",),
    StateChange.RENAME: ("UPDATE channel SET name = ?2 WHERE id = ?1",),
    StateChange.ADD_FORMER_NAME: ("INSERT OR REPLACE INTO channel_former (name, channel, at) VALUES (?, ?, ?)",),
    StateChange.FREE_NAME: ("DELETE FROM channel_former WHERE name = ?",),
    StateChange.DROP_OLD_NAMES: (
        "DELETE FROM channel_former WHERE at < (SELECT at FROM channel_former ORDER BY at DESC LIMIT 1 OFFSET ? - 1)",
    ),
    StateChange.SET_TOPIC: ("UPDATE channel SET topic = ?2, topic_by = ?3, topic_at = ?4 WHERE id = ?1",),
    StateChange.JOIN: ("INSERT OR IGNORE INTO membership SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL",),
    StateChange.COME_FIRST: (
        "INSERT OR IGNORE INTO channel_since SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL",
    ),
    StateChange.INHERIT: (
        (
            "INSERT INTO channel_since SELECT channel, ?2, since FROM membership WHERE channel = ?1 AND user = ?3"
            " ON CONFLICT (channel, account) DO UPDATE SET since = min(since, excluded.since)"
        ),
    ),
    # Without the inner SELECT, SQLite would go through all memberships as soon as there are two rows.
    StateChange.LEAVE: (
        "DELETE FROM membership WHERE (channel, user) IN (SELECT column1, column2 FROM (VALUES {rows}))",
    ),
    StateChange.CHANGE_NICK: ("UPDATE membership SET nick = ?3 WHERE channel = ?1 AND user = ?2",),
    StateChange.IDENTIFY: (
        "UPDATE OR REPLACE membership SET user = ?3, account = ?4 WHERE channel = ?1 AND user = ?2",
    ),
    StateChange.RAISE: (f"UPDATE membership SET modes = {_RANKED} WHERE channel = ?1 AND user = ?2",),  # noqa: S608 - no input
    StateChange.LOWER: ("UPDATE membership SET modes = replace(modes, ?3, '') WHERE channel = ?1 AND user = ?2",),
    StateChange.ADD_TO_LIST: (
        (
            "INSERT OR REPLACE INTO channel_list (channel, mode, mask, set_by, set_at, account, until)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
        ),
    ),
    StateChange.TAKE_FROM_LIST: ("DELETE FROM channel_list WHERE channel = ? AND mode = ? AND mask = ?",),
    StateChange.SET_MODE: ("INSERT OR REPLACE INTO channel_mode (channel, mode, arg) VALUES (?, ?, ?)",),
    StateChange.UNSET_MODE: ("DELETE FROM channel_mode WHERE channel = ? AND mode = ?",),
    StateChange.GRANT: ("INSERT OR REPLACE INTO channel_access (channel, account, name, role) VALUES (?, ?, ?, ?)",),
    StateChange.REVOKE: ("DELETE FROM channel_access WHERE channel = ? AND account = ?",),
    StateChange.SET_HISTORY: ("UPDATE channel SET visibility = ?2, retention_days = ?3 WHERE id = ?1",),
    StateChange.SET_METADATA: ("INSERT OR REPLACE INTO channel_metadata (channel, key, value) VALUES (?, ?, ?)",),
    StateChange.UNSET_METADATA: ("DELETE FROM channel_metadata WHERE channel = ? AND key = ?",),
}
"""SQLite's statements for each change. With ``{rows}``, it is a template of batches.py, and the values are one row."""


def statements(changes: Iterable[Change]) -> list[Statement]:
    """The statements for the changes, in order."""
    return [(sql, values) for change, values in changes for sql in STATEMENTS[change]]
