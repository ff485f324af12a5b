"""Invitations, in the same database as the logs."""

from __future__ import annotations

import sqlite3
from functools import partial
from typing import Final

from chover.ports import Invite, Newcomer
from chover.store.sqlite.tables.accounts import create
from chover.store.sqlite.tables.rows import Rows
from chover.store.sqlite.tables.tokens import add_token
from chover.store.table_rows import INVITE, invite_of, invite_values

_VALID: Final = "uses > 0 AND revoked_at = 0 AND (expires_at = 0 OR expires_at > ?)"


class SqliteInvites(Rows):
    """Implements ports.registry.InviteRows."""

    async def add(self, secret_hash: bytes, invite: Invite) -> None:
        await self._change(
            f"INSERT INTO invite (hash, {INVITE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - no input
            secret_hash,
            *invite_values(invite),
        )

    async def open(self, now: int) -> list[Invite]:
        sql = f"SELECT {INVITE} FROM invite WHERE {_VALID} ORDER BY made_at, id"  # noqa: S608 - no input
        return [invite_of(row) for row in await self._rows(sql, now)]

    async def get(self, secret_hash: bytes) -> Invite | None:
        row = await self._first(f"SELECT {INVITE} FROM invite WHERE hash = ?", secret_hash)  # noqa: S608 - no input
        return invite_of(row) if row else None

    async def redeem(self, secret_hash: bytes, now: int, newcomer: Newcomer | None = None) -> Invite | None:
        return await self._write(partial(_redeem, secret_hash=secret_hash, now=now, newcomer=newcomer))

    async def revoke(self, invite: str, now: int) -> bool:
        sql = f"UPDATE invite SET revoked_at = ? WHERE id = ? AND {_VALID}"  # noqa: S608 - no input
        return bool(await self._change(sql, now, invite, now))


def _redeem(db: sqlite3.Connection, secret_hash: bytes, now: int, newcomer: Newcomer | None) -> Invite | None:
    row = db.execute(
        f"UPDATE invite SET uses = uses - 1, used = used + 1 WHERE hash = ? AND {_VALID} RETURNING {INVITE}",  # noqa: S608 - no input
        (secret_hash, now),
    ).fetchone()
    if row is not None and newcomer is not None:
        create(db, newcomer.account, newcomer.credentials)
        add_token(db, newcomer.token_hash, newcomer.token)
    return invite_of(row) if row else None
