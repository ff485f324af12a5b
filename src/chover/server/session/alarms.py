"""Alarms of many sessions, few of which go off: those of a quarter of a second share a timer of the loop.

A timer of the loop takes 550 bytes, and each session would have one.
"""

from __future__ import annotations

import asyncio
import logging
import math
from typing import Final, Protocol

_log = logging.getLogger(__name__)

PER_SECOND: Final = 4
"""An alarm goes off up to a quarter of a second too late, never too early."""
NEVER: Final = -1
"""The time of an alarm that is not set."""


class Alarm(Protocol):
    def ring(self) -> None: ...


class Alarms:
    """For the thread of one loop. Times are fractions of a second by the clock of the loop."""

    __slots__ = ("_due",)

    def __init__(self) -> None:
        self._due: dict[int, set[Alarm]] = {}

    def begin(self, seconds: float, alarm: Alarm) -> int:
        """Have ``alarm`` go off once, after so many seconds. Returns the time, by which it can be cleared."""
        loop = asyncio.get_running_loop()
        due = math.ceil((loop.time() + seconds) * PER_SECOND)
        found = self._due.get(due)
        if found is None:
            found = self._due[due] = set()
            loop.call_at(due / PER_SECOND, self._ring, due)
        found.add(alarm)
        return due

    def clear(self, due: int, alarm: Alarm) -> None:
        """Forget an alarm; does nothing for one that is not set."""
        if found := self._due.get(due):
            found.discard(alarm)

    def _ring(self, due: int) -> None:
        waiting = self._due.pop(due)
        while waiting:
            try:
                waiting.pop().ring()
            except Exception:  # noqa: BLE001 - a bug in one session ends nothing of the others
                _log.exception("an alarm of a session could not be handled")
