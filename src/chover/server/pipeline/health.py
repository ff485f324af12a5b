"""Whether messages can be kept; the store is asked only as often as that costs nothing."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from chover.ports import Store, StoreError

FRESH_SECONDS: Final = 1.0
"""How long an answer is reused, so that outsiders cannot keep the disk busy."""
PATIENCE_SECONDS: Final = 5.0
"""How long the store may take to write a group before the server counts as unhealthy."""


class Health:
    """The last answer of the store, and its time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked_at = -FRESH_SECONDS
        self._asking: asyncio.Task[str] | None = None

    async def ailment(self) -> str:
        """Why messages cannot be kept, in one line; empty if they can."""
        now = time.monotonic()
        if self._asking is None or (self._asking.done() and now - self._asked_at > FRESH_SECONDS):
            self._asked_at = now
            self._asking = asyncio.get_running_loop().create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> str:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._store.probe()
        except StoreError as error:
            return str(error)
        except TimeoutError:
            return f"The disk has not written anything for {PATIENCE_SECONDS:g} seconds: check the disk"
        return ""
