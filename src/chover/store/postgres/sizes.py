"""The sizes of the tables of the database, and of those of the search index among them."""

from __future__ import annotations

from typing import Final

from chover.ports import StorageBytes
from chover.store.postgres.connections import Connections

_SIZES: Final = """
    SELECT pg_database_size(current_database()) - index, index FROM (
        SELECT sum(pg_total_relation_size(name::regclass))::bigint AS index
        FROM unnest(ARRAY['search_block', 'search_indexed', 'search_entry', 'search_followed']) AS name) AS search"""


class PostgresSizes:
    """Implements ports.StorageSizes."""

    def __init__(self, db: Connections) -> None:
        self._db = db
        self._last = StorageBytes()

    def last(self) -> StorageBytes:
        return self._last

    async def measure(self) -> StorageBytes:
        row = await self._db.row(_SIZES)
        assert row is not None
        self._last = StorageBytes(*row)
        return self._last
