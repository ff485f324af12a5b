"""A client that runs on the server's machine for somebody at a terminal elsewhere (SSH)."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Protocol

import msgspec

from chover.ports.peer import Peer


class Caller(msgspec.Struct, frozen=True):
    """Who has called. ``name`` may be any text; ``password`` is as PASS takes it, or empty."""

    name: str
    peer: Peer
    password: str = ""
    by_key: bool = False
    """The key of the connection (``peer.fingerprint``) is an account's."""
    word: str = ""
    """What the caller should be told first, or empty."""


class TerminalScreen(Protocol):
    """The terminal of a caller."""

    @property
    def term(self) -> str:
        """What kind it is, as TERM names it."""

    def size(self) -> tuple[int, int]:
        """Columns and rows."""

    def write(self, text: str) -> None:
        """Never blocks; nothing happens when the connection is gone."""

    def backlog(self) -> int:
        """Bytes that were not taken yet."""


class TerminalUi(Protocol):
    """What is shown to one caller. All but ``run`` is called by the SSH handler, in the loop."""

    async def run(self) -> None:
        """Until the caller leaves, or is gone, or the session was ended."""

    def typed(self, text: str) -> None: ...
    def resized(self) -> None: ...
    def drained(self) -> None:
        """The terminal has taken everything."""

    def gone(self) -> None:
        """There is no terminal any more."""


TerminalUiFactory = Callable[[Caller, socket.socket, TerminalScreen], TerminalUi]
"""Makes a front end; the socket is its connection with the server, on which it speaks IRC."""
