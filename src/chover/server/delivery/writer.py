"""Writing events to readers: each line is rendered once for each render key, joined once, and given to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic

from chover.engine.events import Event
from chover.server.delivery.pending_append import PendingAppend
from chover.server.delivery.readers import EventReaders
from chover.server.delivery.recipient import R
from chover.server.delivery.render import line_bytes
from chover.server.delivery.send_queue import SendQueue
from chover.server.delivery.subscribers import Pending, Subscribers
from chover.wire.capabilities import Cap

ANYBODY: Final = Cap(0)

Give = Callable[[list[R], bytes], None]


class EventWriter(Generic[R]):
    """Collects the events of a channel in one turn of the loop, and flushes them before its readers change."""

    def __init__(self, readers: EventReaders[R], outbox: SendQueue[R]) -> None:
        self.readers = readers
        self.delivered = 0
        """Events delivered to sessions, counted once for each session."""
        self._outbox = outbox
        self._dirty: list[Subscribers[R]] = []

    def to_channel(self, event: Event, append: PendingAppend[R] | None, subscribers: Subscribers[R]) -> None:
        if not subscribers.pending:
            self._dirty.append(subscribers)
            # Events from the bus or the store belong to no group of ours that would flush them.
            self._outbox.arm()
        subscribers.pending.append((event, append))

    def to_session(self, session: R, event: Event, channel: str) -> None:
        line = line_bytes(event, session.render_key, channel)
        if line:
            self.delivered += 1
            self._outbox.put(session, line)

    def to_own(self, event: Event, append: PendingAppend[R] | None, channel: str, only: Cap = ANYBODY) -> None:
        """To the devices of its author."""
        author = append.session if append else None
        for session in self.readers.sessions.get(event.source.id, ()):
            if only not in session.caps:
                continue
            if session is author and append is not None:
                session.echo(event, append, channel)
            else:
                self.to_session(session, event, channel)

    def flush(self) -> None:
        """Send every channel's pending events to its readers."""
        dirty, self._dirty = self._dirty, []
        # The events of one channel can be written at once; with several, each reader gets one write.
        give = self._outbox.write_all if len(dirty) == 1 else self._outbox.put_all
        for subscribers in dirty:
            self.flush_channel(subscribers, give)

    def flush_channel(self, subscribers: Subscribers[R], give: Give[R] | None = None) -> None:
        pending = subscribers.pending
        if not pending:
            return
        subscribers.pending = []
        apart = subscribers.apart(pending)
        give = give or self._outbox.put_all
        # Copies: a session that is ended for reading too slowly leaves the channel.
        for render_key, members in list(subscribers.by_render_key.items()):
            lines = [line_bytes(event, render_key, subscribers.name) for event, _ in pending]
            readers = list(members)
            for author in apart.keys() & members.keys():
                readers.remove(author)
                self._to_author(author, subscribers, pending, lines, apart.pop(author))
            data = b"".join(lines)
            if data:
                self.delivered += len(readers) * len(pending)
                give(readers, data)
        for author, own in apart.items():
            self._to_author(author, subscribers, pending, [b""] * len(pending), own)

    def _to_author(
        self, author: R, subscribers: Subscribers[R], pending: Pending[R], lines: list[bytes], own: list[int]
    ) -> None:
        """The same lines as for everybody, but the events at the positions ``own`` as their author sees them."""
        at = 0
        for place in [*own, len(pending)]:
            others = b"".join(lines[at:place])
            if others:
                self._outbox.put(author, others)
            if place < len(pending):
                event, append = pending[place]
                assert append is not None
                author.echo(event, append, subscribers.name)
            at = place + 1
