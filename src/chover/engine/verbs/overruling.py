"""What operators of the server decide about a channel, over the heads of its own. Nothing here asks for a rank."""

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
    """Raises what is wrong with the first change that is."""
    changes = effective_changes(state, channel, wanted)
    return under_rules(channel, by, ModesSet(changes)) if changes else Append([])


def open_for(state: ChatState, name: str, to: Grant, by: Source) -> Append:
    """Make a channel that nobody has been in yet, with its founder."""
    folded = state.rules.fold_channel(name)
    log = channel_log(state.reservations.hold_channel(folded, ChannelId("c" + state.fresh_id())))
    events = [Event(log, by, Opened(name, state.rules.new_channel_modes)), Event(log, by, AccessSet((to,)))]
    return Append(events, {log: 0}, folded)


def transfer(channel: Channel, to: Grant, by: Source) -> Append:
    """Make it another's, registered or not; who had it before is a protected operator then."""
    founder = channel.founder
    given = [to]
    if founder is not None and founder.account != to.account:
        given.append(Grant(founder.account, founder.name, "a"))
    return _given(channel, given, by)


def release(channel: Channel, by: Source) -> Append:
    """Take it from everybody who has a rank there for good."""
    return _given(channel, [Grant(grant.account, grant.name) for grant in channel.access.values()], by)


def end(channel: Channel, reason: str, by: Source) -> Append:
    """Put everybody out and end it: its name begins a new channel."""
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
