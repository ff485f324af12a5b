"""Sending somebody away with a word."""

from __future__ import annotations

import asyncio
from typing import Final, cast

from chover.edge.accepted import AcceptedConnection

_LINGER_SECONDS: Final = 1.0
"""For the peer to read it: closing with unread bytes would reset the connection and take the word with it."""


class Rejection(asyncio.Protocol):
    """Says one thing, hears nothing, and closes when the peer does or after a second."""

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
    """For somebody who stayed silent that long."""
    return f"ERROR :Closed: nothing was sent for {seconds:g} seconds\r\n".encode()
