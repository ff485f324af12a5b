"""Codes sent by mail, in the same database as the logs."""

from __future__ import annotations

from chover.ports import Code
from chover.store.sqlite.tables.rows import Rows


class SqliteCodes(Rows):
    """Implements ports.registry.CodeRows."""

    async def put(self, purpose: str, folded: str, code: Code) -> None:
        await self._change(
            "INSERT OR REPLACE INTO code (purpose, folded, hash, expires_at, data) VALUES (?, ?, ?, ?, ?)",
            purpose, folded, code.hash, code.expires_at, code.data,
        )  # fmt: skip

    async def get(self, purpose: str, folded: str, now: int) -> Code | None:
        sql = "SELECT hash, expires_at, data FROM code WHERE purpose = ? AND folded = ? AND expires_at > ?"
        row = await self._first(sql, purpose, folded, now)
        return Code(*row) if row else None

    async def drop(self, purpose: str, folded: str) -> bool:
        return bool(await self._change("DELETE FROM code WHERE purpose = ? AND folded = ?", purpose, folded))

    async def purge(self, now: int) -> int:
        return await self._change("DELETE FROM code WHERE expires_at <= ?", now)
