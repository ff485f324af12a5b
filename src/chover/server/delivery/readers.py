"""The readers: subscribers of each channel, sessions of each user, and watchers of each nick."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId, channel_log
from chover.engine.state import ChatState
from chover.server.delivery import audience
from chover.server.delivery.monitor import Monitor
from chover.server.delivery.recipient import R
from chover.server.delivery.send_queue import SendQueue
from chover.server.delivery.subscribers import Subscribers
from chover.wire.capabilities import Cap


def _nobody_asks(_: UserId) -> None:
    """Where everything is heard in any case."""


class EventReaders(Generic[R]):
    """Used by everything in delivery; only attaching, joining, leaving and closing change it.

    ``quiet_above``: see ``audience.hushed``; 0 means never.
    """

    def __init__(self, chat: ChatState, outbox: SendQueue[R], quiet_above: int) -> None:
        self.chat = chat
        self.quiet_above = quiet_above
        self.channels: dict[LogId, Subscribers[R]] = {}
        self.sessions: dict[UserId, list[R]] = {}
        self.monitor = Monitor(chat, outbox)
        self.came: Callable[[UserId], None] = _nobody_asks
        """Told of a user who has come to this node, or to another channel here."""

    def subscribers(self, log: LogId) -> Subscribers[R]:
        found = self.channels.get(log)
        if found is None:
            found = self.channels[log] = Subscribers(log, self.chat.channels[log].name)
        return found

    def channels_of(self, user: UserId) -> list[Subscribers[R]]:
        """The subscribers of each channel that a user is in."""
        known = self.chat.users.get(user)
        return [self.subscribers(channel_log(channel)) for channel in known.channels] if known else []

    def remove(self, subscribers: Subscribers[R], who: UserId) -> None:
        for session in self.sessions.get(who, ()):
            subscribers.remove(session)

    def hushed(self, event: Event, subscribers: Subscribers[R]) -> bool:
        return audience.hushed(self.chat.channels.get(subscribers.log), event.source.id, self.quiet_above)

    def onlookers(self, subscribers: Subscribers[R], who: UserId) -> Iterable[R]:
        return audience.onlookers(self.chat.channels.get(subscribers.log), who, subscribers)

    def around(self, user: UserId) -> dict[R, None]:
        """The sessions that see a user: its own, those that share a channel with it, those that watch its nick."""
        found = dict.fromkeys(self.sessions.get(user, ()))
        for subscribers in self.channels_of(user):
            found.update(dict.fromkeys(self.onlookers(subscribers, user)))
        found.update(dict.fromkeys(self.monitor.watchers(self.chat.users[user].folded)))
        return found

    def watching(self, folded: str) -> Iterable[R]:
        """https://ircv3.net/specs/extensions/extended-monitor: sessions that watch a nick from outside."""
        return [session for session in self.monitor.watchers(folded) if Cap.EXTENDED_MONITOR in session.caps]
