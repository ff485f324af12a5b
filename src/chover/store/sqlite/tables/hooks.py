"""Hooks, in the same database as the logs."""

from __future__ import annotations

import msgspec

from chover.ports import Hook
from chover.store.sqlite.tables.rows import Rows
from chover.store.table_rows import HOOK


class SqliteHooks(Rows):
    """Implements ports.HookRows."""

    async def all(self) -> list[tuple[bytes, Hook]]:
        rows = self._rows_now(f"SELECT hash, {HOOK} FROM hook ORDER BY made_at, id")  # noqa: S608 - no input
        return [(token_hash, Hook(*fields)) for token_hash, *fields in rows]

    async def add(self, token_hash: bytes, hook: Hook) -> None:
        sql = f"INSERT INTO hook (hash, {HOOK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - no input
        await self._change(sql, token_hash, *msgspec.structs.astuple(hook))

    async def remove(self, hook: str) -> bool:
        return bool(await self._change("DELETE FROM hook WHERE id = ?", hook))

    async def move(self, hook: str, place: int) -> None:
        await self._change("UPDATE hook SET place = max(place, ?) WHERE id = ?", place, hook)

    async def switch_off(self, hook: str, why: str) -> None:
        await self._change("UPDATE hook SET off = ? WHERE id = ?", why, hook)
