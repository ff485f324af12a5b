"""What protocol handlers call, and what a session needs from one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from chover.ports.account_service import Accounts, Exports
from chover.ports.files import EmojiSet, Files, Previews
from chover.ports.hooks import Hooks
from chover.ports.measures import Measure
from chover.ports.peer import Peer
from chover.wire.hello import LegacyMessage


class Sink(Protocol):
    """Where a session writes. Provided by a protocol handler; never blocks."""

    descriptor: int
    """A socket to which bytes may be sent past ``write``, or -1.

    That is allowed from ``drained`` until ``held_up`` or ``lost``, one of which the handler calls before the socket is
    closed, and as soon as there is a backlog.
    """

    def write(self, data: bytes) -> None:
        """Queue data for the peer. Sessions keep a reference to this method: it must not be replaced later."""

    def backlog(self) -> int:
        """Bytes that the peer has not accepted yet."""

    def pause(self) -> None:
        """Stop reading from the peer."""

    def resume(self) -> None: ...

    def close(self) -> None:
        """Send what was written, then close.

        Data that the peer does not accept within the handler's time limit is dropped.
        """

    def abort(self) -> None:
        """Close at once."""


class BatchSender(Protocol):
    """Sends to many sockets in one system call, without waiting.

    Both methods return the sockets that took less than everything: a position in the list, and the bytes taken.
    """

    longest: int
    """The number of bytes that may be sent to one socket."""

    def send(self, descriptors: Sequence[int], data: bytes) -> Sequence[tuple[int, int]]:
        """Send the same to all."""

    def send_each(self, descriptors: Sequence[int], pieces: Sequence[bytes]) -> Sequence[tuple[int, int]]:
        """Send each its own piece."""


class OpenSession(Protocol):
    """A session, as a protocol handler sees it."""

    def receive(self, data: bytes) -> None:
        """Process bytes exactly as the peer sent them."""

    def lost(self, reason: str) -> None:
        """The connection is gone. Nothing is written after this."""

    def held_up(self) -> None:
        """The peer no longer accepts data at once: there may be a backlog until ``drained``.

        Sessions start like this.
        """

    def drained(self) -> None:
        """The peer has accepted everything."""


class Refused(Exception):
    """The peer may not connect. The text says why and when to try again.

    ``kind`` is a one-word reason for the metrics.
    """

    def __init__(self, text: str, kind: str = "other") -> None:
        super().__init__(text)
        self.kind = kind


class Introduction(msgspec.Struct, frozen=True):
    """What a server tells people before they connect."""

    name: str
    """The name of the network."""
    welcome: str
    """The message of the day; empty for none."""
    guests: bool
    """Whether people may connect without an account."""
    registration: str
    """The registration policy: ``open``, ``invite`` or ``off``."""
    email_required: bool
    mail: bool
    """Whether the server can mail a code to somebody who has forgotten a password."""


class SessionHandover(Protocol):
    """Hands sessions over from one process to the next, each with its open connection."""

    def freeze(self, session: OpenSession) -> bytes | None:
        """Serialize an idle session and detach it; nobody is told that it ends.

        Returns None if the session cannot continue in another process; it stays as it is.
        """

    def admit(self, address: str) -> None:
        """Count the connection of such a session even over the limits: the previous process has admitted it.

        It is given back with ``Host.dismiss``.
        """

    def adopt(self, peer: Peer, sink: Sink, state: bytes) -> OpenSession:
        """Continue a serialized session on the same connection."""


class Host(Protocol):
    """What the protocol handlers call."""

    @property
    def handover(self) -> SessionHandover: ...

    @property
    def accounts(self) -> Accounts:
        """The account service, with which the HTTP routes authenticate people."""

    @property
    def files(self) -> Files:
        """The uploads."""

    @property
    def exports(self) -> Exports | None:
        """What owners take home; None where there is nothing of the kind."""

    @property
    def previews(self) -> Previews | None:
        """Previews of links; None if this server makes none."""

    @property
    def emoji(self) -> EmojiSet | None:
        """The emoji of this server; None if it can have none."""

    @property
    def hooks(self) -> Hooks | None:
        """The hooks; None if this server has none."""

    def admit(self, address: str) -> None:
        """Count a connection from ``address``. Raises Refused at the limits (number, rate).

        Each admitted connection is given back with ``dismiss``.
        """

    def dismiss(self, address: str) -> None: ...

    def open_session(self, peer: Peer, sink: Sink) -> OpenSession: ...

    def introduction(self) -> Introduction:
        """What people are told before they connect."""

    async def ailment(self) -> str:
        """Why no message can be kept at the moment, in one line; empty if all is well.

        Asks the store, but not often.
        """

    def clock_warning(self) -> str:
        """What is wrong with the clock and what to do, in one line; empty if nothing is."""

    def measures(self) -> list[Measure]:
        """The current value of every metric."""

    def lobby(self) -> str:
        """The name of the channel that clients of the original use (the first of ``channels.autojoin``), or empty."""

    def lobby_tail(self) -> list[LegacyMessage]:
        """The lobby's newest messages, oldest first, if guests may read it; otherwise []."""

    def watch_lobby(self, receive: Callable[[LegacyMessage], None]) -> Callable[[], None]:
        """Have ``receive`` called with each message in the lobby from now on, as long as guests may read it.

        Returns a function that stops it. Meant for connections that have not registered yet.
        """


class Observer(Protocol):
    """Follows what happens: the console that prints what the original's server printed."""

    def connected(self, peer: Peer, nick: str, version: str) -> None: ...

    def said(self, said: LegacyMessage) -> None:
        """Somebody wrote a message or action in the lobby; private messages are never passed on."""

    def disconnected(self, peer: Peer, nick: str, version: str) -> None: ...

    def stopping(self) -> None:
        """The shutdown begins; the disconnections of everybody online follow."""
