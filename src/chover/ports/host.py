"""What protocol handlers call, and what a session needs of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from chover.ports.account_service import Accounts
from chover.ports.files import Files
from chover.ports.hooks import Hooks
from chover.ports.measures import Measure
from chover.ports.peer import Peer
from chover.wire.hello import LegacyMessage


class Sink(Protocol):
    """Where a session writes. Provided by a protocol handler; never blocks."""

    def write(self, data: bytes) -> None:
        """Called by whoever asked for it when the session was opened: the attribute is not looked up again."""

    def backlog(self) -> int:
        """Bytes that the peer has not taken yet."""

    def pause(self) -> None:
        """Stop reading from the peer."""

    def resume(self) -> None: ...

    def close(self) -> None:
        """Send what was written, then close; what the peer does not take within the handler's bound is dropped."""

    def abort(self) -> None:
        """Close now."""


class OpenSession(Protocol):
    """What a protocol handler holds of a session."""

    def receive(self, data: bytes) -> None:
        """Bytes from the peer, as they came."""

    def lost(self, reason: str) -> None:
        """The connection is gone. Nothing is written after this."""

    def held_up(self) -> None:
        """The peer does not take everything at once: there may be a backlog until ``drained``. So it is at first."""

    def drained(self) -> None:
        """The peer has taken everything."""


class Refused(Exception):
    """The peer may not come in; the text says why and when to try again, ``kind`` why in a word for the figures."""

    def __init__(self, text: str, kind: str = "other") -> None:
        super().__init__(text)
        self.kind = kind


class SessionHandover(Protocol):
    """Takes sessions from one process to the next, each with its open connection."""

    def freeze(self, session: OpenSession) -> bytes | None:
        """Write a session at rest down and let go of it; nobody is told that it ends.

        None for one that cannot go on in another process; it stays as it is.
        """

    def admit(self, address: str) -> None:
        """Count the connection of such a session, whatever the limits say: it was let in by the process before.

        It is given back with ``Host.dismiss``.
        """

    def adopt(self, peer: Peer, sink: Sink, state: bytes) -> OpenSession:
        """Go on with a session that was written down, on the same connection."""


class Host(Protocol):
    """What the protocol handlers call."""

    @property
    def handover(self) -> SessionHandover: ...

    @property
    def accounts(self) -> Accounts:
        """Who has registered; what the routes of HTTP ask who somebody is."""

    @property
    def files(self) -> Files:
        """What has been uploaded."""

    @property
    def hooks(self) -> Hooks | None:
        """By which other programs speak; None where there are none."""

    def admit(self, address: str) -> None:
        """Count a connection of ``address``. Raises Refused at the limits (number, rate).

        Each admitted connection is given back with ``dismiss``.
        """

    def dismiss(self, address: str) -> None: ...

    def open_session(self, peer: Peer, sink: Sink) -> OpenSession: ...

    async def ailment(self) -> str:
        """Why no message can be kept just now, in one line; empty when all is well. Asks the store, but not often."""

    def clock_warning(self) -> str:
        """What is wrong with the clock and what to do, in one line; empty while nothing is."""

    def measures(self) -> list[Measure]:
        """What is counted, as it stands."""

    def lobby(self) -> str:
        """The name of the channel where the original's clients chat (the first of ``channels.autojoin``), or empty."""

    def lobby_tail(self) -> list[LegacyMessage]:
        """The lobby's newest messages, oldest first, if guests may read it; else []."""

    def watch_lobby(self, receive: Callable[[LegacyMessage], None]) -> Callable[[], None]:
        """Have ``receive`` called with each message of the lobby from now on, while guests may read it.

        Returns what ends it. For connections that are no users yet.
        """


class Observer(Protocol):
    """Somebody who looks on: the console of the original's front door."""

    def connected(self, peer: Peer, nick: str, version: str) -> None: ...

    def said(self, said: LegacyMessage) -> None:
        """A message or action in the lobby; never a private one."""

    def disconnected(self, peer: Peer, nick: str, version: str) -> None: ...

    def stopping(self) -> None:
        """The shutdown begins; the disconnections of those who are on follow."""
