"""The ids of events. Each contains its time, so that it is a position even in a log that does not contain it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from chover.engine.ids import DIGITS, RUN_CHARS, base36, timed
from chover.server.pipeline.event_clock import EventClock


class Msgids:
    """Makes ids that are unique across runs. ``name`` identifies this run, by RUN_CHARS of ``0-9 a-z``."""

    __slots__ = ("_name", "_numbers", "_read", "_stem", "at", "clock")

    def __init__(self, name: str, clock: EventClock) -> None:
        assert len(name) == RUN_CHARS
        self.clock = clock
        self.at = 0
        """The time in the last id, in ms since 1970."""
        self._name = name
        self._read = -1
        self._stem = ""
        self._numbers = _numbers()

    def next(self) -> str:
        """The id of an event that happens now, at ``at``."""
        read = self.clock.read()
        if read != self._read:
            self._turn(read)
        return self._stem + next(self._numbers)

    def _turn(self, read: int) -> None:
        self._read = read
        self.at = self.clock.advance(read)
        self._stem = timed(self.at) + self._name
        self._numbers = _numbers()


def _numbers() -> Iterator[str]:
    yield from DIGITS
    yield from map(base36, itertools.count(len(DIGITS)))
