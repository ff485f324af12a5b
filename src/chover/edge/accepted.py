"""One admitted connection, from the accept until it is released."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from chover.ports import Peer


class HandedOver(NamedTuple):
    """A duplicate of a connection's socket, and the state of its session (ports.SessionHandover)."""

    descriptor: int
    state: bytes


def _nothing() -> None:
    """Used for a connection that no other process can take over."""


class AcceptedConnection:
    """A connection: who is at the other end, and how to end it. Exactly one holder at a time sets ``end``.

    ``in_session``: it belongs to a session. The server then closes it, and the listener only does when the grace period
    is over.
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
        """The port on which it was accepted."""
        self.via = ""
        """The address of the trusted proxy that forwarded it, or empty."""
        self.admitted = False
        """Whether it is counted under its address, and has to be released there."""
        self.tls = False
        self.fingerprint = ""
        """SHA-256 of the client's certificate, hex, or empty."""
        self.in_session = False
        self.keep: Callable[[], HandedOver | None] = _nothing
        """Hands its socket and session over to another process."""
        self.end: Callable[[], object] = self.leave
        self._leave = leave
        self._left = False

    def peer(self, protocol: str) -> Peer:
        return Peer(self.address, self.port, protocol, self.tls, self.fingerprint, self.via)

    def leave(self) -> None:
        """Release it; does nothing the second time."""
        if not self._left:
            self._left = True
            self._leave(self)
