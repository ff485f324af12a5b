"""Messages to be said later and reminders, in the same database as the logs."""

from __future__ import annotations

from typing import Final

import msgspec

from chover.engine.ids import UserId
from chover.ports.registry import ScheduledItem, ScheduledState
from chover.store.postgres.tables.rows import PostgresRows, places
from chover.store.table_rows import SCHEDULED

_ALL: Final = f"SELECT {SCHEDULED} FROM scheduled"  # noqa: S608 - no input
# One of an account at a time, so that each sees how many there are.
_LOCK: Final = "SELECT 1 FROM account WHERE id = $1 FOR NO KEY UPDATE"
_COUNT: Final = "SELECT count(*) FROM scheduled WHERE account = $1"
_PUT: Final = f"INSERT INTO scheduled ({SCHEDULED}) VALUES ({places(SCHEDULED)})"  # noqa: S608 - no input


class PostgresScheduled(PostgresRows):
    """Implements ports.registry.ScheduledItems."""

    async def of(self, account: UserId) -> list[ScheduledItem]:
        rows = await self._db.fetch(f"{_ALL} WHERE account = $1 ORDER BY due, id", account)
        return [ScheduledItem(*row) for row in rows]

    async def due(self, now: int, limit: int) -> list[ScheduledItem]:
        sql = f"{_ALL} WHERE state = 'waiting' AND due <= $1 ORDER BY due, id LIMIT $2"
        return [ScheduledItem(*row) for row in await self._db.fetch(sql, now, limit)]

    async def next_due(self) -> int | None:
        due: int | None = await self._db.value("SELECT min(due) FROM scheduled WHERE state = 'waiting'")
        return due

    async def put(self, item: ScheduledItem, most: int) -> bool:
        async with self._db.transaction() as db:
            if await db.fetchval(_LOCK, item.account) is None or await db.fetchval(_COUNT, item.account) >= most:
                return False
            await db.execute(_PUT, *msgspec.structs.astuple(item))
            return True

    async def settle(self, item: str, state: ScheduledState, why: str = "") -> bool:
        sql = "UPDATE scheduled SET state = $2, why = $3 WHERE id = $1 AND state = 'waiting'"
        return bool(await self._db.execute(sql, item, state, why))

    async def note_told(self, item: str) -> bool:
        return bool(await self._db.execute("UPDATE scheduled SET told = 1 WHERE id = $1 AND told = 0", item))

    async def remove(self, account: UserId, item: str) -> bool:
        return bool(await self._db.execute("DELETE FROM scheduled WHERE id = $1 AND account = $2", item, account))

    async def purge(self, before: int) -> int:
        return await self._db.execute("DELETE FROM scheduled WHERE state <> 'waiting' AND due < $1", before)
