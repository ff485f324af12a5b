"""What the server counts, brought together when somebody asks: on the way of a message there are only plain numbers."""

from __future__ import annotations

import itertools
import logging
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Final

from chover.ports.measures import Measure, Sample, single

if TYPE_CHECKING:
    from chover.server.node import Node

BOUNDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Of the histogram of commits, in seconds, inclusive."""


class Durations:
    """A histogram: how many took how long."""

    __slots__ = ("_counts", "_sum")

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def note(self, seconds: float) -> None:
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def measure(self, name: str, meaning: str) -> Measure:
        upto = list(itertools.accumulate(self._counts))
        bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
        buckets = [Sample(count, {"le": bound}, "_bucket") for bound, count in zip(bounds, upto, strict=True)]
        return Measure(
            name, "histogram", meaning, [*buckets, Sample(self._sum, {}, "_sum"), Sample(upto[-1], {}, "_count")]
        )


class Errors(logging.Handler):
    """Counts what goes to the log as an error: a bug, a disk that does not write."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - counted, not read
        self.seen += 1


ERRORS: Final = Errors()
"""Of the whole process, as its log is; it counts from when it is added to a logger."""


def measures(node: Node) -> list[Measure]:
    """All of them, as they stand. Walks over the sessions once."""
    chat, ledger = node.chat, node.ledger
    return [
        *_sessions(node),
        single("users", "gauge", "Users who are here, with a connection or always on.", len(chat.users)),
        single("channels", "gauge", "Channels that are open.", len(chat.channels)),
        single("connections", "gauge", "Connections at all doors, of users and of others.", node.gate.total),
        single("messages_total", "counter", "Messages that were kept and given out.", node.said),
        single("deliveries_total", "counter", "Events given to sessions, one for each.", node.fanout.delivered),
        ledger.durations.measure("commit_seconds", "From the store being given a group to its being durable."),
        single("events_refused_total", "counter", "Appends that could not be kept.", ledger.failed),
        single("commit_queue", "gauge", "Appends that wait for the store.", ledger.waiting),
        *(node.hooks.measures() if node.hooks is not None else ()),
        *(node.push.measures() if node.push is not None else ()),
        single("errors_total", "counter", "Errors in the log.", ERRORS.seen),
        single("start_time_seconds", "gauge", "When the server started, in seconds since 1970.", node.started),
    ]


def _sessions(node: Node) -> list[Measure]:
    doors = Counter((session.peer.door, str(session.user is not None).lower()) for session in node.sessions)
    by_door = [
        Sample(number, {"door": door, "registered": registered}) for (door, registered), number in sorted(doors.items())
    ]
    backlog = sum(session.sink.backlog() for session in node.sessions if session.held)
    unread = sum(session.lines.waiting for session in node.sessions)
    return [
        Measure("sessions", "gauge", "Sessions by the door through which they came.", by_door),
        single("send_queue_bytes", "gauge", "Bytes that peers have not taken yet.", backlog),
        single("read_queue_lines", "gauge", "Lines of peers that wait to be handled.", unread),
    ]
