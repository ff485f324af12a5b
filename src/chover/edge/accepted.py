"""One admitted connection, from the accept to the moment it is given back."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chover.ports import Peer


class HandedOver(NamedTuple):
    """A duplicate of a connection's socket, and the state of its session (ports.SessionHandover)."""

    descriptor: int
    state: bytes


def _nothing() -> None:
    """A connection that no other process can take over."""


class AcceptedConnection:
    """Who is there, and how to end it. Exactly one holder at a time sets ``end``.

    ``in_session`` says that a session speaks for it: it is then closed by the server first, and by the listener only
    when the grace is over.
    """

    __slots__ = (
        "_leave",
        "_left",
        "address",
        "admitted",
        "end",
        "fingerprint",
        "here",
        "in_session",
        "keep",
        "port",
        "tls",
        "via",
    )

    def __init__(self, address: str, port: int, here: int, leave: Callable[[AcceptedConnection], None]) -> None:
        self.address = address
        self.port = port
        self.here = here
        """The port on which it came in."""
        self.via = ""
        """The trusted proxy that brought it, or empty."""
        self.admitted = False
        """It is counted under its address, and given back with it."""
        self.tls = False
        self.fingerprint = ""
        """SHA-256 of the client's certificate, hex, or empty."""
        self.in_session = False
        self.keep: Callable[[], HandedOver | None] = _nothing
        """Gives its socket and session away to another process."""
        self.end: Callable[[], object] = self.leave
        self._leave = leave
        self._left = False

    def peer(self, protocol: str) -> Peer:
        return Peer(self.address, self.port, protocol, self.tls, self.fingerprint, self.via)

    def leave(self) -> None:
        """Give it back; the second time does nothing."""
        if not self._left:
            self._left = True
            self._leave(self)
