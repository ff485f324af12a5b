"""Read markers and departures of devices, in the same database as the logs."""

from __future__ import annotations

from chover.engine.ids import LogId, UserId
from chover.store.sqlite.tables.rows import Rows


class SqliteReadMarkers(Rows):
    """Implements ports.registry.ReadMarkers."""

    async def get(self, account: UserId, log: LogId) -> int:
        row = await self._first("SELECT at FROM marker WHERE account = ? AND log = ?", account, log)
        return int(row[0]) if row else 0

    async def all(self, account: UserId) -> dict[LogId, int]:
        rows = await self._rows("SELECT log, at FROM marker WHERE account = ?", account)
        return {LogId(log): int(at) for log, at in rows}

    async def move(self, account: UserId, log: LogId, at: int) -> int:
        sql = (
            "INSERT INTO marker (account, log, at) SELECT id, ?, ? FROM account WHERE id = ?"
            " ON CONFLICT (account, log) DO UPDATE SET at = max(at, excluded.at) RETURNING at"
        )
        row = await self._write(lambda db: db.execute(sql, (log, at, account)).fetchone())
        return int(row[0]) if row else 0


class SqliteDepartures(Rows):
    """Implements ports.registry.Departures."""

    async def put(self, account: UserId, device: str, at: int) -> None:
        sql = "INSERT OR REPLACE INTO departure (account, device, at) SELECT id, ?, ? FROM account WHERE id = ?"
        await self._change(sql, device, at, account)

    async def last(self, account: UserId, device: str) -> int:
        row = await self._first("SELECT at FROM departure WHERE account = ? AND device = ?", account, device)
        return int(row[0]) if row else 0
