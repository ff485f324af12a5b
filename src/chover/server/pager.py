"""Pages of one conversation, as a session may see them."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from chover.engine.events import (
    AccessSet,
    ChannelRenamed,
    Closed,
    Event,
    Identified,
    Invited,
    Joined,
    Marked,
    MetadataSet,
    Opened,
    Parted,
    Quit,
    Renamed,
    Said,
    Unknown,
)
from chover.engine.ids import LogId
from chover.ports import Direction, Selector, Store

ROUNDS: Final = 8
"""So often a page is filled up whose events are none that history shows."""
TOGETHER: Final = 500
"""At most so many events beyond a page's limit, when they share its last one's millisecond."""
HIDDEN: Final = (AccessSet, MetadataSet, ChannelRenamed, Opened, Closed, Invited, Identified, Unknown)
"""What history shows to nobody: the server's own bookkeeping, and what was meant for one person."""

PASSING: Final = (Joined, Parted, Quit, Renamed)
"""Who came, went or changed nick: not shown to plain members of an auditorium."""


def hidden(event: Event) -> bool:
    """Whether history shows it to nobody; what was for some ranks only is no history either."""
    body = event.body
    return (
        isinstance(body, HIDDEN)
        or (isinstance(body, Said | Marked) and bool(body.status))
        or (isinstance(body, Said) and body.held)
    )


class Pager:
    """Reads a log; with ``playback`` all that history shows, else messages only; ``discreet``: nobody come or gone."""

    def __init__(self, store: Store, log: LogId, *, playback: bool, discreet: bool = False) -> None:
        self._store = store
        self._log = log
        self._playback = playback
        self._discreet = discreet

    async def page(
        self, start: Selector, direction: Direction, count: int, stop: Selector | None = None
    ) -> list[Event]:
        """``count`` events next to ``start``, ascending, nothing at or beyond ``stop``.

        It never ends inside a millisecond, so that whoever goes on from its time misses nothing: it may be longer.
        A msgid that is not in this log has no page.
        """
        try:
            found = await self._nearest(start, direction, count + 1, stop)
            if len(found) > count and found[-1].at == found[-2].at:
                found += await self._rest(found[-1], direction, stop)
            else:
                found = found[:count]
        except KeyError:
            return []
        return found if direction is Direction.AFTER else found[::-1]

    async def around(self, point: Selector, count: int) -> list[Event]:
        """At most ``count`` events before, at and after a point, ascending."""
        half = (count - 1) // 2
        try:
            before = await self._nearest(point, Direction.BEFORE, max(half, 1), None)
        except KeyError:
            return []
        start = Selector(seq=before[0].seq) if before else Selector()
        before = before[:half]
        after = await self._nearest(start, Direction.AFTER, count - len(before), None)
        return before[::-1] + after

    async def _nearest(self, start: Selector, direction: Direction, count: int, stop: Selector | None) -> list[Event]:
        """Up to ``count`` events that history shows, the nearest first. Raises KeyError."""
        found: list[Event] = []
        for _ in range(ROUNDS):
            wanted = count - len(found)
            step = await self._step(start, direction, wanted, stop)
            found += [event for event in step if not self._hides(event)]
            if len(step) < wanted or len(found) == count:
                break
            start = Selector(seq=step[-1].seq)
        return found

    def _hides(self, event: Event) -> bool:
        return hidden(event) or (self._discreet and isinstance(event.body, PASSING))

    async def _step(self, start: Selector, direction: Direction, count: int, stop: Selector | None) -> list[Event]:
        only = not self._playback
        page = await self._store.page(self._log, start, direction, count, messages_only=only, stop=stop)
        return page if direction is Direction.AFTER else page[::-1]

    async def _rest(self, last: Event, direction: Direction, stop: Selector | None) -> list[Event]:
        """What lies behind an event in its millisecond, the nearest first."""
        step = await self._nearest(Selector(seq=last.seq), direction, TOGETHER, stop)
        return list(takewhile(lambda event: event.at == last.at, step))
