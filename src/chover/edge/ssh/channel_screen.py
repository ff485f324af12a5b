"""The screen of a front end: the channel of an SSH terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import asyncssh

LARGEST: Final = (500, 200)
"""Columns and rows that are painted at most, for terminals that claim to be larger."""
SMALLEST: Final = (20, 5)
USUAL: Final = (80, 24)
"""The size of a terminal that does not report one."""
UNTAKEN_BYTES: Final = 1 << 20
"""Bytes that may wait for a terminal that accepts nothing; more are dropped."""
_TERM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,30}")


class ChannelScreen:
    """Implements ports.Screen. Nothing is written after the caller is ``gone``."""

    def __init__(self, channel: asyncssh.SSHServerChannel[str], languages: Mapping[str, str]) -> None:
        self.gone = False
        self.languages = languages
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
