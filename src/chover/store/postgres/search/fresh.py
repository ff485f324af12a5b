"""What this node knows of the logs without reading them: most of what is indexed was committed here a moment ago."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from chover.engine.events import Event
from chover.engine.ids import LogId

HELD: Final = 20_000
"""Events that wait in memory; more are read from their logs, as at the start."""

Fresh = Mapping[LogId, Mapping[int, Event]]
"""Events by their log and seq."""


class LogPiece(NamedTuple):
    """A log by its number and id, up to where it was followed, and its head."""

    log_no: int
    log: LogId
    seq: int
    head: int


class FreshEvents:
    """Collects what was committed."""

    def __init__(self) -> None:
        self._logs: dict[LogId, dict[int, Event]] = {}
        self.held = 0

    def add(self, events: Iterable[Event]) -> None:
        """Cheap. What has no seq was refused, and is left out."""
        logs = self._logs
        for event in events:
            if event.seq:
                known = logs.setdefault(event.log, {})
                if self.held < HELD and event.seq not in known:
                    self.held += 1
                    known[event.seq] = event

    def look_again(self, log: LogId, events: Iterable[Event]) -> None:
        """Take a log once more next time, with these of its events."""
        self._logs.setdefault(log, {})
        self.add(events)

    def take(self) -> Fresh:
        """All logs to which something was added, with what is held of them."""
        taken, self._logs, self.held = self._logs, {}, 0
        return taken


def up_to_gap(piece: LogPiece, fresh: Fresh) -> LogPiece:
    """The piece up to the first place that is not held; all of it, if that is its first place."""
    known, seq = fresh.get(piece.log, {}), piece.seq
    while seq < piece.head and seq + 1 in known:
        seq += 1
    return piece._replace(head=seq) if seq > piece.seq else piece


def held(piece: LogPiece, fresh: Fresh) -> list[Event]:
    """What of a piece is held."""
    return [event for seq, event in fresh.get(piece.log, {}).items() if piece.seq < seq <= piece.head]


def gaps(pieces: Iterable[LogPiece], fresh: Fresh) -> list[tuple[int, int, int]]:
    """What of the pieces is not held: the number of the log, the place before, and the last place."""
    return [(piece.log_no, *gap) for piece in pieces for gap in _gaps_of(piece, fresh)]


def _gaps_of(piece: LogPiece, fresh: Fresh) -> Iterator[tuple[int, int]]:
    before = piece.seq
    for seq in sorted(event.seq for event in held(piece, fresh)):
        if seq > before + 1:
            yield before, seq - 1
        before = seq
    if before < piece.head:
        yield before, piece.head
