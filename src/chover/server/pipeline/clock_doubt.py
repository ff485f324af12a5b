"""How far the clock is ahead of what anything confirms: nothing is deleted for its age by such a time."""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Callable
from typing import Final

_log = logging.getLogger(__name__)

BELIEVED_SECONDS: Final = 86_400.0
"""A clock that nobody has set back for so long is believed."""
SILENT_MS: Final = 86_400_000
"""A server that starts so long after its newest event has been off, or its clock is ahead."""
_UNSYNCHRONISED: Final = 5
"""TIME_ERROR of adjtimex(2); setting the clock brings it about until NTP has checked the new time."""


def synchronised() -> bool | None:
    """Whether the clock is synchronised, according to the kernel; None if it does not say."""
    if sys.platform != "linux":
        return None
    # struct timex with modes 0 only queries; it has about 200 bytes.
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    return None if state < 0 else state != _UNSYNCHRONISED


class ClockDoubt:
    """Collects jumps of the clock until NTP or a day confirms them. ``steady`` in seconds, jumps in ms."""

    __slots__ = ("_ms", "_since", "_steady", "_synchronised")

    def __init__(self, steady: Callable[[], float], synchronised: Callable[[], bool | None] = synchronised) -> None:
        self._steady, self._synchronised = steady, synchronised
        self._ms, self._since = 0, 0.0

    def began(self, ahead: int) -> None:
        """The server starts, and the clock is so far ahead of the newest event that earlier runs kept."""
        if ahead > SILENT_MS:
            self.jumped(ahead)
            if self.ms():
                _log.info("the newest event is %d days old: until NTP or a day confirms the clock, it deletes nothing",
                          ahead // SILENT_MS)  # fmt: skip

    def jumped(self, leap: int) -> None:
        """The clock was set; back where ``leap`` is negative."""
        self._ms = max(0, self._ms + leap)
        self._since = self._steady()

    def ms(self) -> int:
        """So far the clock may be ahead of the true time."""
        if self._ms and (self._steady() - self._since >= BELIEVED_SECONDS or self._synchronised()):
            _log.info("the clock is believed again: what is old is deleted by it")
            self._ms = 0
        return self._ms
