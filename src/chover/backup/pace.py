"""The pace of a backup: it works half of the time while people chat, and reports its progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

TURN: Final = 0.005
"""Seconds of work between two rests, if no bytes are counted."""
BURST: Final = 1 << 20
"""Bytes between two rests. They are flushed before the rest, so that no message's fsync has to write them."""


class Progress(Protocol):
    def begin(self, what: str, total: int) -> None:
        """Begin the next step, of so many bytes; 0: unknown."""

    def moved(self, count: int) -> None:
        """So many more bytes are done."""


class NoProgress:
    """Implements Progress without any output."""

    def begin(self, what: str, total: int) -> None: ...

    def moved(self, count: int) -> None: ...


class BackupPace:
    """``gentle``: after each burst it rests for as long as the burst has taken."""

    def __init__(
        self,
        progress: Progress,
        *,
        gentle: bool,
        rest: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.progress = progress
        self._gentle = gentle
        self._rest = rest
        self._now = now
        self._since = now()
        self._bytes = 0

    def begin(self, what: str, total: int) -> None:
        self.progress.begin(what, total)
        self._since, self._bytes = self._now(), 0

    def did(self, count: int, sync: Callable[[], None] | None = None) -> None:
        """So many bytes were read or written; ``sync`` flushes what was written."""
        self.progress.moved(count)
        self.read_again(count, sync)

    def read_again(self, count: int, sync: Callable[[], None] | None = None) -> None:
        """The same for bytes that have been counted already."""
        self._bytes += count
        if self._bytes < BURST:
            return
        if sync is not None:
            sync()
        if self._gentle:
            self._rest(self._now() - self._since)
        self._since, self._bytes = self._now(), 0

    def worked(self) -> None:
        """Called often during work that moves no bytes."""
        took = self._now() - self._since
        if took >= TURN:
            if self._gentle:
                self._rest(took)
            self._since = self._now()
