"""Cuts the messages of a log into blocks, which are the rows of the index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Final, NamedTuple

from chover.engine.events import Event, Said

MOST: Final = 32
"""Messages of a block. All of them are looked at when one is found."""
LETTERS: Final = 16_384
"""Characters of its texts, unless one message alone has more."""
LONGEST_MS: Final = 60_000
"""Milliseconds between its first and its last message."""


class IndexedEvent(NamedTuple):
    """An event, and the number of its log."""

    log_no: int
    event: Event


class Block(NamedTuple):
    """Messages of one log in their order, at least one."""

    log_no: int
    events: Sequence[Event]

    @property
    def first(self) -> int:
        return self.events[0].seq

    @property
    def last(self) -> int:
        return self.events[-1].seq

    @property
    def until_at(self) -> int:
        return self.events[-1].at


def cut(found: Iterable[IndexedEvent]) -> list[Block]:
    """The blocks of these messages, in the order of their ends."""
    logs: dict[int, list[Event]] = {}
    for log_no, event in found:
        logs.setdefault(log_no, []).append(event)
    blocks = [Block(log_no, piece) for log_no, events in logs.items() for piece in _pieces(events)]
    return sorted(blocks, key=lambda block: (block.until_at, block.log_no, block.last))


def _pieces(events: list[Event]) -> Iterator[list[Event]]:
    events.sort(key=attrgetter("seq"))
    piece: list[Event] = []
    letters = 0
    for event in events:
        size = len(event.body.text) if isinstance(event.body, Said) else 0
        letters += size
        if piece and (len(piece) == MOST or letters > LETTERS or event.at - piece[0].at > LONGEST_MS):
            yield piece
            piece, letters = [], size
        piece.append(event)
    if piece:
        yield piece
