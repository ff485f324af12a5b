"""Credentials of accounts, in the same database as the logs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial

from chover.engine.ids import UserId
from chover.ports import Credentials, Taken
from chover.store.sqlite.tables.rows import Rows


class SqliteCredentials(Rows):
    """Implements ports.registry.CredentialRows."""

    async def of(self, account: UserId) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for kind, value in await self._rows("SELECT kind, value FROM credential WHERE account = ?", account):
            found.setdefault(kind, []).append(value)
        return found

    async def replace(self, account: UserId, credentials: Credentials) -> None:
        await self._write(partial(replace, account=account, credentials=credentials), erases=True)

    async def add(self, account: UserId, kind: str, value: str) -> None:
        await self._write(partial(_add, account=account, kind=kind, value=value))

    async def remove(self, account: UserId, kind: str, value: str) -> bool:
        sql = "DELETE FROM credential WHERE account = ? AND kind = ? AND value = ?"
        return bool(await self._change(sql, account, kind, value))

    async def owner_of_certificate(self, fingerprint: str) -> UserId | None:
        sql = "SELECT account FROM credential WHERE kind = 'certificate' AND value = ?"
        row = await self._first(sql, fingerprint)
        return UserId(row[0]) if row else None


def _add(db: sqlite3.Connection, account: UserId, kind: str, value: str) -> None:
    held = "SELECT 1 FROM credential WHERE account = ?1 AND kind = ?2 AND value = ?3"
    if db.execute(held, (account, kind, value)).fetchone() is None:
        _insert(db, account, kind, [value])


def replace(db: sqlite3.Connection, account: UserId, credentials: Credentials) -> None:
    for kind, values in credentials.items():
        db.execute("DELETE FROM credential WHERE account = ? AND kind = ?", (account, kind))
        _insert(db, account, kind, values)


def _insert(db: sqlite3.Connection, account: UserId, kind: str, values: Sequence[str]) -> None:
    try:
        db.executemany(
            "INSERT INTO credential (account, kind, value) SELECT id, ?, ? FROM account WHERE id = ?",
            [(kind, value, account) for value in values],
        )
    except sqlite3.IntegrityError as error:
        raise Taken(kind) from error
