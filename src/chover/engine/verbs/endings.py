"""When an empty channel ends, who owns a channel when its founder is gone, and when bans and mutes are over."""

from __future__ import annotations

from collections.abc import Iterable

from chover.engine import rights
from chover.engine.append import NOTHING, Append, under_rules
from chover.engine.events import SERVER, AccessSet, Closed, Event, Grant, ModeChange, ModesSet, Source
from chover.engine.ids import UserId
from chover.engine.model import Channel
from chover.engine.modes import HEIRS
from chover.engine.state import ChatState
from chover.engine.verbs.mode_changes import rank_changes


def left_behind(state: ChatState, channel: Channel) -> bool:
    """Whether it is an empty public channel without an owner."""
    return rights.abandoned(channel, permanent=channel.folded in state.rules.permanent)


def close_left_behind(state: ChatState, channel: Channel) -> Append:
    """End such a channel; do nothing if somebody has joined meanwhile."""
    if channel.log not in state.channels or not left_behind(state, channel):
        return Append([])
    return Append([Event(channel.log, SERVER, Closed())], {channel.log: channel.rules_version})


def heir(channel: Channel, account: UserId) -> Grant | None:
    """The next founder when an account is gone: the highest rank of the access list, the longest there."""
    others = [grant for grant in channel.access.values() if grant.account != account and grant.role in HEIRS]
    return min(others, key=lambda grant: HEIRS.index(grant.role), default=None)


def bequeath(channel: Channel, account: UserId, granter: Source) -> Append:
    """An account is gone: its rank is removed, and its channels go to the next in the access list, or have no owner."""
    held = channel.access.get(account)
    if held is None:
        return Append([])
    gone = [Grant(account, held.name)]
    if held.role == "q":
        next_one = heir(channel, account)
        if next_one is None:
            gone = [Grant(grant.account, grant.name) for grant in channel.access.values()]
        else:
            gone.append(Grant(next_one.account, next_one.name, "q"))
    append = Append([Event(channel.log, granter, AccessSet(tuple(gone)))], {channel.log: channel.rules_version})
    if changes := tuple(rank_changes(channel, gone)):
        append.events.append(Event(channel.log, granter, ModesSet(changes)))
    return append


def strike(channel: Channel, account: UserId, granter: Source) -> Append:
    """An account is gone: the list entries that name it are removed, too."""
    named = [
        ModeChange(add=False, mode=letter, arg=entry.mask)
        for letter, entries in channel.lists.items()
        for entry in entries.values()
        if entry.account == account
    ]
    return under_rules(channel, granter, ModesSet(tuple(named))) if named else Append([])


def lift_expired(channel: Channel, by: Source, now: int) -> Append:
    """Remove the list entries whose time is over; ``now`` in ms since 1970. NOTHING if there are none."""
    over = [
        ModeChange(add=False, mode=letter, arg=entry.mask)
        for letter, entries in channel.lists.items()
        for entry in entries.values()
        if 0 < entry.until <= now
    ]
    return under_rules(channel, by, ModesSet(tuple(over))) if over else NOTHING


def next_end(channels: Iterable[Channel]) -> int:
    """When the next list entry ends, in ms since 1970; 0: none does."""
    lists = (entries for channel in channels if channel.lists for entries in channel.lists.values())
    return min((entry.until for entries in lists for entry in entries.values() if entry.until), default=0)
