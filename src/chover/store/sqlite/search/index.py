"""The index as others see it: it follows the logs and answers searches."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId
from chover.ports import Append
from chover.ports.search import Query, Scope, UnreadCount
from chover.store.search_query import SearchTerms
from chover.store.sqlite.lock_yielding import LockYielding
from chover.store.sqlite.readers import Readers
from chover.store.sqlite.search import finder, segments, unread
from chover.store.sqlite.search.follower import Follower
from chover.store.sqlite.search.scopes import IndexedScopes

THREADS: Final = 1
"""One thread, because a long search then delays only other searches, never a page of history. It has one connection."""


class SqliteSearch:
    """Implements ports.Search; its contract is tests/store/contract_of_search.py."""

    def __init__(self, store: Path, origin: bytes, log: Readers, yielding: LockYielding) -> None:
        path = store.with_name(segments.FILE)
        self._follower = Follower(path, store, origin)
        self._log = log
        self._readers = Readers(path, yielding, partial(segments.open_finder, path, store), THREADS)
        self._scopes = IndexedScopes()

    async def find(self, query: Query, scope: Scope, limit: int, *, oldest: bool = False) -> list[Event]:
        # Shielded: a caller who stops waiting must not cancel it for the others.
        await asyncio.shield(asyncio.wrap_future(self._follower.ready))
        wanted, behind = SearchTerms(query, scope), self._follower.behind()
        if limit <= 0:
            return []
        return await self._readers.run(finder.find, wanted, limit, oldest, behind, self._scopes)

    async def count(self, query: Query, scope: Scope, most: int) -> int:
        return len(await self.find(query, scope, most))

    async def unread(
        self, logs: Mapping[LogId, int], read: Mapping[LogId, int], reader: UserId, most: int
    ) -> list[UnreadCount]:
        # The log is counted directly, because unread messages are often not indexed yet.
        return await self._log.run(unread.count, logs, read, reader, most)

    async def settled(self) -> None:
        await asyncio.wrap_future(self._follower.settled())

    def written(self, appends: Sequence[Append]) -> None:
        """For the writer: these appends were committed, and nobody was told yet."""
        self._follower.written(appends)

    def heard(self, events: Iterable[Event]) -> None:
        """There is no other node."""

    def purge(self) -> None:
        """Retention has deleted something."""
        self._follower.purge()

    def close(self) -> None:
        """Wait for running searches and for the index."""
        self._readers.close()
        self._follower.close()
