"""The changes of the state tables (store/projection.py) as statements of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from chover.engine.modes import RANKS
from chover.store.projection import Change, StateChange

Statement = tuple[str, tuple[object, ...]]
"""SQL and its values."""

_RANKED: Final = " || ".join(
    f"CASE WHEN position('{mode}' IN modes || $3) > 0 THEN '{mode}' ELSE '' END" for mode in RANKS
)

STATEMENTS: Final[Mapping[StateChange, tuple[str, ...]]] = {
    StateChange.OPEN: ("INSERT INTO channel (id, name, created_at) VALUES ($1, $2, $3)",),
    StateChange.CLOSE: (
        (
            "UPDATE channel SET closed_at = $2"
            " WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM membership WHERE membership.channel = channel.id)"
        ),
    ),
    StateChange.FORGET: tuple(
        f"DELETE FROM {table} WHERE channel = $1 AND channel IN (SELECT id FROM channel WHERE closed_at IS NOT NULL)"  # noqa: S608 - no input
        for table in (
            "channel_mode",
            "channel_list",
            "channel_access",
            "channel_since",
            "channel_metadata",
            "channel_former",
            "channel_name",
        )
    ),
    # It stands in the log's row, which is written with each message anyway.
    StateChange.SAY: (),
    StateChange.RENAME: ("UPDATE channel SET name = $2 WHERE id = $1",),
    StateChange.ADD_FORMER_NAME: (
        (
            "INSERT INTO channel_former (name, channel, at) VALUES ($1, $2, $3) ON CONFLICT (lower(name))"
            " DO UPDATE SET name = excluded.name, channel = excluded.channel, at = excluded.at"
        ),
    ),
    StateChange.FREE_NAME: ('DELETE FROM channel_former WHERE lower(name) = lower($1 COLLATE "C")',),
    StateChange.DROP_OLD_NAMES: (
        "DELETE FROM channel_former WHERE at < (SELECT at FROM channel_former ORDER BY at DESC LIMIT 1 OFFSET $1 - 1)",
    ),
    StateChange.SET_TOPIC: ("UPDATE channel SET topic = $2, topic_by = $3, topic_at = $4 WHERE id = $1",),
    StateChange.JOIN: (
        (
            "INSERT INTO membership (channel, member, nick, username, host, account, modes, joined_at, since)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
        ),
    ),
    StateChange.COME_FIRST: (
        "INSERT INTO channel_since (channel, account, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    ),
    StateChange.INHERIT: (
        (
            "INSERT INTO channel_since (channel, account, since)"
            " SELECT channel, $2, since FROM membership WHERE channel = $1 AND member = $3"
            " ON CONFLICT (channel, account) DO UPDATE SET since = least(channel_since.since, excluded.since)"
        ),
    ),
    StateChange.LEAVE: ("DELETE FROM membership WHERE channel = $1 AND member = $2",),
    StateChange.CHANGE_NICK: ("UPDATE membership SET nick = $3 WHERE channel = $1 AND member = $2",),
    StateChange.IDENTIFY: (
        # The account is named so that both statements take the same values.
        (
            "DELETE FROM membership WHERE channel = $1 AND member = $3 AND $3 <> $2 AND $4::text IS NOT NULL"
            " AND EXISTS (SELECT 1 FROM membership WHERE channel = $1 AND member = $2)"
        ),
        "UPDATE membership SET member = $3, account = $4 WHERE channel = $1 AND member = $2",
    ),
    StateChange.RAISE: (f"UPDATE membership SET modes = {_RANKED} WHERE channel = $1 AND member = $2",),  # noqa: S608 - no input
    StateChange.LOWER: ("UPDATE membership SET modes = replace(modes, $3, '') WHERE channel = $1 AND member = $2",),
    StateChange.ADD_TO_LIST: (
        (
            "INSERT INTO channel_list (channel, mode, mask, set_by, set_at, account, until)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (channel, mode, mask) DO UPDATE"
            " SET set_by = excluded.set_by, set_at = excluded.set_at, account = excluded.account,"
            " until = excluded.until"
        ),
    ),
    StateChange.TAKE_FROM_LIST: ("DELETE FROM channel_list WHERE channel = $1 AND mode = $2 AND mask = $3",),
    StateChange.SET_MODE: (
        (
            "INSERT INTO channel_mode (channel, mode, arg) VALUES ($1, $2, $3)"
            " ON CONFLICT (channel, mode) DO UPDATE SET arg = excluded.arg"
        ),
    ),
    StateChange.UNSET_MODE: ("DELETE FROM channel_mode WHERE channel = $1 AND mode = $2",),
    StateChange.GRANT: (
        (
            "INSERT INTO channel_access (channel, account, name, role) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (channel, account) DO UPDATE SET name = excluded.name, role = excluded.role"
        ),
    ),
    StateChange.REVOKE: ("DELETE FROM channel_access WHERE channel = $1 AND account = $2",),
    StateChange.SET_HISTORY: ("UPDATE channel SET visibility = $2, retention_days = $3 WHERE id = $1",),
    StateChange.SET_METADATA: (
        (
            "INSERT INTO channel_metadata (channel, key, value) VALUES ($1, $2, $3)"
            " ON CONFLICT (channel, key) DO UPDATE SET value = excluded.value"
        ),
    ),
    StateChange.UNSET_METADATA: ("DELETE FROM channel_metadata WHERE channel = $1 AND key = $2",),
}
"""What PostgreSQL does for each change."""


def statements(changes: Iterable[Change]) -> list[Statement]:
    """The statements for the changes, in their order."""
    return [(sql, values) for change, values in changes for sql in STATEMENTS[change]]
