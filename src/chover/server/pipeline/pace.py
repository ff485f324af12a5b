"""The number of messages, in total and per minute."""

from __future__ import annotations

from typing import Final

MINUTES: Final = 5
_MINUTE: Final = 60_000


class Pace:
    """Counts by minute; noting one costs a comparison and two additions."""

    __slots__ = ("_counts", "_minute", "_since", "total")

    def __init__(self, now: int) -> None:
        """``now``: ms since 1970, as everywhere here."""
        self.total = 0
        self._since = now
        self._minute = now // _MINUTE
        self._counts = [0] * (MINUTES + 1)
        """The current minute and those before it, the newest first."""

    def note(self, at: int) -> None:
        if at // _MINUTE != self._minute:
            self._move(at)
        self._counts[0] += 1
        self.total += 1

    def per_minute(self, now: int) -> float:
        """Over the last five minutes, or since the start if that is later."""
        self._move(now)
        past = min(now - self._since, MINUTES * _MINUTE + now % _MINUTE) / _MINUTE
        return sum(self._counts) / past if past > 0 else 0.0

    def _move(self, at: int) -> None:
        """With a clock that was set back, messages count for the current minute."""
        passed = at // _MINUTE - self._minute
        if passed > 0:
            self._counts = ([0] * passed + self._counts)[: MINUTES + 1] if passed <= MINUTES else [0] * (MINUTES + 1)
            self._minute += passed
