"""The state tables derived from the events: which rows each kind of event changes.

This is the same for every storage. A storage has a statement for each ``StateChange``. Nothing else writes these
tables, so no verb can forget a row. A kind that is not listed changes no state.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Final, NamedTuple

from chover.engine import events, ids
from chover.engine.effects.channels import FORMER_NAMES
from chover.engine.events import Event, ModeChange, Source
from chover.engine.ids import ChannelId
from chover.engine.modes import CHANNEL_MODES, RANKS, Kind

Value = str | int


class StateChange(enum.IntEnum):
    """A change of rows of the state tables. Each documents its values, in order."""

    # Integers, because hashing a member of a plain Enum runs Python code, and this happens for each join.
    OPEN = enum.auto()
    """channel, name, created_at"""
    CLOSE = enum.auto()
    """channel, closed_at. Does nothing if somebody has joined in the meantime."""
    FORGET = enum.auto()
    """channel.

    Delete everything else kept for it: modes, lists, grants, metadata, former names. Does nothing if it is not closed.
    """
    SAY = enum.auto()
    """channel. A message was sent there."""
    RENAME = enum.auto()
    """channel, name"""
    ADD_FORMER_NAME = enum.auto()
    """name, channel, at. The name leads to this channel from now on."""
    FREE_NAME = enum.auto()
    """name. A name that is opened or taken belongs to the new channel: it leads to no other one any more."""
    DROP_OLD_NAMES = enum.auto()
    """kept. Keep only that many of all former names, the newest."""
    SET_TOPIC = enum.auto()
    """channel, text, set_by, set_at"""
    JOIN = enum.auto()
    """channel, user, nick, username, host, account, modes, joined_at, since.

    Does nothing if the user is a member already.
    """
    COME_FIRST = enum.auto()
    """channel, account, since.

    The account may read messages from there on. Does nothing if it has been here before: its first join counts.
    """
    INHERIT = enum.auto()
    """channel, account, user.

    The account may read what the member ``user`` could read as a guest: the smaller ``since`` of the two is kept.
    """
    LEAVE = enum.auto()
    """channel, user"""
    CHANGE_NICK = enum.auto()
    """channel, user, nick"""
    IDENTIFY = enum.auto()
    """channel, user, id, account.

    The member has another id from now on. A member with that id is replaced.
    """
    RAISE = enum.auto()
    """channel, user, mode. Add a member mode; modes are kept without repetition, highest first."""
    LOWER = enum.auto()
    """channel, user, mode"""
    ADD_TO_LIST = enum.auto()
    """channel, mode, mask, set_by, set_at, account.

    Replaces an entry for the same mask, as do all changes below.
    """
    TAKE_FROM_LIST = enum.auto()
    """channel, mode, mask"""
    SET_MODE = enum.auto()
    """channel, mode, arg"""
    UNSET_MODE = enum.auto()
    """channel, mode"""
    GRANT = enum.auto()
    """channel, account, name, role"""
    REVOKE = enum.auto()
    """channel, account"""
    SET_HISTORY = enum.auto()
    """channel, visibility, retention_days"""
    SET_METADATA = enum.auto()
    """channel, key, value"""
    UNSET_METADATA = enum.auto()
    """channel, key"""


Change = tuple[StateChange, tuple[Value, ...]]
"""A change and its values. Changes are made in the order in which they are given."""


class TableRow(NamedTuple):
    """Where the log puts an event: its time, in milliseconds since 1970, and its seq."""

    at: int
    seq: int


def project(event: Event, at: int, seq: int) -> list[Change]:
    """What an event changes in the state tables. ``at`` and ``seq`` are the time and place that the log assigns."""
    rule = _RULES.get(type(event.body))
    if rule is None or ids.is_pair(event.log):
        return []
    return rule(ChannelId(event.log), event.source, event.body, TableRow(at, seq))


def _opened(channel: ChannelId, _source: Source, body: events.Opened, place: TableRow) -> list[Change]:
    modes = ((StateChange.SET_MODE, (channel, mode, "")) for mode in body.modes)
    return [
        (StateChange.OPEN, (channel, body.name, place.at)),
        (StateChange.FREE_NAME, (body.name,)),
        *modes,
    ]


def _closed(channel: ChannelId, _source: Source, _body: events.Closed, place: TableRow) -> list[Change]:
    return [(StateChange.CLOSE, (channel, place.at)), (StateChange.FORGET, (channel,))]


def _said(channel: ChannelId, _source: Source, _body: events.Said, _place: TableRow) -> list[Change]:
    return [(StateChange.SAY, (channel,))]


def _joined(channel: ChannelId, source: Source, body: events.Joined, place: TableRow) -> list[Change]:
    modes = "".join(mode for mode in RANKS if mode in body.modes)
    labels = (source.nick, source.user, source.host, source.account)
    joined: list[Change] = [(StateChange.JOIN, (channel, source.id, *labels, modes, place.at, place.seq))]
    if ids.is_account(source.id):
        joined.append((StateChange.COME_FIRST, (channel, source.id, place.seq)))
    return joined


def _left(channel: ChannelId, source: Source, _body: events.Parted | events.Quit, _place: TableRow) -> list[Change]:
    return [(StateChange.LEAVE, (channel, source.id))]


def _kicked(channel: ChannelId, _source: Source, body: events.Kicked, _place: TableRow) -> list[Change]:
    return [(StateChange.LEAVE, (channel, body.who))]


def _renamed(channel: ChannelId, source: Source, body: events.Renamed, _place: TableRow) -> list[Change]:
    return [(StateChange.CHANGE_NICK, (channel, source.id, body.nick))]


def _identified(channel: ChannelId, source: Source, body: events.Identified, _place: TableRow) -> list[Change]:
    identified: list[Change] = [(StateChange.IDENTIFY, (channel, source.id, body.who, body.account))]
    if ids.is_account(body.who):
        return [(StateChange.INHERIT, (channel, body.who, source.id)), *identified]
    return identified


def _topic(channel: ChannelId, source: Source, body: events.TopicSet, place: TableRow) -> list[Change]:
    return [(StateChange.SET_TOPIC, (channel, body.text, source.mask, place.at))]


def _channel_renamed(channel: ChannelId, _source: Source, body: events.ChannelRenamed, place: TableRow) -> list[Change]:
    return [
        (StateChange.RENAME, (channel, body.name)),
        (StateChange.ADD_FORMER_NAME, (body.old, channel, place.at)),
        (StateChange.FREE_NAME, (body.name,)),
        (StateChange.DROP_OLD_NAMES, (FORMER_NAMES,)),
    ]


def _modes(channel: ChannelId, source: Source, body: events.ModesSet, place: TableRow) -> list[Change]:
    return [_mode(channel, source, change, place.at) for change in body.changes]


def _access(channel: ChannelId, _source: Source, body: events.AccessSet, _place: TableRow) -> list[Change]:
    return [
        (StateChange.GRANT, (channel, grant.account, grant.name, grant.role))
        if grant.role
        else (StateChange.REVOKE, (channel, grant.account))
        for grant in body.grants
    ]


def _history(channel: ChannelId, _source: Source, body: events.HistorySet, _place: TableRow) -> list[Change]:
    return [(StateChange.SET_HISTORY, (channel, body.visibility, body.days))]


def _metadata(channel: ChannelId, _source: Source, body: events.MetadataSet, _place: TableRow) -> list[Change]:
    return [
        (StateChange.UNSET_METADATA, (channel, key))
        if value is None
        else (StateChange.SET_METADATA, (channel, key, value))
        for key, value in body.values.items()
    ]


def _mode(channel: ChannelId, source: Source, change: ModeChange, at: int) -> Change:
    mode, arg = change.mode, change.arg
    match CHANNEL_MODES[mode].kind:
        case Kind.MEMBER:
            return (StateChange.RAISE if change.add else StateChange.LOWER), (channel, change.who, mode)
        case Kind.LIST if change.add:
            return StateChange.ADD_TO_LIST, (channel, mode, arg, source.mask, at, change.account, change.until)
        case Kind.LIST:
            return StateChange.TAKE_FROM_LIST, (channel, mode, arg)
        case _:
            if change.add:
                return StateChange.SET_MODE, (channel, mode, arg)
            return StateChange.UNSET_MODE, (channel, mode)


_RULES: Final[dict[type, Callable[..., list[Change]]]] = {
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
