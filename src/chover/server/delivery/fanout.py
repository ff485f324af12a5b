"""Delivery: a log for each channel, rendered once for each render key, joined once for everybody.

All lines for a channel in one turn of the loop are collected and sent to its readers together. Order is kept by
flushing a channel before its readers change. Authors are handled separately: they get their echo, its label, or
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic

from chover.engine.events import (
    Arrived,
    AwaySet,
    ChannelRenamed,
    Closed,
    Edited,
    Event,
    HostSet,
    Identified,
    Invited,
    Joined,
    Kicked,
    MetadataSet,
    ModesSet,
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
from chover.engine.ids import UserId
from chover.engine.state import ChatState
from chover.server.delivery import channel_delivery, message_delivery, presence_delivery
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.readers import EventReaders
from chover.server.delivery.recipient import R
from chover.server.delivery.send_queue import SendQueue
from chover.server.delivery.writer import EventWriter
from chover.wire.capabilities import Cap

Handler = Callable[[EventWriter[Any], Event, PendingAppend[Any] | None], None]

HANDLERS: Final[dict[type, Handler]] = {
    Said: message_delivery.message,
    Tagged: message_delivery.message,
    TagsKept: message_delivery.message,
    Redacted: message_delivery.message,
    Edited: message_delivery.message,
    TopicSet: channel_delivery.changed,
    ModesSet: channel_delivery.changed,
    Joined: channel_delivery.joined,
    Parted: channel_delivery.parted,
    Kicked: channel_delivery.kicked,
    Closed: channel_delivery.closed,
    ChannelRenamed: channel_delivery.renamed,
    Invited: channel_delivery.invited,
    MetadataSet: presence_delivery.metadata,
    Arrived: presence_delivery.arrived,
    Quit: presence_delivery.presence,
    Renamed: presence_delivery.presence,
    Identified: presence_delivery.identified,
    HostSet: presence_delivery.presence,
    AwaySet: presence_delivery.presence,
    RealnameSet: presence_delivery.presence,
    UserModesSet: presence_delivery.own,
}


class Fanout(Generic[R]):
    """Delivers applied events to sessions. ``quiet_above``: see ``audience.hushed``; 0 means never."""

    def __init__(self, chat: ChatState, outbox: SendQueue[R], quiet_above: int) -> None:
        self.readers = EventReaders(chat, outbox, quiet_above)
        self.writer = EventWriter(self.readers, outbox)
        self.subscribers = self.readers.subscribers
        self.around = self.readers.around
        self.flush = self.writer.flush
        self.sessions = self.readers.sessions
        self.monitor = self.readers.monitor
        self.attached = 0
        """The number of sessions in ``sessions``."""
        self.devices_changed: Callable[[UserId], None] = lambda _: None
        """Called with a user to whom a session was attached, or from whom one was detached."""
        outbox.collect_from(self.flush)

    @property
    def delivered(self) -> int:
        """Events delivered to sessions, counted once for each session."""
        return self.writer.delivered

    def attach(self, session: R, user: UserId) -> None:
        """From now on, deliver the user's events and those of the user's channels to this session."""
        self.sessions.setdefault(user, []).append(session)
        self.attached += 1
        for subscribers in self.readers.channels_of(user):
            self.writer.flush_channel(subscribers)
            subscribers.add(session)
        self.readers.came(user)
        self.devices_changed(user)

    def detach(self, session: R, user: UserId) -> None:
        """Deliver nothing more to this session."""
        self.monitor.clear(session)
        for subscribers in self.readers.channels_of(user):
            subscribers.remove(session)
        held = self.sessions.get(user, [])
        if session in held:
            held.remove(session)
            self.attached -= 1
        if not held:
            self.sessions.pop(user, None)
        self.devices_changed(user)

    def change_caps(self, session: R, user: UserId, caps: Cap) -> None:
        """Change the capabilities of a session."""
        channels = self.readers.channels_of(user)
        self.flush()
        for subscribers in channels:
            subscribers.remove(session)
        session.have(caps)
        for subscribers in channels:
            subscribers.add(session)

    def deliver(self, event: Event, append: PendingAppend[R] | None) -> None:
        """Deliver an event that is about to be applied (departures) or has been applied (all others)."""
        handler = HANDLERS.get(type(event.body))
        if handler is not None:
            handler(self.writer, event, append)
