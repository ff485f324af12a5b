"""Pages of one conversation, as a session may see them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Final

from chover.engine.events import (
    Edited,
    Event,
    Joined,
    Parted,
    Quit,
    Redacted,
    Renamed,
    TagsKept,
    Unknown,
    bodies_where,
    ranked,
)
from chover.engine.ids import LogId, time_of
from chover.ports import Direction, Selector, Store
from chover.wire.capabilities import Cap

ROUNDS: Final = 8
"""How often a page is filled up again if history does not show its events."""
TOGETHER: Final = 500
"""At most so many events beyond a page's limit, if they share its last one's millisecond."""
HIDDEN: Final = bodies_where(lambda kind: kind.kept and not kind.in_history) | {Unknown}
"""Events that history never shows: internal ones, those for one person, deleted ones."""
ONLY_WITH: Final = {Redacted: Cap.REDACTION, Edited: Cap.EDIT, TagsKept: Cap.MESSAGE_TAGS}
"""Events shown only to clients with the capability."""

PASSING: Final = frozenset({Joined, Parted, Quit, Renamed})
"""Joins, leaves and nick changes, which plain members of an auditorium do not see."""


def hidden(event: Event) -> bool:
    """Whether history never shows it; messages to some ranks only are not part of the history either."""
    return type(event.body) in HIDDEN or bool(ranked(event))


def shown_to(caps: Cap, *, discreet: bool = False) -> Callable[[Event], bool]:
    """A filter for what history shows to clients with these capabilities."""
    never = HIDDEN.union(kind for kind, cap in ONLY_WITH.items() if cap not in caps)
    never |= PASSING if discreet else frozenset()
    return lambda event: type(event.body) not in never and not ranked(event)


class Pager:
    """Reads a log from the place ``first``, for clients with ``caps``; ``discreet``: without joins and leaves.

    With draft/event-playback it shows everything that history has, otherwise messages and changes to them.
    """

    def __init__(self, store: Store, log: LogId, caps: Cap, first: int = 1, *, discreet: bool = False) -> None:
        self._store = store
        self._log = log
        self._first = first
        self._playback = Cap.EVENT_PLAYBACK in caps
        self._shown = shown_to(caps, discreet=discreet)

    async def page(
        self, start: Selector, direction: Direction, count: int, stop: Selector | None = None
    ) -> list[Event]:
        """``count`` events next to ``start``, ascending, nothing at or beyond ``stop``.

        It never ends inside a millisecond, so that a client that continues from its time misses nothing: it may be
        longer. A msgid that is not in this log stands for its millisecond; one without a time has no page.
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
        """At most ``count`` events before, at and after a point, ascending; for an unknown msgid, see ``page``."""
        half = (count - 1) // 2
        try:
            before = await self._nearest(point, Direction.BEFORE, max(half, 1), None)
        except KeyError:
            return []
        start = Selector(seq=before[0].seq) if before else Selector()
        before = before[:half]
        after = await self._nearest(start, Direction.AFTER, count - len(before), None)
        return before[::-1] + after

    async def later_reactions(self, page: Sequence[Event]) -> list[Event]:
        """The current reactions to messages of a page that were added after its end."""
        if not page or not self._playback:
            return []
        found = await self._store.reactions(self._log, page[0].seq, page[-1].seq, page[-1].seq)
        return [event for event in found if self._shown(event)]

    async def _nearest(self, start: Selector, direction: Direction, count: int, stop: Selector | None) -> list[Event]:
        """Up to ``count`` events that history shows, the nearest first. Raises KeyError."""
        found: list[Event] = []
        for _ in range(ROUNDS):
            wanted = count - len(found)
            step = await self._step(start, direction, wanted, stop)
            found += [event for event in step if self._shown(event)]
            if len(step) < wanted or len(found) == count:
                break
            start = Selector(seq=step[-1].seq)
        return found

    async def _step(self, start: Selector, direction: Direction, count: int, stop: Selector | None) -> list[Event]:
        only = not self._playback
        try:
            page = await self._store.page(
                self._log, start, direction, count, messages_only=only, stop=stop, first=self._first
            )
        except KeyError as error:
            [unknown] = error.args
            wider = -1 if direction is Direction.AFTER else 1
            stop = None if stop is None else _in_time(stop, unknown, -wider)
            return await self._step(_in_time(start, unknown, wider), direction, count, stop)
        return page if direction is Direction.AFTER else page[::-1]

    async def _rest(self, last: Event, direction: Direction, stop: Selector | None) -> list[Event]:
        """The other events in an event's millisecond, the nearest first."""
        step = await self._nearest(Selector(seq=last.seq), direction, TOGETHER, stop)
        return list(takewhile(lambda event: event.at == last.at, step))


def _in_time(point: Selector, unknown: str, wider: int) -> Selector:
    """For a msgid that is not in a log, the edge of its millisecond. Raises KeyError if it contains no time.

    So a client that was away gets the rest of a channel that was created anew, or of old messages. This reveals nothing
    about the msgid: it contains its own time.
    """
    if point.msgid != unknown:
        return point
    at = time_of(unknown)
    if not at:
        raise KeyError(unknown)
    return Selector(at=at + wider)
