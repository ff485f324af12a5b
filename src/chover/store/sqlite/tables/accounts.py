"""Accounts, in the same database as the logs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial

import msgspec

from chover.engine.ids import UserId
from chover.ports import Account, Credentials, Taken
from chover.ports.registry import Outdated
from chover.store.sqlite.tables.credentials import replace
from chover.store.sqlite.tables.rows import Rows
from chover.store.table_rows import ACCOUNT, OF_ACCOUNT, account_of, account_values, settings_text


class SqliteAccounts(Rows):
    """Implements ports.registry.AccountRows."""

    async def all(self) -> list[Account]:
        return [account_of(row) for row in self._rows_now(f"SELECT {ACCOUNT} FROM account")]  # noqa: S608 - no input

    async def some(self, accounts: Sequence[UserId]) -> list[Account]:
        sql = f"SELECT {ACCOUNT} FROM account WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - no input
        return [account_of(row) for row in await self._rows(sql, msgspec.json.encode(accounts).decode())]

    async def create(self, account: Account, credentials: Credentials) -> None:
        await self._write(partial(create, account=account, credentials=credentials))

    async def update(self, account: Account, was: Account | None = None) -> None:
        await self._write(partial(_update, account=account, was=was))

    async def delete(self, account: UserId) -> None:
        await self._write(partial(_delete, account=account), erases=True)


def create(db: sqlite3.Connection, account: Account, credentials: Credentials) -> None:
    try:
        db.execute(
            f"INSERT INTO account ({ACCOUNT}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - no input
            account_values(account),
        )
    except sqlite3.IntegrityError as error:
        raise Taken(account.name) from error
    replace(db, account.id, credentials)


def _update(db: sqlite3.Connection, account: Account, was: Account | None) -> None:
    if was is not None:
        row = db.execute(f"SELECT {ACCOUNT} FROM account WHERE id = ?", (account.id,)).fetchone()  # noqa: S608 - no input
        now = account_of(row) if row else None
        if now != was:
            raise Outdated(now)
    db.execute(
        "UPDATE account SET email = ?, suspended = ?, settings = ? WHERE id = ?",
        (account.email, account.suspended, settings_text(account.settings), account.id),
    )


def _delete(db: sqlite3.Connection, account: UserId) -> None:
    # A code that was mailed to the owner must not open the name for them when it belongs to somebody else.
    db.execute("DELETE FROM code WHERE folded = (SELECT folded FROM account WHERE id = ?)", (account,))
    db.execute("UPDATE invite SET revoked_at = strftime('%s') * 1000 WHERE made_by = ? AND revoked_at = 0", (account,))
    db.execute("DELETE FROM account WHERE id = ?", (account,))
    for table in OF_ACCOUNT:
        db.execute(f"DELETE FROM {table} WHERE account = ?", (account,))  # noqa: S608 - no input
