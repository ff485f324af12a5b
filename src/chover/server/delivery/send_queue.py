"""At most one write for each session and turn of the loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic

from chover.server.delivery.recipient import R, Recipient


class SendQueue(Generic[R]):
    """Sessions with data to send. ``later`` runs a function at the end of this turn of the loop."""

    def __init__(self, later: Callable[[Callable[[], None]], Any]) -> None:
        self._later = later
        self._armed = False
        self._collect: Callable[[], None] = lambda: None
        self.dirty: list[R] = []

    def collect_from(self, collect: Callable[[], None]) -> None:
        """Call this function at the end of each turn, before the sessions are written.

        It gives them what is still pending. There is only one: a later call replaces it.
        """
        self._collect = collect

    def put(self, session: R, data: bytes) -> None:
        if not session.out:
            self.dirty.append(session)
            if not self._armed:
                self.arm()
        session.out.append(data)

    def put_all(self, sessions: Iterable[R], data: bytes) -> None:
        """``put`` for many sessions, inlined because it runs once for each member of a channel."""
        dirty = self.dirty
        for session in sessions:
            out = session.out
            if not out:
                dirty.append(session)
            out.append(data)
        self.arm()

    def write_all(self, sessions: Iterable[R], data: bytes) -> None:
        """Write to many at once, after what some of them have pending; ``sessions`` may be modified."""
        for session in sessions:
            if session.out or session.replies is not None:
                self.put(session, data)
            else:
                session.write(data)
                if session.held:
                    session.limit_backlog()

    def queue(self, session: R) -> None:
        """Have a session that already has data written at the end of this turn."""
        self.dirty.append(session)
        self.arm()

    def arm(self) -> None:
        if not self._armed:
            self._armed = True
            self._later(self._turn_ends)

    def _turn_ends(self) -> None:
        self._collect()
        self._armed = False
        self.flush()

    def flush(self) -> None:
        """Write now what is pending."""
        dirty, self.dirty = self.dirty, []
        self.write(dirty)

    @staticmethod
    def write(sessions: Iterable[Recipient]) -> None:
        """One write for each session with data, unless an answer is being collected that has to come first.

        With many readers, each object it touches has left the processor's cache since the last turn. Hence everything
        that is needed is in the session itself.
        """
        for session in sessions:
            out = session.out
            if out and session.replies is None:
                session.out = []
                session.write(out[0] if len(out) == 1 else b"".join(out))
                if session.held:
                    session.limit_backlog()
