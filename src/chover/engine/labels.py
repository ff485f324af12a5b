"""The labels under which an event is shown if events of several logs arrive out of order.

A line about a nick that nobody has heard of makes no sense. So events are shown with the labels that this node knows
for the person. A new nick that it does not know yet follows with its own event.
"""

from __future__ import annotations

from msgspec.structs import replace

from chover.engine.apply import takes_effect
from chover.engine.events import Arrived, Event, Identified, Joined, Kicked, ModeChange, ModesSet, Quit, Renamed, Said
from chover.engine.ids import NOWHERE, UserId, order_of
from chover.engine.model import User
from chover.engine.state import ChatState, present_id


def as_known(state: ChatState, event: Event) -> tuple[Event, ...]:
    """What to apply for an event that may arrive out of order with those of other logs."""
    if type(event.body) is Said:
        user = state.users.get(event.source.id)
        if user is not None and user.nick == event.source.nick:
            return (event,)  # Most of what happens, and nothing to ask about.
    event = under_known_labels(state, event)
    missed = missed_presence(state, event)
    return (event,) if missed is None else (missed, event)


def under_known_labels(state: ChatState, event: Event) -> Event:
    """The event itself, unless this state knows the person under other labels, or under a later id already."""
    body = event.body
    if isinstance(body, Identified) or (isinstance(body, Said) and body.relayed_by):
        return event  # What is relayed is said under a name that nobody here has.
    who, user = _as_present(state, event, event.source.id)
    if user is not None and (user.nick, who) != (event.source.nick, event.source.id):
        event = replace(event, source=replace(user.source, id=who))
    if isinstance(body, Kicked):
        who, kicked = _as_present(state, event, body.who)
        if kicked is not None and (kicked.nick, who) != (body.nick, body.who):
            return replace(event, body=replace(body, nick=kicked.nick, who=who))
    if isinstance(body, ModesSet) and any(change.who for change in body.changes):
        return replace(event, body=ModesSet(tuple(_known(state, change) for change in body.changes)))
    return event


def _as_present(state: ChatState, event: Event, who: UserId) -> tuple[UserId, User | None]:
    """A person of an event: the id under which its channel has them, or they are present, and the user."""
    now, channel = present_id(state, who), state.channels.get(event.log)
    return who if channel is not None and who in channel.members else now, state.users.get(now)


def _known(state: ChatState, change: ModeChange) -> ModeChange:
    user = state.users.get(change.who) if change.who else None
    return replace(change, arg=user.nick) if user is not None else change


def missed_presence(state: ChatState, event: Event) -> Event | None:
    """The presence event beside this one, if it has not been seen yet.

    A quit, a new nick and another id are an event without a log, which may be lost, and a reference in the log of each
    channel, which cannot. Anyone who joins a channel has arrived.
    """
    body = event.body
    if isinstance(body, Joined):
        unknown = present_id(state, event.source.id) not in state.users
        return Event(NOWHERE, event.source, Arrived(body.realname), event.msgid, at=event.at) if unknown else None
    if not event.log or not isinstance(body, Quit | Renamed | Identified):
        return None
    elsewhere = Event(NOWHERE, event.source, body, event.msgid, at=event.at)
    if isinstance(body, Quit) and _came_again(state, event):
        return None
    if isinstance(body, Identified):
        return elsewhere if event.source.id in state.users and body.who not in state.users else None
    return elsewhere if takes_effect(state, elsewhere) else None


def _came_again(state: ChatState, event: Event) -> bool:
    """Whether somebody has arrived since they left."""
    user = state.users.get(event.source.id)
    return user is not None and order_of(user.labelled) > order_of(event.msgid)
