"""Which rows other nodes have changed: triggers write that down in the transaction of the change."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Final

from chover.ports import StoreError
from chover.ports.registry import CHANGE_KINDS, ChangedRow
from chover.store.postgres.connections import Connections
from chover.store.postgres.tables.rows import PostgresRows

KEPT_SECONDS: Final = 86_400.0
"""So long changes are kept. A node that could not ask for longer reads all rows again."""
TIDY_SECONDS: Final = 3600.0
AGAIN_SECONDS: Final = 1.0
"""Between two attempts to listen."""
_CHANNEL: Final = "chover_change"
"""Where the triggers notify those who listen (upgrades.py)."""

# Transactions are committed in another order than they begin. So a poll reads everything from the oldest transaction
# on that was under way at the poll before, and leaves out what it has reported already.
_POLL: Final = """
    WITH moment AS (
        SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
            extract(epoch FROM clock_timestamp())::float8 AS clock)
    SELECT oldest, clock, no, xid, kind, key FROM moment LEFT JOIN change ON xid >= $1"""
_TIDY: Final = "DELETE FROM change WHERE at < clock_timestamp() - make_interval(secs => $1)"


class PostgresChanges(PostgresRows):
    """Implements ports.registry.Changes."""

    shared = True

    def __init__(self, db: Connections) -> None:
        super().__init__(db)
        self._oldest: int | None = None
        """The oldest transaction that was under way at the last poll; None before the first."""
        self._reported: dict[int, int] = {}
        """The transaction of each change that was reported and may be read again, by its number."""
        self._polled_at = self._tidied_at = 0.0
        """By the clock of the database."""

    async def poll(self) -> AbstractSet[ChangedRow]:
        rows = await self._db.fetch(_POLL, self._oldest)
        first, clock = self._oldest is None, rows[0]["clock"]
        late = not first and clock - self._polled_at >= KEPT_SECONDS
        found = {row["no"]: (row["xid"], ChangedRow(row["kind"], row["key"])) for row in rows if row["no"] is not None}
        new = {changed for no, (_, changed) in found.items() if no not in self._reported}
        self._oldest, self._polled_at = rows[0]["oldest"], clock
        self._reported = {no: xid for no, (xid, _) in found.items() if xid >= rows[0]["oldest"]}
        await self._tidy(clock)
        return {ChangedRow(kind) for kind in CHANGE_KINDS} if late else new

    async def listen(self, told: Callable[[], None]) -> None:
        while True:
            # The database is away, or this connection to it was; meanwhile the clock is enough.
            with contextlib.suppress(StoreError):
                await self._db.listen(_CHANNEL, told)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _tidy(self, clock: float) -> None:
        if clock - self._tidied_at >= TIDY_SECONDS:
            self._tidied_at = clock
            await self._db.execute(_TIDY, KEPT_SECONDS)
