"""The progress of a long command: one line on a terminal; elsewhere nothing, or a line for each step."""
# ruff: noqa: PLC0415 - most commands are short

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final, Self, TextIO

EVERY: Final = 0.1
"""Seconds between two updates of the line."""
STEP_PERCENT: Final = 10
"""Elsewhere than on a terminal: after so much of a step another line."""
_CLEAR: Final = "\r\x1b[K"


class TerminalProgress:
    """Implements backup.pace.Progress on standard error. The line is removed at the end."""

    def __init__(
        self, out: TextIO | None = None, *, lines: bool = False, written: Callable[[int], str] | None = None
    ) -> None:
        """``lines``: elsewhere than on a terminal write lines. ``written``: how a count reads; by default as bytes."""
        self._out = out or sys.stderr
        self._shown = self._out.isatty()
        self._lines = lines and not self._shown
        self._written = written
        self._percent = 0
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
        self._percent = 0
        if self._lines and total:
            self._tell()
        self.moved(0)

    def moved(self, count: int) -> None:
        self._done += count
        if self._shown and (now := time.monotonic()) >= self._next:
            self._next = now + EVERY
            self._out.write(_CLEAR + self.line())
            self._out.flush()
        if self._lines and self._total and 100 * self._done // self._total >= self._percent + STEP_PERCENT:
            self._percent = 100 * self._done // self._total // STEP_PERCENT * STEP_PERCENT
            self._tell()

    def _tell(self) -> None:
        self._out.write(self.line() + "\n")
        self._out.flush()

    def line(self) -> str:
        """``files: 312 MB of 1.02 GB, 30 %``."""
        from chover.files.uploads import readable

        if not self._total:
            return f"{self._what} …"
        written = self._written or readable
        done = min(self._done, self._total)
        return f"{self._what}: {written(done)} of {written(self._total)}, {100 * done // self._total} %"
