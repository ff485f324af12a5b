"""How long a server may be silent: the patience of a read can be shortened while it waits."""

from __future__ import annotations

import asyncio
from typing import Final

READ: Final = 65536
"""Most bytes of one read."""


class Silence:
    """The silence of one connection."""

    def __init__(self) -> None:
        self._bound: asyncio.Timeout | None = None

    async def read(self, reader: asyncio.StreamReader, seconds: float) -> bytes:
        """What comes next, or b"" at the end. Raises TimeoutError after a silence of ``seconds``."""
        try:
            async with asyncio.timeout(seconds) as self._bound:
                return await reader.read(READ)
        finally:
            self._bound = None

    def end_within(self, seconds: float) -> None:
        """Bound the read that is under way, if there is one, by so many seconds from now."""
        if self._bound is None:
            return
        at = asyncio.get_running_loop().time() + seconds
        if at < (self._bound.when() or at):
            self._bound.reschedule(at)
