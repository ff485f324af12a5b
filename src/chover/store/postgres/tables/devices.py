"""Read markers and departures of devices, in the same database as the logs."""

from __future__ import annotations

from typing import Final

from chover.engine.ids import LogId, UserId
from chover.store.postgres.tables.rows import OWNER, PostgresRows, replacing

_MOVE: Final = f"""
    INSERT INTO marker (account, log, at) SELECT owner.id, $2, $3 FROM ({OWNER.format(place="$1")}) AS owner
    ON CONFLICT (account, log) DO UPDATE SET at = greatest(marker.at, excluded.at) RETURNING at"""  # noqa: S608 - no input
_PUT: Final = f"""
    INSERT INTO departure (account, device, at) SELECT owner.id, $2, $3 FROM ({OWNER.format(place="$1")}) AS owner
    {replacing("account, device", "at")}"""  # noqa: S608 - no input


class PostgresReadMarkers(PostgresRows):
    """Implements ports.registry.ReadMarkers."""

    async def get(self, account: UserId, log: LogId) -> int:
        return await self._db.value("SELECT at FROM marker WHERE account = $1 AND log = $2", account, log) or 0

    async def all(self, account: UserId) -> dict[LogId, int]:
        rows = await self._db.fetch("SELECT log, at FROM marker WHERE account = $1", account)
        return {LogId(log): at for log, at in rows}

    async def move(self, account: UserId, log: LogId, at: int) -> int:
        return await self._db.value(_MOVE, account, log, at) or 0


class PostgresDepartures(PostgresRows):
    """Implements ports.registry.Departures."""

    async def put(self, account: UserId, device: str, at: int) -> None:
        await self._db.execute(_PUT, account, device, at)

    async def last(self, account: UserId, device: str) -> int:
        sql = "SELECT at FROM departure WHERE account = $1 AND device = $2"
        return await self._db.value(sql, account, device) or 0
