"""The IRC handler: a transport on one side, a session on the other."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import cast

from chover.edge.accepted import AcceptedConnection, HandedOver
from chover.ports import Host, OpenSession, Peer


def why_lost(error: Exception | None) -> str:
    """The reason of a QUIT, in words."""
    if error is None:
        return "Connection closed"
    return str(getattr(error, "strerror", None) or error) or "Connection lost"


def _drop(_data: bytes) -> None:
    """Replaces the write method of a session whose connection is gone."""


class IrcHandler(asyncio.Protocol):
    """One connection and its session; to the session it is the Sink (ports.Sink)."""

    __slots__ = (
        "_accepted",
        "_close_seconds",
        "_closing",
        "_host",
        "_peer",
        "_session",
        "_state",
        "_transport",
        "backlog",
        "descriptor",
        "write",
    )

    write: Callable[[bytes], None]
    """The transport's own ``write``, so the hot path has no step in between."""
    backlog: Callable[[], int]
    descriptor: int

    def __init__(
        self,
        host: Host,
        accepted: AcceptedConnection,
        close_seconds: float,
        peer: Peer | None = None,
        state: bytes | None = None,
    ) -> None:
        """``peer``: the other end, if more is known than the connection tells.

        ``state``: that of a session to continue.
        """
        self.descriptor = -1
        self._host = host
        self._accepted = accepted
        self._peer = peer
        self._state = state
        self._close_seconds = close_seconds
        self._closing: asyncio.TimerHandle | None = None
        self._session: OpenSession | None = None

    # ---- from the loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # A high-water mark of 0: ``pause_writing`` then reports everything that is not accepted at once.
        self._transport.set_write_buffer_limits(high=0)
        self.write = self._transport.write
        self.backlog = self._transport.get_write_buffer_size
        sock = transport.get_extra_info("socket")
        if sock is not None and transport.get_extra_info("sslcontext") is None:
            self.descriptor = sock.fileno()
        self._accepted.end = self._transport.abort
        self._accepted.in_session = True
        self._accepted.keep = self.hand_over
        try:
            self._session = self._open()
        except BaseException:
            self._transport.abort()
            raise
        if not self.backlog():
            self._session.drained()

    def _open(self) -> OpenSession:
        peer = self._peer or self._accepted.peer("irc")
        if self._state is None:
            return self._host.open_session(peer, self)
        state, self._state = self._state, None
        return self._host.handover.adopt(peer, self, state)

    def data_received(self, data: bytes) -> None:
        if self._session:
            self._session.receive(data)

    def pause_writing(self) -> None:
        if self._session:
            self._session.held_up()

    def resume_writing(self) -> None:
        # While it closes, nothing may be sent past the transport.
        if self._session and not self._transport.is_closing():
            self._session.drained()

    def eof_received(self) -> None:
        # Limited, too: a peer may signal its end and never read what is left for it.
        self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.write = _drop
        if self._closing:
            self._closing.cancel()
        try:
            if self._session:
                self._session.lost(why_lost(exc))
        finally:
            self._accepted.leave()

    def hand_over(self) -> HandedOver | None:
        """The socket and the state of its session for another process;

        None for a session that cannot continue there.
        """
        sock = self._transport.get_extra_info("socket")
        if self._session is None or sock is None or self._transport.is_closing():
            return None
        descriptor = os.dup(sock.fileno())
        state = self._host.handover.freeze(self._session)
        if state is None:
            os.close(descriptor)
            return None
        self._session = None
        # This closes one of two descriptors, so the peer notices nothing.
        self._transport.abort()
        return HandedOver(descriptor, state)

    # ---- from the session

    def pause(self) -> None:
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self) -> None:
        self.pause_writing()
        if not self._transport.is_closing():
            self._closing = asyncio.get_running_loop().call_later(self._close_seconds, self._transport.abort)
            self._transport.close()

    def abort(self) -> None:
        self.pause_writing()
        self._transport.abort()
