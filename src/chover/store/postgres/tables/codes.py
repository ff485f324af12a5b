"""Codes sent by mail, in the same database as the logs."""

from __future__ import annotations

from typing import Final

from chover.ports import Code
from chover.store.postgres.tables.rows import PostgresRows, replacing

_PUT: Final = f"""
    INSERT INTO code (purpose, folded, hash, expires_at, data) VALUES ($1, $2, $3, $4, $5)
    {replacing("purpose, folded", "hash, expires_at, data")}"""  # noqa: S608 - no input
_GET: Final = "SELECT hash, expires_at, data FROM code WHERE purpose = $1 AND folded = $2 AND expires_at > $3"


class PostgresCodes(PostgresRows):
    """Implements ports.registry.CodeRows."""

    async def put(self, purpose: str, folded: str, code: Code) -> None:
        await self._db.execute(_PUT, purpose, folded, code.hash, code.expires_at, code.data)

    async def get(self, purpose: str, folded: str, now: int) -> Code | None:
        row = await self._db.row(_GET, purpose, folded, now)
        return Code(*row) if row else None

    async def drop(self, purpose: str, folded: str) -> bool:
        return bool(await self._db.execute("DELETE FROM code WHERE purpose = $1 AND folded = $2", purpose, folded))

    async def purge(self, now: int) -> int:
        return await self._db.execute("DELETE FROM code WHERE expires_at <= $1", now)
