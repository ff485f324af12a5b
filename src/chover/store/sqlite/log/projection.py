"""The state tables as they follow from the events: one row of a table for each kind that changes them.

Nothing else writes these tables, so no verb can forget a row. A kind that is not listed changes no state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from chover.engine import events, ids
from chover.engine.effects.channels import FORMER_NAMES
from chover.engine.events import Event, ModeChange, Source
from chover.engine.ids import ChannelId
from chover.engine.modes import CHANNEL_MODES, RANKS, Kind
from chover.store.sqlite.log.batches import Value

Statement = tuple[str, Sequence[Value]]
"""SQL and its values; with ``{rows}`` in it a template of batches.py, and the values are one row."""

_OPEN: Final = "INSERT INTO channel (id, name, created_at) VALUES (?, ?, ?)"
# It does not end under somebody who came in between.
_CLOSE: Final = (
    "UPDATE channel SET closed_at = ? "
    "WHERE id = ? AND NOT EXISTS (SELECT 1 FROM membership WHERE membership.channel = channel.id)"
)
_FORGET: Final = tuple(
    f"DELETE FROM {table} WHERE channel = ? AND channel IN (SELECT id FROM channel WHERE closed_at IS NOT NULL)"  # noqa: S608 - no input
    for table in (
        "channel_mode",
        "channel_list",
        "channel_access",
        "channel_since",
        "channel_metadata",
        "channel_former",
    )
)
_SAID: Final = "UPDATE channel SET said = 1 WHERE id = ?"
_RETITLE: Final = "UPDATE channel SET name = ? WHERE id = ?"
_LEAD: Final = "INSERT OR REPLACE INTO channel_former (name, channel, at) VALUES (?, ?, ?)"
# Whoever opens or takes a name has it for themselves.
_MISLEAD: Final = "DELETE FROM channel_former WHERE name = ?"
_FEWER: Final = (
    "DELETE FROM channel_former WHERE at < (SELECT at FROM channel_former ORDER BY at DESC LIMIT 1 OFFSET ?)"
)
_TOPIC: Final = "UPDATE channel SET topic = ?, topic_by = ?, topic_at = ? WHERE id = ?"
# Who is in already does not come again.
_JOIN: Final = "INSERT OR IGNORE INTO membership SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"
# An account that has been here before came first then.
_FIRST: Final = "INSERT OR IGNORE INTO channel_since SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"
# What was seen as a guest is not hidden from the account.
_INHERIT: Final = (
    "INSERT INTO channel_since SELECT channel, ?, since FROM membership WHERE channel = ? AND user = ?"
    " ON CONFLICT (channel, account) DO UPDATE SET since = min(since, excluded.since)"
)
_LEAVE: Final = "DELETE FROM membership WHERE (channel, user) IN (VALUES {rows})"
_RENAME: Final = "UPDATE membership SET nick = ? WHERE channel = ? AND user = ?"
_IDENTIFY: Final = "UPDATE OR REPLACE membership SET user = ?, account = ? WHERE channel = ? AND user = ?"
_RAISE: Final = (
    "UPDATE membership SET modes = "  # noqa: S608 - no input
    + " || ".join(f"CASE WHEN instr(modes || ?1, '{mode}') THEN '{mode}' ELSE '' END" for mode in RANKS)
    + " WHERE channel = ?2 AND user = ?3"
)
_LOWER: Final = "UPDATE membership SET modes = replace(modes, ?, '') WHERE channel = ? AND user = ?"
_LIST: Final = (
    "INSERT OR REPLACE INTO channel_list (channel, mode, mask, set_by, set_at, account) VALUES (?, ?, ?, ?, ?, ?)"
)
_UNLIST: Final = "DELETE FROM channel_list WHERE channel = ? AND mode = ? AND mask = ?"
_SET: Final = "INSERT OR REPLACE INTO channel_mode (channel, mode, arg) VALUES (?, ?, ?)"
_UNSET: Final = "DELETE FROM channel_mode WHERE channel = ? AND mode = ?"


_GRANT: Final = "INSERT OR REPLACE INTO channel_access (channel, account, name, role) VALUES (?, ?, ?, ?)"
_HISTORY: Final = "UPDATE channel SET visibility = ?, retention_days = ? WHERE id = ?"
_ANNOTATE: Final = "INSERT OR REPLACE INTO channel_metadata (channel, key, value) VALUES (?, ?, ?)"
_STRIP: Final = "DELETE FROM channel_metadata WHERE channel = ? AND key = ?"
_REVOKE: Final = "DELETE FROM channel_access WHERE channel = ? AND account = ?"


class TableRow(NamedTuple):
    """Where the log puts an event: its time, in milliseconds since 1970, and its seq."""

    at: int
    seq: int


def project(event: Event, at: int, seq: int) -> list[Statement]:
    """What an event changes in the state tables. ``at`` and ``seq`` are the time and place that the log gives it."""
    rule = _RULES.get(type(event.body))
    if rule is None or ids.is_pair(event.log):
        return []
    return rule(ChannelId(event.log), event.source, event.body, TableRow(at, seq))


def _opened(channel: ChannelId, _source: Source, body: events.Opened, place: TableRow) -> list[Statement]:
    modes = ((_SET, (channel, mode, "")) for mode in body.modes)
    return [(_OPEN, (channel, body.name, place.at)), (_MISLEAD, (body.name,)), *modes]


def _closed(channel: ChannelId, _source: Source, _body: events.Closed, place: TableRow) -> list[Statement]:
    return [(_CLOSE, (place.at, channel)), *((sql, (channel,)) for sql in _FORGET)]


def _said(channel: ChannelId, _source: Source, _body: events.Said, _place: TableRow) -> list[Statement]:
    return [(_SAID, (channel,))]


def _joined(channel: ChannelId, source: Source, body: events.Joined, place: TableRow) -> list[Statement]:
    modes = "".join(mode for mode in RANKS if mode in body.modes)
    labels = (source.nick, source.user, source.host, source.account)
    joined: list[Statement] = [(_JOIN, (channel, source.id, *labels, modes, place.at, place.seq))]
    if ids.is_account(source.id):
        joined.append((_FIRST, (channel, source.id, place.seq)))
    return joined


def _left(channel: ChannelId, source: Source, _body: events.Parted | events.Quit, _place: TableRow) -> list[Statement]:
    return [(_LEAVE, (channel, source.id))]


def _kicked(channel: ChannelId, _source: Source, body: events.Kicked, _place: TableRow) -> list[Statement]:
    return [(_LEAVE, (channel, body.who))]


def _renamed(channel: ChannelId, source: Source, body: events.Renamed, _place: TableRow) -> list[Statement]:
    return [(_RENAME, (body.nick, channel, source.id))]


def _identified(channel: ChannelId, source: Source, body: events.Identified, _place: TableRow) -> list[Statement]:
    renamed: list[Statement] = [(_IDENTIFY, (body.who, body.account, channel, source.id))]
    return [(_INHERIT, (body.who, channel, source.id)), *renamed] if ids.is_account(body.who) else renamed


def _topic(channel: ChannelId, source: Source, body: events.TopicSet, place: TableRow) -> list[Statement]:
    return [(_TOPIC, (body.text, source.mask, place.at, channel))]


def _channel_renamed(
    channel: ChannelId, _source: Source, body: events.ChannelRenamed, place: TableRow
) -> list[Statement]:
    return [
        (_RETITLE, (body.name, channel)),
        (_LEAD, (body.old, channel, place.at)),
        (_MISLEAD, (body.name,)),
        (_FEWER, (FORMER_NAMES - 1,)),
    ]


def _modes(channel: ChannelId, source: Source, body: events.ModesSet, place: TableRow) -> list[Statement]:
    return [_mode(channel, source, change, place.at) for change in body.changes]


def _access(channel: ChannelId, _source: Source, body: events.AccessSet, _place: TableRow) -> list[Statement]:
    return [
        (_GRANT, (channel, grant.account, grant.name, grant.role))
        if grant.role
        else (_REVOKE, (channel, grant.account))
        for grant in body.grants
    ]


def _history(channel: ChannelId, _source: Source, body: events.HistorySet, _place: TableRow) -> list[Statement]:
    return [(_HISTORY, (body.visibility, body.days, channel))]


def _metadata(channel: ChannelId, _source: Source, body: events.MetadataSet, _place: TableRow) -> list[Statement]:
    return [
        (_STRIP, (channel, key)) if value is None else (_ANNOTATE, (channel, key, value))
        for key, value in body.values.items()
    ]


def _mode(channel: ChannelId, source: Source, change: ModeChange, at: int) -> Statement:
    mode, arg = change.mode, change.arg
    match CHANNEL_MODES[mode].kind:
        case Kind.MEMBER:
            return (_RAISE if change.add else _LOWER), (mode, channel, change.who)
        case Kind.LIST if change.add:
            return _LIST, (channel, mode, arg, source.mask, at, change.account)
        case Kind.LIST:
            return _UNLIST, (channel, mode, arg)
        case _:
            return (_SET, (channel, mode, arg)) if change.add else (_UNSET, (channel, mode))


_RULES: Final[dict[type, Callable[..., list[Statement]]]] = {
    events.Opened: _opened,
    events.Closed: _closed,
    events.Said: _said,
    events.Joined: _joined,
    events.Parted: _left,
    events.Quit: _left,
    events.Kicked: _kicked,
    events.Renamed: _renamed,
    events.Identified: _identified,
    events.TopicSet: _topic,
    events.ChannelRenamed: _channel_renamed,
    events.ModesSet: _modes,
    events.AccessSet: _access,
    events.HistorySet: _history,
    events.MetadataSet: _metadata,
}
