"""Has lines for many readers sent in one system call, where that is wanted and possible."""

from __future__ import annotations

from typing import Any

from chover.config import Config
from chover.edge.io_uring import Ring, Unavailable
from chover.ports.measures import Measure, single
from chover.server.delivery.send_queue import SendQueue


class BatchedSending:
    """Gives a send queue its ring, until ``close``."""

    def __init__(self, config: Config, outbox: SendQueue[Any]) -> None:
        self._outbox = outbox
        self._ring: Ring | None = None
        if config.server.io_uring:
            try:
                outbox.batch = self._ring = Ring()
            except Unavailable:
                # `chover doctor` says why: in most containers that is nobody's fault.
                pass

    def measures(self) -> list[Measure]:
        on = self._ring is not None
        return [single("io_uring", "gauge", "Whether lines for many readers are sent in one system call.", on)]

    def close(self) -> None:
        self._outbox.batch = None
        if self._ring is not None:
            self._ring.close()
            self._ring = None
