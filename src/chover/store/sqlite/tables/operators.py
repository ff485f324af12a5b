"""Accounts that are operators of the server, in the same database as the logs."""

from __future__ import annotations

from chover.engine.ids import UserId
from chover.ports.registry import OperatorRow
from chover.store.sqlite.tables.rows import Rows
from chover.store.table_rows import OPERATOR, operator_of, operator_values


class SqliteOperators(Rows):
    """Implements ports.registry.OperatorRows."""

    async def all(self) -> list[OperatorRow]:
        rows = self._rows_now(f"SELECT {OPERATOR} FROM operator ORDER BY added_at, account")  # noqa: S608 - no input
        return [operator_of(row) for row in rows]

    async def put(self, row: OperatorRow) -> None:
        # Nothing is kept for an account that is being deleted.
        account, *values = operator_values(row)
        sql = f"INSERT OR REPLACE INTO operator ({OPERATOR}) SELECT id, ?, ? FROM account WHERE id = ?"  # noqa: S608 - no input
        await self._change(sql, *values, account)

    async def remove(self, account: UserId) -> bool:
        return bool(await self._change("DELETE FROM operator WHERE account = ?", account))
