from collections.abc import Callable, Sequence

from chover.engine.events import Event


class LocalBus:
    def __init__(self) -> None:
        self._receive: Callable[[Sequence[Event]], None] | None = None

    def subscribe(self, receive: Callable[[Sequence[Event]], None]) -> None:
        self._receive = receive

    def publish(self, events: Sequence[Event]) -> None:
        assert self._receive is not None
        self._receive(events)

    async def close(self) -> None:
        self._receive = None
