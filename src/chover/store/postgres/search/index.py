"""The index as others see it: it follows the logs and answers searches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId
from chover.ports import Append
from chover.ports.search import Query, Scope, UnreadCount
from chover.store.postgres.connections import Connections
from chover.store.postgres.search import finder, unread
from chover.store.postgres.search.follower import SearchFollower
from chover.store.search_query import SearchTerms


class PostgresSearch:
    """Implements ports.Search; its contract is tests/store/contract_of_search.py. Needs a running event loop."""

    def __init__(self, db: Connections, *, follows: bool = True) -> None:
        """``follows``: index what is written; otherwise servers do, and what they have not indexed is read."""
        self._db = db
        self._follower = SearchFollower(db) if follows else None

    async def find(self, query: Query, scope: Scope, limit: int, *, oldest: bool = False) -> list[Event]:
        return await finder.find(self._db, SearchTerms(query, scope), limit, oldest=oldest)

    async def count(self, query: Query, scope: Scope, most: int) -> int:
        return len(await self.find(query, scope, most))

    async def unread(
        self, logs: Mapping[LogId, int], read: Mapping[LogId, int], reader: UserId, most: int
    ) -> list[UnreadCount]:
        # In the log itself: unread messages are often not indexed yet.
        return await unread.count(self._db, logs, read, reader, most)

    async def settled(self) -> None:
        if self._follower is not None:
            await self._follower.settle()

    def written(self, appends: Iterable[Append]) -> None:
        """Tell the index that these were committed."""
        if self._follower is not None:
            self._follower.written(appends)

    def heard(self, events: Iterable[Event]) -> None:
        if self._follower is not None:
            self._follower.heard(events)

    def purge(self) -> None:
        """Tell the index that retention has deleted events."""
        if self._follower is not None:
            self._follower.purge()

    async def close(self) -> None:
        """Stop following the logs; before the connections are closed."""
        if self._follower is not None:
            await self._follower.close()
