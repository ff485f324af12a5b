"""The bus of a single node: what is published is received at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from chover.engine.events import Event
from chover.ports.measures import Measure

Receive = Callable[[Sequence[Event]], None]


class LocalBus:
    """Implements ports.Bus; its contract is tests/bus/contract.py. It loses nothing."""

    lossy: Final = False

    def __init__(self) -> None:
        self._receivers: list[Receive] = []
        self._waiting: deque[Sequence[Event]] = deque()
        self._delivering = False

    async def enter(self, cluster: bytes) -> None:
        """Nobody else is here."""

    def subscribe(self, receive: Receive, *, own: bool = False) -> None:  # noqa: ARG002 - here everything is own
        self._receivers.append(receive)

    def publish(self, events: Sequence[Event]) -> None:
        """Deliver them to every subscriber before it returns, in the order of the calls.

        What a subscriber publishes meanwhile is delivered after them.
        """
        self._waiting.append(events)
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._waiting:
                self._deliver(self._waiting.popleft())
        finally:
            self._delivering = False

    def follow(self, whom: Iterable[str]) -> None:
        """Everything is heard in any case."""

    def unfollow(self, whom: Iterable[str]) -> None: ...

    async def followed(self) -> None: ...

    def _deliver(self, events: Sequence[Event]) -> None:
        for receive in self._receivers:
            receive(events)

    def listen(self, node: str, receive: Callable[[bytes], None]) -> None:
        """There is no other node."""

    def send(self, data: bytes, node: str = "") -> None:
        """There is nobody to hear it."""

    def measures(self) -> list[Measure]:
        return []

    async def close(self) -> None:
        """Stop delivering."""
        self._receivers.clear()
