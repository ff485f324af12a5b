"""The readers of one channel, and their pending events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic

from chover.engine.events import Event, in_own_name
from chover.engine.ids import LogId
from chover.server.delivery.names_cache import NamesCache
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.recent_messages import RecentMessages
from chover.server.delivery.recipient import R

Pending = list[tuple[Event, PendingAppend[R] | None]]
"""Events that the subscribers have not been given yet, in order, each with its pending append."""


class Subscribers(Generic[R]):
    """The readers of one channel, grouped by render key, and their pending events."""

    __slots__ = ("by_render_key", "log", "name", "names_cache", "pending", "recent")

    def __init__(self, log: LogId, name: str) -> None:
        self.log = log
        self.name = name
        self.by_render_key: dict[int, dict[R, None]] = {}
        self.pending: Pending[R] = []
        self.names_cache = NamesCache()
        self.recent = RecentMessages()

    def add(self, session: R) -> None:
        self.by_render_key.setdefault(session.render_key, {})[session] = None

    def remove(self, session: R) -> None:
        readers = self.by_render_key.get(session.render_key, {})
        if session in readers:
            del readers[session]
            if not readers:
                del self.by_render_key[session.render_key]

    def holds(self, session: R) -> bool:
        return session in self.by_render_key.get(session.render_key, ())

    def sessions(self) -> Iterable[R]:
        return [session for readers in self.by_render_key.values() for session in readers]

    def apart(self, pending: Pending[R]) -> dict[R, list[int]]:
        """The authors who get some events in another form, and the positions of these events.

        That is for a label, without echo-message, or for an author outside the channel.
        """
        apart: dict[R, list[int]] = {}
        for place, (event, append) in enumerate(pending):
            if append is None or (session := append.session) is None:
                continue
            silent = not session.echoes and in_own_name(event)
            if silent or append.label or not self.holds(session):
                apart.setdefault(session, []).append(place)
        return apart
