"""Credentials of accounts, in the same database as the logs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Final

import asyncpg

from chover.engine.ids import UserId
from chover.ports import Credentials, Taken
from chover.store.postgres.connections import Transaction
from chover.store.postgres.tables.rows import PostgresRows

# One change at a time: of two passwords that are set at once, one remains.
_LOCK: Final = "SELECT 1 FROM account WHERE id = $1 FOR NO KEY UPDATE"
_INSERT: Final = "INSERT INTO credential (account, kind, value) SELECT $1, $2, unnest($3::text[])"
_ADD: Final = """
    INSERT INTO credential (account, kind, value) SELECT id, $2, $3 FROM account WHERE id = $1
    ON CONFLICT (account, kind, value) DO NOTHING"""
_REMOVE: Final = "DELETE FROM credential WHERE account = $1 AND kind = $2 AND value = $3"
_OWNER: Final = "SELECT account FROM credential WHERE kind = 'certificate' AND value = $1"


class PostgresCredentials(PostgresRows):
    """Implements ports.registry.CredentialRows."""

    async def of(self, account: UserId) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for kind, value in await self._db.fetch("SELECT kind, value FROM credential WHERE account = $1", account):
            found.setdefault(kind, []).append(value)
        return found

    async def replace(self, account: UserId, credentials: Credentials) -> None:
        async with self._db.transaction() as db:
            if await db.fetchval(_LOCK, account) is None:
                return
            for kind, values in credentials.items():
                await db.execute("DELETE FROM credential WHERE account = $1 AND kind = $2", account, kind)
                await insert(db, account, kind, values)

    async def add(self, account: UserId, kind: str, value: str) -> None:
        async with self._db.transaction() as db:
            if await db.fetchval(_LOCK, account) is not None:
                with _taken(kind):
                    await db.execute(_ADD, account, kind, value)

    async def remove(self, account: UserId, kind: str, value: str) -> bool:
        return bool(await self._db.execute(_REMOVE, account, kind, value))

    async def owner_of_certificate(self, fingerprint: str) -> UserId | None:
        owner = await self._db.value(_OWNER, fingerprint)
        return UserId(owner) if owner is not None else None


async def insert(db: Transaction, account: UserId, kind: str, values: Sequence[str]) -> None:
    """Raises Taken."""
    with _taken(kind):
        await db.execute(_INSERT, account, kind, list(values))


@contextlib.contextmanager
def _taken(kind: str) -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise Taken(kind) from error
