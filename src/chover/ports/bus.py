"""How nodes exchange events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from chover.engine.events import Event


class Bus(Protocol):
    """Carries events between nodes. It may lose, repeat, delay and reorder them; the feed repairs all four."""

    def subscribe(self, receive: Callable[[Sequence[Event]], None]) -> None:
        """Have ``receive`` called on the event loop with what any node publishes, this one included."""

    def publish(self, events: Sequence[Event]) -> None: ...

    async def close(self) -> None: ...
