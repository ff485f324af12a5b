"""Invitations, in the same database as the logs."""

from __future__ import annotations

from typing import Final

from chover.ports import Invite, Newcomer
from chover.store.postgres.tables.accounts import create
from chover.store.postgres.tables.rows import PostgresRows, places
from chover.store.postgres.tables.tokens import add_token
from chover.store.table_rows import INVITE, invite_of, invite_values

_VALID: Final = "uses > 0 AND revoked_at = 0 AND (expires_at = 0 OR expires_at > {now})"
_ADD: Final = f"INSERT INTO invite ({INVITE}, hash) VALUES ({places(f'{INVITE}, hash')})"  # noqa: S608 - no input
_OPEN: Final = f"SELECT {INVITE} FROM invite WHERE {_VALID.format(now='$1')} ORDER BY made_at, id"  # noqa: S608 - no input
_GET: Final = f"SELECT {INVITE} FROM invite WHERE hash = $1"  # noqa: S608 - no input
# The second of two waits for the first, and is checked against the uses that are left then.
_USE: Final = f"""
    UPDATE invite SET uses = uses - 1, used = used + 1
    WHERE hash = $1 AND {_VALID.format(now="$2")} RETURNING {INVITE}"""  # noqa: S608 - no input
_REVOKE: Final = f"UPDATE invite SET revoked_at = $2 WHERE id = $1 AND {_VALID.format(now='$2')}"  # noqa: S608 - no input


class PostgresInvites(PostgresRows):
    """Implements ports.registry.InviteRows."""

    async def add(self, secret_hash: bytes, invite: Invite) -> None:
        await self._db.execute(_ADD, *invite_values(invite), secret_hash)

    async def open(self, now: int) -> list[Invite]:
        return [invite_of(row) for row in await self._db.fetch(_OPEN, now)]

    async def get(self, secret_hash: bytes) -> Invite | None:
        row = await self._db.row(_GET, secret_hash)
        return invite_of(row) if row else None

    async def redeem(self, secret_hash: bytes, now: int, newcomer: Newcomer | None = None) -> Invite | None:
        async with self._db.transaction() as db:
            row = await db.fetchrow(_USE, secret_hash, now)
            if row is not None and newcomer is not None:
                await create(db, newcomer.account, newcomer.credentials)
                await add_token(db, newcomer.token_hash, newcomer.token)
        return invite_of(row) if row else None

    async def revoke(self, invite: str, now: int) -> bool:
        return bool(await self._db.execute(_REVOKE, invite, now))
