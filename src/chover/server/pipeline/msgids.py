"""The ids of what happens. Each carries its time, so that it says where to go on in a log that does not have it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from chover.engine.ids import DIGITS, RUN_CHARS, base36, timed


class Msgids:
    """Makes ids that no other run makes. ``name`` draws one for this run, of RUN_CHARS of ``0-9 a-z``."""

    __slots__ = ("_draw", "_name", "_now", "_numbers", "_stem")

    def __init__(self, name: Callable[[], str]) -> None:
        self._draw = name
        self._name = ""
        self._now = -1
        self._stem = ""
        self._numbers = _numbers()

    def at(self, now: int) -> str:
        """The next id, of what happens at ``now``, in milliseconds since 1970."""
        if now != self._now:
            self._turn(now)
        return self._stem + next(self._numbers)

    def _turn(self, now: int) -> None:
        if now < self._now or not self._name:
            # The clock was put back: what it says now it may have said before.
            self._name = self._draw()
            assert len(self._name) == RUN_CHARS
        self._now = now
        self._stem = timed(now) + self._name
        self._numbers = _numbers()


def _numbers() -> Iterator[str]:
    yield from DIGITS
    yield from map(base36, itertools.count(len(DIGITS)))
