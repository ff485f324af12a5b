"""Hooks, in the same database as the logs."""

from __future__ import annotations

from typing import Final

import msgspec

from chover.ports import Hook
from chover.store.postgres.tables.rows import PostgresRows, places
from chover.store.table_rows import HOOK

_ALL: Final = f"SELECT hash, {HOOK} FROM hook ORDER BY made_at, id"  # noqa: S608 - no input
_ADD: Final = f"INSERT INTO hook (hash, {HOOK}) VALUES ({places(f'hash, {HOOK}')})"  # noqa: S608 - no input


class PostgresHooks(PostgresRows):
    """Implements ports.HookRows."""

    async def all(self) -> list[tuple[bytes, Hook]]:
        return [(token_hash, Hook(*fields)) for token_hash, *fields in await self._db.fetch(_ALL)]

    async def add(self, token_hash: bytes, hook: Hook) -> None:
        await self._db.execute(_ADD, token_hash, *msgspec.structs.astuple(hook))

    async def remove(self, hook: str) -> bool:
        return bool(await self._db.execute("DELETE FROM hook WHERE id = $1", hook))

    async def move(self, hook: str, place: int) -> None:
        await self._db.execute("UPDATE hook SET place = $2 WHERE id = $1 AND place < $2", hook, place)

    async def switch_off(self, hook: str, why: str) -> None:
        await self._db.execute("UPDATE hook SET off = $2 WHERE id = $1", hook, why)
