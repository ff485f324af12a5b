"""An accepted connection whose protocol is not known yet. Its bytes are peeked at, but never read.

Reading first and starting TLS afterwards hangs, in asyncio and in uvloop, so the bytes stay in the socket. A reader
would fire all the time while they are there, so it is removed at the first byte. If the bytes are not enough to decide,
a timer checks them again.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Final

from chover.edge.accepted import AcceptedConnection
from chover.edge.listener_context import ListenerContext
from chover.edge.protocols import PEEK_BYTES, Protocol, Unsure, choose, choose_late
from chover.edge.rejection import said_nothing
from chover.wire.hello import LegacyMessage, chat_line, format_history, writes

FIRST_LOOK_SECONDS: Final = 0.05
"""Delay before the second check; each further one waits three times as long."""

HandOver = Callable[[AcceptedConnection, socket.socket, Protocol, bytes], None]
"""Passes the untouched socket to the handler of a protocol. The bytes are the history that a silent client was sent."""


class Detection:
    """Waits a limited time for a connection's first bytes, and passes it on or closes it."""

    __slots__ = (
        "_accepted",
        "_hand_over",
        "_loop",
        "_pause",
        "_protocols",
        "_shared",
        "_silent",
        "_since",
        "_sock",
        "_timer",
        "_unwatch",
    )

    def __init__(
        self,
        shared: ListenerContext,
        accepted: AcceptedConnection,
        sock: socket.socket,
        protocols: frozenset[str],
        hand_over: HandOver,
    ) -> None:
        self._shared = shared
        self._accepted = accepted
        self._sock = sock
        self._protocols = protocols
        self._hand_over = hand_over
        self._loop = asyncio.get_running_loop()
        self._silent = False
        self._pause = FIRST_LOOK_SECONDS
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._unwatch: Callable[[], object] = int
        accepted.end = self.close

    def wait(self) -> None:
        if self._spoke_at_once():
            return
        self._timer = self._loop.call_later(self._shared.settings.silence_seconds, self._fell_silent)
        self._loop.add_reader(self._sock.fileno(), self._first_byte)

    def _spoke_at_once(self) -> bool:
        """Whether bytes that decide are here already: nothing has to be watched for a client that speaks right away."""
        try:
            first = self._sock.recv(PEEK_BYTES, socket.MSG_PEEK)
        except OSError:
            return False
        verdict = choose(first, hello=Protocol.LEGACY in self._protocols) if first else Unsure.LINE
        if not isinstance(verdict, Protocol):
            return False
        self._pass_on(verdict)
        return True

    def close(self) -> None:
        """Close without sending anything."""
        self._let_go()
        self._sock.close()
        self._accepted.leave()

    def _let_go(self) -> None:
        self._loop.remove_reader(self._sock.fileno())
        self._unwatch()
        if self._timer:
            self._timer.cancel()

    def _open(self, protocol: Protocol, history: bytes = b"") -> None:
        self._let_go()
        self._pass_on(protocol, history)

    def _pass_on(self, protocol: Protocol, history: bytes = b"") -> None:
        if protocol is not Protocol.LEGACY:
            self._shared.quiet.give_back(self._accepted)
        self._hand_over(self._accepted, self._sock, protocol, history)

    # ---- silence

    def _fell_silent(self) -> None:
        """600 ms without a byte: it may be a client of the original, which waits for history first."""
        if self._has_spoken():
            self._first_byte()
            return
        self._silent = True
        if not self._shared.quiet.take(self._accepted):
            self._shared.quiet.refused += 1
            self.close()
            return
        if self._shared.page_requests.recent(self._accepted.address, self._loop.time()):
            self._overhear_after(self._shared.settings.ahead_seconds)
            return
        history = format_history(self._shared.host.lobby_tail()) if Protocol.LEGACY in self._protocols else b""
        if history:
            self._open(Protocol.LEGACY, history)
        else:
            self._overhear_after(self._shared.settings.hold_seconds)

    def _overhear_after(self, seconds: float) -> None:
        """``seconds`` are counted from the connection."""
        pause = seconds - self._shared.settings.silence_seconds
        self._timer = self._loop.call_later(pause, self._overhear, seconds)

    def _has_spoken(self) -> bool:
        """Whether there is data, or the end. If the loop was busy, uvloop reports that only after the timers."""
        try:
            self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True

    def _overhear(self, waited: float) -> None:
        """No history was sent. The first message in the lobby makes it a client of the original."""
        self._timer = self._loop.call_later(self._shared.settings.quiet_seconds - waited, self._stayed_silent)
        if Protocol.LEGACY in self._protocols:
            missed = self._shared.host.lobby_tail()
            if missed:
                self._open(Protocol.LEGACY, b"\n".join(writes(map(chat_line, missed))))
            else:
                self._unwatch = self._shared.host.watch_lobby(self._overheard)

    def _overheard(self, said: LegacyMessage) -> None:
        self._open(Protocol.LEGACY, b"".join(writes([chat_line(said)])))

    def _stayed_silent(self) -> None:
        with contextlib.suppress(OSError):
            self._sock.send(said_nothing(self._shared.settings.quiet_seconds))
        self.close()

    # ---- bytes

    def _first_byte(self) -> None:
        self._let_go()
        self._since = self._loop.time()
        self._look()

    def _look(self) -> None:
        try:
            first = self._sock.recv(PEEK_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            self._decide_later()
            return
        except OSError:
            first = b""
        if first:
            self._judge(first)
        else:
            self.close()

    def _judge(self, first: bytes) -> None:
        legacy = Protocol.LEGACY in self._protocols
        verdict = choose_late(first) if self._silent and legacy else choose(first, hello=legacy)
        if isinstance(verdict, Protocol):
            # The legacy handler detects IRC itself on a connection that was silent at first.
            self._open(Protocol.LEGACY if verdict is Protocol.IRC and self._silent and legacy else verdict)
        elif verdict is Unsure.LINE and self._silent:
            self._open(Protocol.LEGACY)
        elif verdict is Unsure.LINE and self._waited(self._shared.settings.hello_seconds):
            self._open(Protocol.IRC)
        elif self._waited(self._shared.settings.undecided_seconds):
            self._too_late()
        else:
            self._decide_later()

    def _waited(self, seconds: float) -> bool:
        """Whether that much time has passed since the first byte."""
        return self._loop.time() >= self._since + seconds

    def _decide_later(self) -> None:
        last = self._since + self._shared.settings.undecided_seconds
        self._timer = self._loop.call_at(min(self._loop.time() + self._pause, last), self._look)
        self._pause *= 3

    def _too_late(self) -> None:
        if self._silent and Protocol.LEGACY in self._protocols:
            self._open(Protocol.LEGACY)
        else:
            self.close()
