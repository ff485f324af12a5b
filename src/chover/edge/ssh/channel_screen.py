"""What a front end paints on: the channel of an SSH terminal."""

from __future__ import annotations

import re
from typing import Final

import asyncssh

LARGEST: Final = (500, 200)
"""Columns and rows that are painted; who says more gets these."""
SMALLEST: Final = (20, 5)
USUAL: Final = (80, 24)
"""For who says nothing."""
UNTAKEN_BYTES: Final = 1 << 20
"""What may wait for a terminal that takes nothing; more of it is not written."""
_TERM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,30}")


class ChannelScreen:
    """Implements ports.Screen. Nothing is written once the caller is ``gone``."""

    def __init__(self, channel: asyncssh.SSHServerChannel[str]) -> None:
        self.gone = False
        self._channel = channel

    @property
    def term(self) -> str:
        term = self._channel.get_terminal_type() or ""
        return term if _TERM.fullmatch(term) else "xterm"

    def size(self) -> tuple[int, int]:
        said = self._channel.get_terminal_size()[:2]
        columns, rows = (given or usual for given, usual in zip(said, USUAL, strict=True))
        return (
            min(max(columns, SMALLEST[0]), LARGEST[0]),
            min(max(rows, SMALLEST[1]), LARGEST[1]),
        )

    def write(self, text: str) -> None:
        if not self.gone and not self._channel.is_closing() and self.backlog() < UNTAKEN_BYTES:
            self._channel.write(text)

    def backlog(self) -> int:
        return self._channel.get_write_buffer_size()
