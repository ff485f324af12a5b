"""Sends a line to a peer and closes the connection."""

from __future__ import annotations

import asyncio
from typing import Final, cast

from chover.edge.accepted import AcceptedConnection

_LINGER_SECONDS: Final = 1.0
"""Time for the peer to read the line: closing with unread bytes would reset the connection and lose it."""


class Rejection(asyncio.Protocol):
    """Sends one line, ignores everything received, and closes when the peer does or after a second."""

    def __init__(self, accepted: AcceptedConnection, word: bytes) -> None:
        self._accepted = accepted
        self._word = word
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._accepted.end = self._transport.abort
        if not self._word:
            self._transport.abort()
            return
        self._timer = asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._transport.abort)
        self._transport.write(self._word)
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()

    def connection_lost(self, _exc: Exception | None) -> None:
        if self._timer:
            self._timer.cancel()
        self._accepted.leave()


def said_nothing(seconds: float) -> bytes:
    """The line for a connection that stayed silent for so long."""
    return f"ERROR :Closed: nothing was sent for {seconds:g} seconds\r\n".encode()
