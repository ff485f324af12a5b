"""How far the logs go. Nobody else writes here, so most of it is asked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chover.engine.events import Event
from chover.engine.ids import LogId
from chover.store.sqlite.log import pages
from chover.store.sqlite.readers import Readers


class SqliteHeads:
    """Implements ports.store.LogHeads."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers

    async def changes(self, pieces: Mapping[LogId, tuple[int, int]]) -> list[Event]:
        return await self._readers.run(pages.changes, pieces)

    async def head(self, log: LogId) -> int:
        return (await self.heads([log])).get(log, 0)

    async def heads(self, logs: Sequence[LogId]) -> dict[LogId, int]:
        return await self._readers.run(pages.heads, logs)

    async def moved(self, mark: str) -> tuple[dict[LogId, int], str]:
        # Nobody else writes here: it is asked once, at the start.
        return await self.heads(await self._readers.run(pages.log_ids)), mark
