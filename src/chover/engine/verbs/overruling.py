"""Decisions of the server's operators about a channel, regardless of ranks in it."""

from __future__ import annotations

from collections.abc import Iterable

from chover.engine.append import Append, under_rules
from chover.engine.events import AccessSet, Closed, Event, Grant, Kicked, ModesSet, Opened, Source
from chover.engine.ids import ChannelId, channel_log
from chover.engine.model import Channel
from chover.engine.modes import ModeRequest
from chover.engine.state import ChatState
from chover.engine.verbs.mode_changes import effective_changes, rank_changes


def set_modes(state: ChatState, channel: Channel, wanted: Iterable[ModeRequest], by: Source) -> Append:
    """Change modes. Raises what is wrong with the first invalid change."""
    changes = effective_changes(state, channel, wanted)
    return under_rules(channel, by, ModesSet(changes)) if changes else Append([])


def open_for(state: ChatState, name: str, to: Grant, by: Source) -> Append:
    """Create a channel that did not exist yet, with its founder."""
    folded = state.rules.fold_channel(name)
    log = channel_log(state.reservations.hold_channel(folded, ChannelId("c" + state.fresh_id())))
    events = [Event(log, by, Opened(name, state.rules.new_channel_modes)), Event(log, by, AccessSet((to,)))]
    return Append(events, {log: 0}, folded)


def transfer(channel: Channel, to: Grant, by: Source) -> Append:
    """Give a channel to another founder, registered or not; the previous one becomes a protected operator."""
    founder = channel.founder
    given = [to]
    if founder is not None and founder.account != to.account:
        given.append(Grant(founder.account, founder.name, "a"))
    return _given(channel, given, by)


def release(channel: Channel, by: Source) -> Append:
    """Remove all permanent ranks."""
    return _given(channel, [Grant(grant.account, grant.name) for grant in channel.access.values()], by)


def end(channel: Channel, reason: str, by: Source) -> Append:
    """Remove everybody and end the channel: its name is free again."""
    append = release(channel, by) if channel.access else Append([], {channel.log: channel.rules_version})
    people = [member.user for member in channel.members.values()]
    append.events += [Event(channel.log, by, Kicked(user.id, user.nick, reason)) for user in people]
    append.events.append(Event(channel.log, by, Closed()))
    return append


def _given(channel: Channel, grants: list[Grant], by: Source) -> Append:
    append = under_rules(channel, by, AccessSet(tuple(grants)))
    if changes := tuple(rank_changes(channel, grants)):
        append.events.append(Event(channel.log, by, ModesSet(changes)))
    return append
