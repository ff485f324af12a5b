"""The rows of uploads, in the same database as the logs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from chover.engine.ids import UserId
from chover.ports import File, OverQuota
from chover.store.postgres.tables.rows import PostgresRows, places
from chover.store.table_rows import FILE

_GET: Final = f"SELECT {FILE} FROM file WHERE id = $1 AND (expires_at = 0 OR expires_at > $2)"  # noqa: S608 - no input
_OF: Final = f"SELECT {FILE} FROM file WHERE owner = $1 ORDER BY uploaded_at DESC, id"  # noqa: S608 - no input
_ADD: Final = f"INSERT INTO file ({FILE}) VALUES ({places(FILE)})"  # noqa: S608 - no input
_USED: Final = "SELECT coalesce(sum(size), 0)::bigint FROM file WHERE owner = $1 AND uploaded_at >= $2"
# One upload of an owner at a time, so that each sees what the others have left of the quota.
_LOCK_OWNER: Final = "SELECT 1 FROM account WHERE id = $1 FOR NO KEY UPDATE"
# No node adds or removes rows between the two statements.
_LOCK_ALL: Final = "LOCK TABLE file IN SHARE ROW EXCLUSIVE MODE"
_REMOVE: Final = "DELETE FROM file WHERE id = ANY($1) RETURNING digest"
_IN_USE: Final = "SELECT DISTINCT digest FROM file WHERE digest = ANY($1)"
_USES: Final = "SELECT EXISTS (SELECT 1 FROM file WHERE digest = $1)"
_HOLD: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
_EXPIRED: Final = """
    SELECT id FROM file WHERE (expires_at > 0 AND expires_at <= $1)
    OR (owner NOT IN ('', 'emoji') AND NOT EXISTS (SELECT 1 FROM account WHERE account.id = owner))"""


class PostgresFileRows(PostgresRows):
    """Implements ports.FileRows; its contract is tests/store/contract_of_uploads.py."""

    async def add(self, file: File, quota: int, since: int) -> None:
        async with self._db.transaction() as db:
            # Guests have no owner to count for.
            if quota and file.owner:
                await db.execute(_LOCK_OWNER, file.owner)
                used = await db.fetchval(_USED, file.owner, since)
                if used + file.size > quota:
                    raise OverQuota(used)
            await db.execute(_ADD, *msgspec.structs.astuple(file))

    async def get(self, file: str, now: int) -> File | None:
        row = await self._db.row(_GET, file, now)
        return File(*row) if row else None

    async def of(self, owner: UserId) -> list[File]:
        return [File(*row) for row in await self._db.fetch(_OF, owner)]

    async def remove(self, files: list[str]) -> list[str]:
        if not files:
            return []
        async with self._db.transaction() as db:
            await db.execute(_LOCK_ALL)
            gone = {digest for (digest,) in await db.fetch(_REMOVE, files)}
            used = {digest for (digest,) in await db.fetch(_IN_USE, list(gone))}
        return sorted(gone - used)

    async def expired(self, now: int) -> list[str]:
        return [file for (file,) in await self._db.fetch(_EXPIRED, now)]

    async def uses(self, digest: str) -> bool:
        return bool(await self._db.value(_USES, digest))

    @contextlib.asynccontextmanager
    async def hold(self, digest: str) -> AsyncIterator[None]:
        async with self._db.transaction() as db:
            await db.execute(_HOLD, digest)
            yield

    async def digests(self) -> set[str]:
        return {digest for (digest,) in await self._db.fetch("SELECT DISTINCT digest FROM file")}
