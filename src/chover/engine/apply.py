"""How committed events change the state.

Nothing else changes it; the result is the same on every node, in log order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from chover.engine.effects import channels, membership, users
from chover.engine.events import (
    AcceptsSet,
    AccessSet,
    Arrived,
    AwaySet,
    BlocksSet,
    ChannelRenamed,
    Closed,
    Edited,
    Event,
    HistorySet,
    HostSet,
    Identified,
    Invited,
    Joined,
    Kicked,
    MetadataSet,
    ModesSet,
    Opened,
    Parted,
    Quit,
    RealnameSet,
    Redacted,
    Renamed,
    Said,
    Tagged,
    TagsKept,
    TopicSet,
    UserModesSet,
)
from chover.engine.ids import LogId
from chover.engine.state import ChatState

_HANDLERS: Final[dict[type, Callable[..., bool]]] = {
    Said: channels.said,
    Tagged: channels.tagged,
    TagsKept: channels.tagged,
    Redacted: channels.redacted,
    Edited: channels.edited,
    Opened: channels.opened,
    Closed: channels.closed,
    Joined: membership.joined,
    Parted: membership.parted,
    Kicked: membership.kicked,
    TopicSet: channels.topic,
    ChannelRenamed: channels.channel_renamed,
    Invited: channels.invited,
    ModesSet: channels.modes,
    AccessSet: channels.access,
    HistorySet: channels.history,
    MetadataSet: channels.metadata,
    Quit: membership.quit_server,
    Identified: membership.identified,
    Arrived: users.arrived,
    Renamed: users.renamed,
    HostSet: users.host,
    AwaySet: users.away,
    RealnameSet: users.realname,
    UserModesSet: users.user_modes,
    BlocksSet: users.blocks,
    AcceptsSet: users.accepts,
}


def apply(state: ChatState, event: Event) -> bool:
    """Apply an event. Returns whether it took effect.

    An event without effect (a kick of somebody who has just left) is void on every node and shown to nobody.
    """
    channel = state.channels.get(event.log)
    if channel is not None:
        channel.head = event.seq
        if event.changes_rules:
            channel.rules_version = event.seq
    handler = _HANDLERS.get(type(event.body))
    return True if handler is None else handler(state, event, channel, event.body)


def pass_over(state: ChatState, log: LogId, place: int) -> None:
    """Something was said in a log up to a place, and nobody on this node hears it."""
    channel = state.channels.get(log)
    if channel is not None:
        channel.head = max(channel.head, place)
        channel.said = True


def takes_effect(state: ChatState, event: Event) -> bool:
    """Whether a departure, a rename or an end would change anything; called before it is applied."""
    body, source = event.body, event.source
    channel = state.channels.get(event.log)
    match body:
        case Parted():
            return channel is not None and source.id in channel.members
        case Kicked():
            return channel is not None and body.who in channel.members
        case Renamed():
            user = state.users.get(source.id)
            return user is not None and users.renames(user, event, body)
        case Quit():
            return source.id in state.users
        case Closed():
            return channel is not None and not channel.members
        case _:
            return True


def replay(state: ChatState, events: Iterable[Event]) -> None:
    """Bring a state up to date from a log."""
    for event in events:
        apply(state, event)
