"""Bytes in, lines out."""

from __future__ import annotations

from collections import deque
from typing import Final


class TooMuch(Exception):
    """A line is longer than the read queue."""


_NO_LINES: Final[deque[bytes]] = deque(maxlen=0)
"""The lines of everybody who has none waiting: an empty deque of their own would take 600 bytes."""


class LineBuffer:
    """The lines that a peer has sent and that are not processed yet.

    ``limit`` is the longest unfinished line in bytes, inclusive. CR LF and LF end a line; empty lines are skipped.
    """

    __slots__ = ("_limit", "_rest", "lines")

    def __init__(self, limit: int) -> None:
        self.lines = _NO_LINES
        self._rest = b""
        self._limit = limit

    @property
    def unread(self) -> bytes:
        """The waiting lines, and the beginning of the next one."""
        return b"".join([line + b"\r\n" for line in self.lines]) + self._rest

    def put(self, data: bytes) -> None:
        """Add bytes. Raises TooMuch."""
        if not self._rest and data.find(b"\n") == len(data) - 1 and 1 < len(data) <= self._limit:
            # What nearly always arrives: one whole line.
            if line := data[:-1].rstrip(b"\r"):
                self._own().append(line)
            return
        if self._rest:
            data = self._rest + data
        if data.endswith(b"\n"):
            self._rest = b""
            complete = data.split(b"\n")
        else:
            *complete, self._rest = data.split(b"\n")
        if found := [line.rstrip(b"\r") for line in complete if line not in {b"", b"\r"}]:
            self._own().extend(found)
        if len(self._rest) > self._limit or max(map(len, complete), default=0) > self._limit:
            raise TooMuch

    def put_back(self, line: bytes) -> None:
        """Put a line before all others."""
        self._own().appendleft(line)

    def rest(self) -> None:
        """Keep no memory for lines while none is waiting."""
        if not self.lines:
            self.lines = _NO_LINES

    def _own(self) -> deque[bytes]:
        if self.lines is _NO_LINES:
            self.lines = deque()
        return self.lines
