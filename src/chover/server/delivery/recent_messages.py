"""The last messages of one channel: read once, and rendered once, for all who join at the same time.

After a restart, ten thousand clients may return to one channel, and each of them gets its last messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

from chover.engine.events import Event
from chover.server.delivery.render import Rendered

FRESH_SECONDS: Final = 1.0
"""How long a page is reused: deleted messages are shown no longer than that."""

Read = Callable[[], Coroutine[Any, Any, list[Event]]]


class RenderedPage:
    """Messages, and their lines for each way of displaying them."""

    __slots__ = ("_lines", "events")

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self._lines: dict[str | int, list[Rendered]] = {}

    def lines(self, look: str | int, make: Callable[[list[Event]], list[Rendered]]) -> list[Rendered]:
        """The lines for a look; ``make`` is called the first time."""
        found = self._lines.get(look)
        if found is None:
            found = self._lines[look] = make(self.events)
        return found


class RecentMessages:
    """The last page of one channel, until another message is sent there or a second has passed."""

    __slots__ = ("_page", "_until")

    def __init__(self) -> None:
        self._page: asyncio.Task[RenderedPage] | None = None
        self._until = 0.0

    def outdate(self) -> None:
        """A message was sent."""
        self._page = None

    async def page(self, read: Read) -> RenderedPage:
        """The result of ``read``, or the one from a moment ago. Raises what ``read`` raises."""
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
