"""Threads: a message, and all replies that lead to it (docs/protocol.md, "Threads").

Nothing is kept about a thread. The index finds the replies to a message, then the replies to these, and so on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from chover.engine.events import Event, TagsKept
from chover.engine.ids import LogId
from chover.engine.mentions import answered
from chover.ports import Query, Scope, Store
from chover.server.history.pager import hidden
from chover.wire.capabilities import Cap

DEPTH: Final = 64
"""Replies to replies are followed so far, up and down."""
MOST: Final = 2000
"""The maximum number of replies that are looked at, the newest of each level."""
TOGETHER: Final = 400
"""Messages whose replies are looked for at once."""
NEAR: Final = 1000
"""Messages at most so far apart are asked for their reactions together."""

Readable = Mapping[LogId, int]
"""The first seq that may be read, for each log."""


class MessagePlace(NamedTuple):
    """A message: its log and its msgid."""

    log: LogId
    msgid: str


def above(event: Event) -> MessagePlace | None:
    """The message that one answers."""
    tags = getattr(event.body, "tags", None)
    msgid = answered(tags) if tags and not isinstance(event.body, TagsKept) else ""
    return MessagePlace(event.log, msgid) if msgid else None


async def message_at(store: Store, readable: Readable, place: MessagePlace) -> Event | None:
    """The message; None if it is gone or may not be read."""
    event = await store.find(*place)
    return event if event is not None and event.seq >= readable.get(place.log, 1) and not hidden(event) else None


async def root_of(store: Store, readable: Readable, place: MessagePlace) -> MessagePlace:
    """The message that begins a thread. A deleted or unreadable message begins one of its own."""
    seen = {place}
    while len(seen) < DEPTH:
        event = await message_at(store, readable, place)
        higher = above(event) if event is not None else None
        if higher is None or higher in seen:
            break
        seen.add(place := higher)
    return place


async def replies(store: Store, readable: Readable, roots: Iterable[MessagePlace]) -> dict[MessagePlace, list[Event]]:
    """All replies that lead to each of the roots, in the order of time. Raises StoreError."""
    leads_to = {root: root for root in roots}
    found: dict[MessagePlace, list[Event]] = {root: [] for root in leads_to}
    level = list(leads_to)
    for _ in range(DEPTH):
        fresh = await _below(store, readable, level, leads_to)
        for event in fresh:
            found[leads_to[MessagePlace(event.log, event.msgid)]].append(event)
        level = [MessagePlace(event.log, event.msgid) for event in fresh]
        if not level or len(leads_to) >= MOST:
            break
    return {root: sorted(events, key=lambda event: (event.at, event.seq)) for root, events in found.items()}


async def _below(
    store: Store, readable: Readable, level: Sequence[MessagePlace], leads_to: dict[MessagePlace, MessagePlace]
) -> list[Event]:
    """The replies to these messages; each is added to ``leads_to`` with its root."""
    found = []
    for start in range(0, len(level), TOGETHER):
        some = set(level[start : start + TOGETHER])
        scope = Scope({log: readable.get(log, 1) for log in {place.log for place in some}})
        for event in await store.search.find(Query(replies_to=[place.msgid for place in some]), scope, MOST):
            place, higher = MessagePlace(event.log, event.msgid), above(event)
            if higher in some and place not in leads_to:
                leads_to[place] = leads_to[higher]
                found.append(event)
    return found


async def reactions(store: Store, events: Sequence[Event], caps: Cap) -> list[Event]:
    """The current reactions to messages of one log, which are in order, for clients that are shown them in history."""
    if Cap.EVENT_PLAYBACK | Cap.MESSAGE_TAGS not in caps:
        return []
    places = {event.seq for event in events}
    found = []
    for first, last in _runs(sorted(places)):
        found += await store.reactions(events[0].log, first, last, 0)
    return [event for event in found if isinstance(event.body, TagsKept) and event.body.about in places]


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last of places that are near each other."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place - runs[-1][1] <= NEAR:
            runs[-1] = runs[-1][0], place
        else:
            runs.append((place, place))
    return runs
