"""The rows of uploads, in the same database as the logs. Each method is one transaction of the writer."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Final

import msgspec

from chover.engine.ids import UserId
from chover.ports import File, OverQuota
from chover.store.sqlite.readers import Readers
from chover.store.sqlite.writer import Writer
from chover.store.table_rows import FILE

_GET: Final = f"SELECT {FILE} FROM file WHERE id = ? AND (expires_at = 0 OR expires_at > ?)"  # noqa: S608 - no input
_OF: Final = f"SELECT {FILE} FROM file WHERE owner = ? ORDER BY uploaded_at DESC, id"  # noqa: S608 - no input
_ADD: Final = f"INSERT INTO file ({FILE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - no input
_USED: Final = "SELECT coalesce(sum(size), 0) FROM file WHERE owner = ? AND uploaded_at >= ?"
_USES: Final = "SELECT 1 FROM file WHERE digest = ? LIMIT 1"
_EXPIRED: Final = """
    SELECT id FROM file WHERE (expires_at > 0 AND expires_at <= ?)
    OR (owner NOT IN ('', 'emoji') AND owner NOT IN (SELECT id FROM account))"""
_REMOVE: Final = "DELETE FROM file WHERE id IN (SELECT value FROM json_each(?)) RETURNING digest"
_IN_USE: Final = "SELECT digest FROM file WHERE digest IN (SELECT value FROM json_each(?))"


class SqliteFileRows:
    """Implements ports.FileRows; its contract is tests/store/contract_of_uploads.py."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers
        self._held = asyncio.Lock()

    async def add(self, file: File, quota: int, since: int) -> None:
        await asyncio.wrap_future(self._writer.run(partial(_add, file=file, quota=quota, since=since)))

    async def get(self, file: str, now: int) -> File | None:
        rows = await self._readers.run(_select, _GET, (file, now))
        return File(*rows[0]) if rows else None

    async def of(self, owner: UserId) -> list[File]:
        return [File(*row) for row in await self._readers.run(_select, _OF, (owner,))]

    async def remove(self, files: list[str]) -> list[str]:
        if not files:
            return []
        return await asyncio.wrap_future(self._writer.run(partial(_remove, files=files), erases=True))

    async def expired(self, now: int) -> list[str]:
        return [file for (file,) in await self._readers.run(_select, _EXPIRED, (now,))]

    async def uses(self, digest: str) -> bool:
        return bool(await self._readers.run(_select, _USES, (digest,)))

    @contextlib.asynccontextmanager
    async def hold(self, digest: str) -> AsyncIterator[None]:  # noqa: ARG002 - one lock does for all on one node
        async with self._held:
            yield

    async def digests(self) -> set[str]:
        return {digest for (digest,) in await self._readers.run(_select, "SELECT DISTINCT digest FROM file", ())}


def _select(db: sqlite3.Connection, sql: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return db.execute(sql, values).fetchall()


def _add(db: sqlite3.Connection, file: File, quota: int, since: int) -> None:
    # There is one writer, so nobody adds rows between the check and the insert. Guests have no owner to count for.
    if quota and file.owner:
        (used,) = db.execute(_USED, (file.owner, since)).fetchone()
        if used + file.size > quota:
            raise OverQuota(used)
    db.execute(_ADD, msgspec.structs.astuple(file))


def _remove(db: sqlite3.Connection, files: list[str]) -> list[str]:
    """Delete rows. Returns the digests that are no longer used."""
    db.execute("BEGIN IMMEDIATE")
    gone = {digest for (digest,) in db.execute(_REMOVE, (_json(files),)).fetchall()}
    used = {digest for (digest,) in db.execute(_IN_USE, (_json(sorted(gone)),)).fetchall()}
    db.execute("COMMIT")
    return sorted(gone - used)


def _json(words: list[str]) -> str:
    return msgspec.json.encode(words).decode()
