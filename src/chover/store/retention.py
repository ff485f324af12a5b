"""What retention drops, in steps short enough for messages to pass between them. The same for every storage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

DAY: Final = 86_400_000
"""In milliseconds."""
STEP: Final = 1_000
"""Events of one transaction. In SQLite each may stand on a page of its own."""


class Piece(msgspec.Struct, frozen=True):
    """The events ``first`` to ``last`` of a log, both inclusive; ``first`` is the log's first."""

    log_no: int
    first: int
    last: int


def steps(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """The same in lists of at most STEP events each."""
    step: list[Piece] = []
    room = STEP
    for piece in pieces:
        first = piece.first
        while first <= piece.last:
            last = min(piece.last, first + room - 1)
            step.append(Piece(piece.log_no, first, last))
            room -= last - first + 1
            first = last + 1
            if not room:
                yield step
                step, room = [], STEP
    if step:
        yield step
