"""Accounts that are operators of the server, in the same database as the logs."""

from __future__ import annotations

from chover.engine.ids import UserId
from chover.ports.registry import OperatorRow
from chover.store.sqlite.tables.rows import Rows


class SqliteOperators(Rows):
    """Implements ports.registry.OperatorRows."""

    def all(self) -> list[OperatorRow]:
        rows = self._rows_now("SELECT account, rights, added_at FROM operator ORDER BY added_at, account")
        return [OperatorRow(UserId(account), tuple(rights.split(",")), at) for account, rights, at in rows]

    async def put(self, row: OperatorRow) -> None:
        # Nothing is kept for an account that is being deleted.
        await self._change(
            "INSERT OR REPLACE INTO operator (account, rights, added_at) SELECT id, ?, ? FROM account WHERE id = ?",
            ",".join(row.rights), row.added_at, row.account,
        )  # fmt: skip

    async def remove(self, account: UserId) -> bool:
        return bool(await self._change("DELETE FROM operator WHERE account = ?", account))
