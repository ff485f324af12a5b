"""The server's metrics, collected on request: on the path of a message there are only plain integers."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Final

from chover.ports.measures import Measure, Sample, single

if TYPE_CHECKING:
    from chover.server.session.session import Node


class Errors(logging.Handler):
    """Counts errors in the log, such as bugs or a disk that does not write."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - counted, not read
        self.seen += 1


ERRORS: Final = Errors()
"""For the whole process, like its log; it counts from when it is added to a logger."""


def measures(node: Node, said: int) -> list[Measure]:
    """All current metrics; ``said`` messages were delivered. Iterates over the sessions once."""
    chat, ledger = node.chat, node.ledger
    return [
        *_sessions(node),
        single("users", "gauge", "Users who are online, with a connection or always on.", len(chat.users)),
        single("channels", "gauge", "Channels that are open.", len(chat.channels)),
        single("connections", "gauge", "Connections of all protocols, of users and of others.", node.gate.total),
        single("messages_total", "counter", "Messages that were stored and delivered.", said),
        single(
            "deliveries_total",
            "counter",
            "Events delivered to sessions, counted once for each session.",
            node.fanout.delivered,
        ),
        ledger.durations.measure("commit_seconds", "Time from giving a group to the store until it is durable."),
        single("events_refused_total", "counter", "Appends that could not be stored.", ledger.failed),
        single("commit_queue", "gauge", "Appends that are waiting for the store.", ledger.waiting),
        _refused(node),
        *(node.hooks.measures() if node.hooks is not None else ()),
        *(node.push.measures() if node.push is not None else ()),
        single("errors_total", "counter", "Errors in the log.", ERRORS.seen),
        single("start_time_seconds", "gauge", "When the server started, in seconds since 1970.", node.started),
        *(measure for source in node.measure_sources for measure in source()),
    ]


def _refused(node: Node) -> Measure:
    samples = [Sample(number, {"reason": reason}) for reason, number in node.gate.refused.items()]
    return Measure("refused_connections_total", "counter", "Connections that were refused, by reason.", samples)


def _sessions(node: Node) -> list[Measure]:
    spoken = Counter((session.peer.protocol, str(session.user is not None).lower()) for session in node.sessions)
    by_protocol = [
        Sample(number, {"protocol": protocol, "registered": registered})
        for (protocol, registered), number in sorted(spoken.items())
    ]
    backlog = sum(session.sink.backlog() for session in node.sessions if session.held)
    unread = sum(session.lines.waiting for session in node.sessions)
    return [
        Measure("sessions", "gauge", "Sessions by the protocol of their connection.", by_protocol),
        single("send_queue_bytes", "gauge", "Bytes that peers have not received yet.", backlog),
        single("read_queue_lines", "gauge", "Lines from peers that are waiting to be handled.", unread),
    ]
