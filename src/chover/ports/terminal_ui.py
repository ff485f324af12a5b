"""A client that runs on the server's machine for somebody at a remote terminal (SSH)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from chover.ports.peer import Peer


class Caller(msgspec.Struct, frozen=True):
    """Somebody who has connected. ``name`` may be any text; ``password`` is as PASS takes it, or empty."""

    name: str
    peer: Peer
    password: str = ""
    by_key: bool = False
    """Whether the key of the connection (``peer.fingerprint``) belongs to an account."""
    word: str = ""
    """What the caller should be told first, or empty."""


class TerminalScreen(Protocol):
    """The terminal of a caller."""

    @property
    def term(self) -> str:
        """The terminal's type, like TERM."""

    @property
    def languages(self) -> Mapping[str, str]:
        """The caller's environment variables about the language (POSIX, 8.2), as far as the terminal has sent them."""

    def size(self) -> tuple[int, int]:
        """Columns and rows."""

    def write(self, text: str) -> None:
        """Write text; never blocks, and does nothing if the connection is gone."""

    def backlog(self) -> int:
        """Bytes that the terminal has not accepted yet."""


class TerminalUi(Protocol):
    """The front end for one caller. The SSH handler calls everything except ``run``, in the loop."""

    async def run(self) -> None:
        """Run until the caller leaves, the connection is lost, or the session ends."""

    def typed(self, text: str) -> None: ...
    def resized(self) -> None: ...
    def drained(self) -> None:
        """The terminal has accepted everything."""

    def gone(self) -> None:
        """There is no terminal any more."""


TerminalUiFactory = Callable[[Caller, socket.socket, TerminalScreen], TerminalUi]
"""Makes a front end. The socket is its connection to the server, over which it speaks IRC."""
