"""The wire between nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from chover.engine.events import Event
from chover.ports.measures import Measure


class Bus(Protocol):
    """The wire between nodes. It may lose, repeat, delay and reorder; the feed mends all four."""

    @property
    def lossy(self) -> bool:
        """Whether there are other nodes, and what they publish may not arrive; else it is in memory and loses nothing.

        What is in no log and was published by this node arrives in any case, before ``publish`` returns.
        """

    async def enter(self, cluster: bytes) -> None:
        """Hear from now on, and be heard by, those who entered with the same secret. Raises BusError."""

    def subscribe(self, receive: Callable[[Sequence[Event]], None], *, own: bool = False) -> None:
        """Have ``receive`` called on the event loop with what any node publishes, this one included.

        ``own``: with what this node publishes, and nothing else, each event once.
        """

    def publish(self, events: Sequence[Event]) -> None: ...

    def measures(self) -> list[Measure]:
        """Its figures, for ``/metrics``."""

    async def close(self) -> None: ...


class BusError(Exception):
    """The bus cannot be joined; the text is one line that says what to do."""
