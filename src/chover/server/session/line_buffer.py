"""Bytes in, lines out."""

from __future__ import annotations

from collections import deque


class TooMuch(Exception):
    """A line is longer than the read queue."""


class LineBuffer:
    """The lines that a peer has sent and that are not processed yet.

    ``limit`` is the longest unfinished line in bytes, inclusive. CR LF and LF end a line; empty lines are skipped.
    """

    __slots__ = ("_limit", "_rest", "lines")

    def __init__(self, limit: int) -> None:
        self.lines: deque[bytes] = deque()
        self._rest = b""
        self._limit = limit

    @property
    def unread(self) -> bytes:
        """The waiting lines, and the beginning of the next one."""
        return b"".join([line + b"\r\n" for line in self.lines]) + self._rest

    def put(self, data: bytes) -> None:
        """Add bytes. Raises TooMuch."""
        if self._rest:
            data = self._rest + data
        if data.endswith(b"\n"):
            self._rest = b""
            complete = data.split(b"\n")
        else:
            *complete, self._rest = data.split(b"\n")
        self.lines.extend([line.rstrip(b"\r") for line in complete if line not in {b"", b"\r"}])
        if len(self._rest) > self._limit or max(map(len, complete), default=0) > self._limit:
            raise TooMuch
