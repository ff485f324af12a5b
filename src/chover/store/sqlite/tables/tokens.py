"""Device tokens, in the same database as the logs."""

from __future__ import annotations

import sqlite3
from functools import partial

from chover.engine.ids import UserId
from chover.ports import Token
from chover.store.sqlite.tables.rows import Rows
from chover.store.table_rows import TOKEN


class SqliteTokens(Rows):
    """Implements ports.registry.TokenRows."""

    async def add(self, secret_hash: bytes, token: Token) -> None:
        await self._write(partial(add_token, secret_hash=secret_hash, token=token))

    async def use(self, secret_hash: bytes, now: int) -> Token | None:
        sql = f"UPDATE token SET used_at = ? WHERE hash = ? RETURNING {TOKEN}"  # noqa: S608 - no input
        row = await self._write(lambda db: db.execute(sql, (now, secret_hash)).fetchone())
        return Token(*row) if row else None

    async def of(self, account: UserId) -> list[Token]:
        sql = f"SELECT {TOKEN} FROM token WHERE account = ? ORDER BY created_at, id"  # noqa: S608 - no input
        return [Token(*row) for row in await self._rows(sql, account)]

    async def revoke(self, account: UserId, token: str) -> bool:
        return bool(await self._change("DELETE FROM token WHERE account = ? AND id = ?", account, token))


def add_token(db: sqlite3.Connection, secret_hash: bytes, token: Token) -> None:
    # Nothing is kept for an account that is being deleted.
    db.execute(
        f"INSERT INTO token (hash, {TOKEN}) SELECT ?, ?, id, ?, ?, ? FROM account WHERE id = ?",  # noqa: S608 - no input
        (secret_hash, token.id, token.label, token.created_at, token.used_at, token.account),
    )
