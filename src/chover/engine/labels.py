"""The labels under which an event is shown if events of several logs arrive out of order.

A line about a nick that nobody has heard of makes no sense. So events are shown with the labels that this node knows
for the person. A new nick that it does not know yet follows with its own event.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from chover.engine.apply import takes_effect
from chover.engine.events import Event, Identified, Kicked, ModeChange, ModesSet, Quit, Renamed
from chover.engine.ids import NOWHERE
from chover.engine.state import ChatState


def as_known(state: ChatState, event: Event) -> Iterator[Event]:
    """What to apply for an event that may arrive out of order with those of other logs."""
    event = under_known_labels(state, event)
    if (missed := missed_presence(state, event)) is not None:
        yield missed
    yield event


def under_known_labels(state: ChatState, event: Event) -> Event:
    """The event itself, unless this state knows the person under other labels."""
    user, body = state.users.get(event.source.id), event.body
    if user is not None and user.nick != event.source.nick:
        event = replace(event, source=user.source)
    if isinstance(body, Kicked) and (kicked := state.users.get(body.who)) is not None and kicked.nick != body.nick:
        return replace(event, body=replace(body, nick=kicked.nick))
    if isinstance(body, ModesSet) and any(change.who for change in body.changes):
        return replace(event, body=ModesSet(tuple(_known(state, change) for change in body.changes)))
    return event


def _known(state: ChatState, change: ModeChange) -> ModeChange:
    user = state.users.get(change.who) if change.who else None
    return replace(change, arg=user.nick) if user is not None else change


def missed_presence(state: ChatState, event: Event) -> Event | None:
    """The presence event beside this one, if it has not been seen yet.

    A quit, a new nick and another id are an event without a log, which the bus may lose, and a reference in the log of
    each channel, which it cannot lose.
    """
    body = event.body
    if not event.log or not isinstance(body, Quit | Renamed | Identified):
        return None
    elsewhere = Event(NOWHERE, event.source, body, event.msgid, at=event.at)
    if isinstance(body, Identified):
        return elsewhere if event.source.id in state.users and body.who not in state.users else None
    return elsewhere if takes_effect(state, elsewhere) else None
