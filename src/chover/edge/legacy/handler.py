"""The handler of the original's clients, and of connections that were silent at first.

Its states: silent (no user yet, limited in number and time), gathering (a hello may be on its way), then a user behind
a Gateway. If the first line is an IRC command, the IRC handler takes over. A silent connection watches the lobby.
"""

from __future__ import annotations

import asyncio
from typing import cast

from chover.edge.accepted import AcceptedConnection
from chover.edge.irc import IrcHandler, why_lost
from chover.edge.legacy.gateway import Gateway
from chover.edge.legacy.writer import LegacyWriter
from chover.edge.listener_context import ListenerContext
from chover.edge.protocols import Protocol, Unsure, choose_late
from chover.edge.rejection import said_nothing
from chover.ports import OpenSession
from chover.wire.hello import HELLO_BYTES, chat_line, parse_hello


class LegacyHandler(asyncio.Protocol):
    """A connection until it is known whether it becomes a user. ``history`` is sent at once, if there is any."""

    def __init__(self, shared: ListenerContext, accepted: AcceptedConnection, history: bytes) -> None:
        self._shared = shared
        self._accepted = accepted
        self._history = history
        self._chunks: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._loop = asyncio.get_running_loop()
        self._began = self._since = self._loop.time()
        self._accepted.end = self._transport.abort
        if self._history:
            self._transport.write(self._history)
        # A silent watcher gets new messages once they can no longer be taken for more history.
        self._outbox = LegacyWriter(self._transport, self._began + self._shared.settings.hold_seconds)
        self._unwatch = self._shared.host.watch_lobby(lambda said: self._outbox.put([chat_line(said)]))
        self._wait(self._shared.settings.quiet_seconds)

    def data_received(self, data: bytes) -> None:
        if not self._chunks:
            self._since = self._loop.time()
        self._chunks.append(data)
        first = b"".join(self._chunks)
        match choose_late(first):
            case Unsure.SIGNATURE if b"\0" in first:
                # Text never contains a NUL, so the rest of a hello is on its way.
                self._wait(self._shared.settings.undecided_seconds)
            case Unsure():
                self._wait(self._shared.settings.hello_seconds)
            case Protocol.LEGACY:
                self._become_user()
            case Protocol.IRC:
                self._become_irc()
            case _:
                # A peer with another protocol that has been sent history cannot use this connection.
                self._transport.abort()

    def eof_received(self) -> None:
        # A guest may send one message and disconnect: the message still counts.
        if self._chunks:
            self._become_user()

    def pause_writing(self) -> None:
        self._outbox.pause()

    def resume_writing(self) -> None:
        self._outbox.resume()

    def connection_lost(self, _exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_watching()
        self._accepted.leave()

    def _stop_watching(self) -> None:
        self._unwatch()
        self._outbox.stop()

    def _wait(self, seconds: float) -> None:
        """Wait until so many seconds have passed since the beginning, or since the first byte."""
        self._stop_waiting()
        self._timer = self._loop.call_at(self._since + seconds, self._waited)

    def _stop_waiting(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _waited(self) -> None:
        if self._chunks:
            self._become_user()
        else:
            self._transport.write(said_nothing(self._shared.settings.quiet_seconds))
            self._transport.close()
            self._timer = self._loop.call_later(self._shared.settings.close_seconds, self._transport.abort)

    def _leave_the_quiet(self) -> None:
        self._stop_waiting()
        self._stop_watching()
        self._shared.quiet.give_back(self._accepted)

    def _become_irc(self) -> None:
        self._leave_the_quiet()
        if self._history:
            # The list has no line end, and what follows it must start a new line.
            self._transport.write(b"\r\n")
        handler = IrcHandler(self._shared.host, self._accepted, self._shared.settings.close_seconds)
        self._transport.set_protocol(handler)
        handler.connection_made(self._transport)
        handler.data_received(b"".join(self._chunks))

    def _become_user(self) -> None:
        self._leave_the_quiet()
        first = b"".join(self._chunks)
        hello = parse_hello(first)
        held = self._history and not hello
        not_before = self._began + self._shared.settings.hold_seconds if held else 0.0
        gateway = Gateway(self._shared.host.lobby(), hello)
        for text in _after_hello(self._chunks) if hello else self._chunks:
            gateway.hear(text)
        user = LegacyUser(self._shared, self._accepted, gateway, not_before, self._outbox.unsent())
        self._transport.set_protocol(user)
        user.connection_made(self._transport)


def _after_hello(chunks: list[bytes]) -> list[bytes]:
    """What was received after the hello, each piece as it came."""
    skip = HELLO_BYTES
    texts = []
    for chunk in chunks:
        texts.append(chunk[skip:])
        skip = max(0, skip - len(chunk))
    return [text for text in texts if text]


class LegacyUser(asyncio.Protocol):
    """A user with a client of the original; to its session it is the Sink (ports.Sink)."""

    descriptor = -1
    """Its client is written to at its own pace."""

    def __init__(
        self,
        shared: ListenerContext,
        accepted: AcceptedConnection,
        gateway: Gateway,
        not_before: float,
        unsent: list[str],
    ) -> None:
        self._shared = shared
        self._accepted = accepted
        self._gateway = gateway
        self._not_before = not_before
        self._unsent = unsent
        self._session: OpenSession | None = None
        self._closing: asyncio.TimerHandle | None = None
        self._feeding = False
        self._finishing = False
        self._paused = False
        self._lost = False

    # ---- from the loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=0)
        self._outbox = LegacyWriter(self._transport, self._not_before)
        self._outbox.put(self._unsent)
        self._accepted.end = self._transport.abort
        self._accepted.in_session = True
        try:
            self._session = self._shared.host.open_session(self._accepted.peer("legacy"), self)
        except BaseException:
            self._transport.abort()
            raise
        self._gateway.begin()
        self._feed()

    def data_received(self, data: bytes) -> None:
        self._gateway.hear(data)
        self._feed()

    def eof_received(self) -> bool:
        """A client that sends one message and disconnects has sent it, even if the lobby is not joined yet."""
        if self._gateway.unsaid:
            self._finishing = True
            self._closing = asyncio.get_running_loop().call_later(self._shared.settings.close_seconds, self.close)
            return True
        self.close()
        return False

    def pause_writing(self) -> None:
        self._outbox.pause()

    def resume_writing(self) -> None:
        self._outbox.resume()
        if self._session:
            self._session.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self._outbox.stop()
        if self._closing:
            self._closing.cancel()
        try:
            if self._session:
                self._session.lost(why_lost(exc))
        finally:
            self._accepted.leave()

    # ---- between client and session

    def _feed(self) -> None:
        """Pass waiting text to the session. It may answer meanwhile; then the loop below continues."""
        if self._feeding or not self._session:
            return
        self._feeding = True
        answers = self._gateway.answers
        while answers and not self._paused and not self._lost:
            self._session.receive(answers.popleft().encode() + b"\r\n")
        self._feeding = False
        if self._finishing and not self._gateway.unsaid:
            self.close()
        self._throttle()

    def _throttle(self) -> None:
        if self._transport.is_closing():
            return
        if self._paused or self._gateway.full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    # ---- from the session

    def write(self, data: bytes) -> None:
        if self._lost or self._transport.is_closing():
            return
        gateway = self._gateway
        gateway.read(data)
        self._outbox.put(gateway.shown)
        gateway.shown.clear()
        if gateway.ended:
            self.close()
        else:
            self._feed()

    def backlog(self) -> int:
        return self._outbox.backlog()

    def pause(self) -> None:
        self._paused = True
        self._throttle()

    def resume(self) -> None:
        self._paused = False
        self._feed()

    def close(self) -> None:
        if not self._transport.is_closing():
            if self._closing:
                self._closing.cancel()
            self._outbox.flush()
            self._closing = asyncio.get_running_loop().call_later(
                self._shared.settings.close_seconds, self._transport.abort
            )
            self._transport.close()

    def abort(self) -> None:
        self._transport.abort()
