"""What was said lately in one channel: read once, and made into lines once, for all who come in together.

After a restart ten thousand clients come back to one channel, and each of them is shown its last messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from chover.engine.events import Event
from chover.server.delivery.render import Rendered

FRESH_SECONDS: Final = 1.0
"""So long one reading serves all: what is deleted meanwhile is shown no longer than that."""

Read = Callable[[], Coroutine[Any, Any, list[Event]]]


class RenderedPage:
    """Messages, and the lines made of them for each way of showing them."""

    __slots__ = ("_lines", "events")

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self._lines: dict[str | int, list[Rendered]] = {}

    def lines(self, look: str | int, make: Callable[[list[Event]], list[Rendered]]) -> list[Rendered]:
        """The lines of a look; ``make`` makes them the first time."""
        found = self._lines.get(look)
        if found is None:
            found = self._lines[look] = make(self.events)
        return found


class RecentMessages:
    """The last page of one channel, until something more is said there or a second is over."""

    __slots__ = ("_page", "_until")

    def __init__(self) -> None:
        self._page: asyncio.Task[RenderedPage] | None = None
        self._until = 0.0

    def outdate(self) -> None:
        """Something was said."""
        self._page = None

    async def page(self, read: Read) -> RenderedPage:
        """What ``read`` gives, or gave to somebody a moment ago. Raises what it raises."""
        loop = asyncio.get_running_loop()
        if self._page is None or loop.time() >= self._until:
            self._page = loop.create_task(_page(read))
            self._until = loop.time() + FRESH_SECONDS
        try:
            # Shielded: a reader who disconnects meanwhile does not cancel the read for the others.
            return await asyncio.shield(self._page)
        except Exception:
            self.outdate()
            raise


async def _page(read: Read) -> RenderedPage:
    return RenderedPage(await read())
