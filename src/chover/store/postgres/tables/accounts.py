"""Accounts, in the same database as the logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import asyncpg

from chover import names
from chover.engine.ids import UserId
from chover.ports import Account, Credentials, Taken
from chover.ports.registry import Outdated
from chover.store.postgres.connections import Transaction
from chover.store.postgres.tables.credentials import insert
from chover.store.postgres.tables.rows import PostgresRows, places
from chover.store.table_rows import ACCOUNT, OF_ACCOUNT, account_of, account_values, settings_text

_SOME: Final = f"SELECT {ACCOUNT} FROM account WHERE id = ANY($1::text[])"  # noqa: S608 - no input
_LOCKED: Final = f"SELECT {ACCOUNT} FROM account WHERE id = $1 FOR NO KEY UPDATE"  # noqa: S608 - no input
_COLUMNS: Final = f"{ACCOUNT}, look"
_CREATE: Final = f"INSERT INTO account ({_COLUMNS}) VALUES ({places(_COLUMNS)})"  # noqa: S608 - no input
_UPDATE: Final = "UPDATE account SET email = $2, suspended = $3, settings = $4 WHERE id = $1"
_DELETE: Final = "DELETE FROM account WHERE id = $1 RETURNING folded"
# A code that was mailed to the owner must not open the name for them when it belongs to somebody else.
_UNSEND: Final = "DELETE FROM code WHERE folded = $1"
_REVOKE: Final = """
    UPDATE invite SET revoked_at = (extract(epoch FROM now()) * 1000)::bigint WHERE made_by = $1 AND revoked_at = 0"""


class PostgresAccounts(PostgresRows):
    """Implements ports.registry.AccountRows."""

    async def all(self) -> list[Account]:
        return [account_of(row) for row in await self._db.fetch(f"SELECT {ACCOUNT} FROM account")]  # noqa: S608 - no input

    async def some(self, accounts: Sequence[UserId]) -> list[Account]:
        return [account_of(row) for row in await self._db.fetch(_SOME, list(accounts))]

    async def create(self, account: Account, credentials: Credentials) -> None:
        async with self._db.transaction() as db:
            await create(db, account, credentials)

    async def update(self, account: Account, was: Account | None = None) -> None:
        values = (account.id, account.email, account.suspended, settings_text(account.settings))
        if was is None:
            await self._db.execute(_UPDATE, *values)
            return
        async with self._db.transaction() as db:
            row = await db.fetchrow(_LOCKED, account.id)
            now = account_of(row) if row else None
            if now != was:
                raise Outdated(now)
            await db.execute(_UPDATE, *values)

    async def delete(self, account: UserId) -> None:
        async with self._db.transaction() as db:
            # The account goes first: anyone who adds rows to it waits for this, and then finds no account.
            folded = await db.fetchval(_DELETE, account)
            await db.execute(_UNSEND, folded)
            await db.execute(_REVOKE, account)
            for table in OF_ACCOUNT:
                await db.execute(f"DELETE FROM {table} WHERE account = $1", account)  # noqa: S608 - no input


async def create(db: Transaction, account: Account, credentials: Credentials) -> None:
    """Raises Taken."""
    try:
        await db.execute(_CREATE, *account_values(account), names.skeleton(account.folded))
    except asyncpg.UniqueViolationError as error:
        raise Taken(account.name) from error
    for kind, values in credentials.items():
        await insert(db, account.id, kind, values)
