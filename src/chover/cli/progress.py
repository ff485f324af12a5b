"""The progress of a long command: one line on a terminal, nothing elsewhere."""
# ruff: noqa: PLC0415 - most commands are short

from __future__ import annotations

import sys
import time
from typing import Final, Self, TextIO

EVERY: Final = 0.1
"""Seconds between two updates of the line."""
_CLEAR: Final = "\r\x1b[K"


class TerminalProgress:
    """Implements backup.pace.Progress on standard error. The line is removed at the end."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._shown = self._out.isatty()
        self._what, self._total, self._done = "", 0, 0
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._out.write(_CLEAR)
            self._out.flush()

    def begin(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._next = 0.0
        self.moved(0)

    def moved(self, count: int) -> None:
        self._done += count
        if self._shown and (now := time.monotonic()) >= self._next:
            self._next = now + EVERY
            self._out.write(_CLEAR + self.line())
            self._out.flush()

    def line(self) -> str:
        """``files: 312 MB of 1.02 GB, 30 %``."""
        from chover.files.uploads import readable

        if not self._total:
            return f"{self._what} …"
        done = min(self._done, self._total)
        return f"{self._what}: {readable(done)} of {readable(self._total)}, {100 * done // self._total} %"
