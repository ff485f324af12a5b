"""Device tokens, in the same database as the logs."""

from __future__ import annotations

from typing import Final

from chover.engine.ids import UserId
from chover.ports import Token
from chover.store.postgres.connections import Transaction
from chover.store.postgres.tables.rows import OWNER, PostgresRows
from chover.store.table_rows import TOKEN

_ADD: Final = f"""
    INSERT INTO token (hash, id, account, label, created_at, used_at)
    SELECT $1, $2, owner.id, $4, $5, $6 FROM ({OWNER.format(place="$3")}) AS owner"""  # noqa: S608 - no input
_USE: Final = f"UPDATE token SET used_at = $2 WHERE hash = $1 RETURNING {TOKEN}"  # noqa: S608 - no input
_OF: Final = f"SELECT {TOKEN} FROM token WHERE account = $1 ORDER BY created_at, id"  # noqa: S608 - no input
_REVOKE: Final = "DELETE FROM token WHERE account = $1 AND id = $2"


class PostgresTokens(PostgresRows):
    """Implements ports.registry.TokenRows."""

    async def add(self, secret_hash: bytes, token: Token) -> None:
        async with self._db.transaction() as db:
            await add_token(db, secret_hash, token)

    async def use(self, secret_hash: bytes, now: int) -> Token | None:
        row = await self._db.row(_USE, secret_hash, now)
        return Token(*row) if row else None

    async def of(self, account: UserId) -> list[Token]:
        return [Token(*row) for row in await self._db.fetch(_OF, account)]

    async def revoke(self, account: UserId, token: str) -> bool:
        return bool(await self._db.execute(_REVOKE, account, token))


async def add_token(db: Transaction, secret_hash: bytes, token: Token) -> None:
    values = (token.id, token.account, token.label, token.created_at, token.used_at)
    await db.execute(_ADD, secret_hash, *values)
