"""Accounts that are operators of the server, in the same database as the logs."""

from __future__ import annotations

from typing import Final

from chover.engine.ids import UserId
from chover.ports.registry import OperatorRow
from chover.store.postgres.tables.rows import OWNER, PostgresRows, replacing
from chover.store.table_rows import OPERATOR, operator_of, operator_values

_ALL: Final = f"SELECT {OPERATOR} FROM operator ORDER BY added_at, account"  # noqa: S608 - no input
_PUT: Final = f"""
    INSERT INTO operator ({OPERATOR}) SELECT owner.id, $2, $3 FROM ({OWNER.format(place="$1")}) AS owner
    {replacing("account", "rights, added_at")}"""  # noqa: S608 - no input


class PostgresOperators(PostgresRows):
    """Implements ports.registry.OperatorRows."""

    async def all(self) -> list[OperatorRow]:
        return [operator_of(row) for row in await self._db.fetch(_ALL)]

    async def put(self, row: OperatorRow) -> None:
        await self._db.execute(_PUT, *operator_values(row))

    async def remove(self, account: UserId) -> bool:
        return bool(await self._db.execute("DELETE FROM operator WHERE account = $1", account))
