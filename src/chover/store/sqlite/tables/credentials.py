"""Credentials of accounts, in the same database as the logs."""

from __future__ import annotations

import sqlite3
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
        await self._write(partial(replace, account=account, credentials=credentials))

    async def owner_of_certificate(self, fingerprint: str) -> UserId | None:
        sql = "SELECT account FROM credential WHERE kind = 'certificate' AND value = ?"
        row = await self._first(sql, fingerprint)
        return UserId(row[0]) if row else None


def replace(db: sqlite3.Connection, account: UserId, credentials: Credentials) -> None:
    for kind, values in credentials.items():
        db.execute("DELETE FROM credential WHERE account = ? AND kind = ?", (account, kind))
        try:
            db.executemany(
                "INSERT INTO credential (account, kind, value) SELECT id, ?, ? FROM account WHERE id = ?",
                [(kind, value, account) for value in values],
            )
        except sqlite3.IntegrityError as error:
            raise Taken(kind) from error
