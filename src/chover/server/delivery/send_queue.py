"""At most one write for each session and turn of the loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final, Generic

from chover.ports import BatchSender
from chover.server.delivery.recipient import R, Recipient

FEW: Final = 12
"""From so many sessions on, one call for all is cheaper than one for each."""

# A loop in C over what delivery asks of each reader: a tenth of the time of one in Python.
_descriptor: Final = attrgetter("descriptor")
_out: Final = attrgetter("out")
_replies: Final = attrgetter("replies")


class SendQueue(Generic[R]):
    """Sessions with data to send. ``later`` runs a function at the end of this turn of the loop."""

    def __init__(self, later: Callable[[Callable[[], None]], Any]) -> None:
        self._later = later
        self._armed = False
        self._collect: Callable[[], None] = lambda: None
        self.dirty: list[R] = []
        self.batch: BatchSender | None = None
        """Sends to many sessions at once, if the system can."""

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

    def write_all(self, sessions: Sequence[R], data: bytes) -> None:
        """Write to many at once, after what some of them have pending."""
        batch = self.batch
        if batch is None or len(sessions) < FEW or len(data) > batch.longest:
            self._write_to_each(sessions, data)
            return
        descriptors = list(map(_descriptor, sessions))
        if min(descriptors) < 0 or any(map(_out, sessions)) or any(map(_replies, sessions)):
            others = [session for session in sessions if not _takes_directly(session)]
            sessions = [session for session in sessions if _takes_directly(session)]
            descriptors = list(map(_descriptor, sessions))
            self._write_to_each(others, data)
        # Whatever a socket does not take now waits in its transport, and nothing is sent past that.
        for at, taken in batch.send(descriptors, data):
            sessions[at].write(data[taken:])

    def _write_to_each(self, sessions: Iterable[R], data: bytes) -> None:
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
        if self.batch is None or len(dirty) < FEW:
            self.write(dirty)
        else:
            self._write_by(self.batch, dirty)

    def _write_by(self, batch: BatchSender, sessions: Iterable[R]) -> None:
        """``write`` in one call for all sessions that can be sent to directly."""
        direct, pieces, others = [], [], []
        for session in sessions:
            out = session.out
            if not out or session.replies is not None:
                continue
            data = out[0] if len(out) == 1 else b"".join(out)
            if session.descriptor < 0 or len(data) > batch.longest:
                others.append(session)
                continue
            session.out = []
            direct.append(session)
            pieces.append(data)
        for at, taken in batch.send_each(list(map(_descriptor, direct)), pieces):
            direct[at].write(pieces[at][taken:])
        self.write(others)

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


def _takes_directly(session: Recipient) -> bool:
    return session.descriptor >= 0 and not session.out and session.replies is None
