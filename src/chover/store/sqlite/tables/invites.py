"""Invitations, in the same database as the logs."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import msgspec

from chover.ports import Invite, Newcomer
from chover.store.sqlite.tables.accounts import create
from chover.store.sqlite.tables.rows import Rows
from chover.store.sqlite.tables.tokens import add_token

_INVITE: Final = "id, made_by, made_at, expires_at, uses, channels, role, used, revoked_at"
_VALID: Final = "uses > 0 AND revoked_at = 0 AND (expires_at = 0 OR expires_at > ?)"

_json: Final = msgspec.json.Encoder().encode
_channels: Final = msgspec.json.Decoder(tuple[str, ...]).decode


class SqliteInvites(Rows):
    """Implements ports.registry.InviteRows."""

    async def add(self, secret_hash: bytes, invite: Invite) -> None:
        await self._change(
            f"INSERT INTO invite (hash, {_INVITE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - no input
            secret_hash, invite.id, invite.made_by, invite.made_at, invite.expires_at, invite.uses,
            _json(invite.channels).decode(), invite.role, invite.used, invite.revoked_at,
        )  # fmt: skip

    async def open(self, now: int) -> list[Invite]:
        sql = f"SELECT {_INVITE} FROM invite WHERE {_VALID} ORDER BY made_at, id"  # noqa: S608 - no input
        return [_invite(row) for row in await self._rows(sql, now)]

    async def get(self, secret_hash: bytes) -> Invite | None:
        row = await self._first(f"SELECT {_INVITE} FROM invite WHERE hash = ?", secret_hash)  # noqa: S608 - no input
        return _invite(row) if row else None

    async def redeem(self, secret_hash: bytes, now: int, newcomer: Newcomer | None = None) -> Invite | None:
        return await self._write(partial(_redeem, secret_hash=secret_hash, now=now, newcomer=newcomer))

    async def revoke(self, invite: str, now: int) -> bool:
        sql = f"UPDATE invite SET revoked_at = ? WHERE id = ? AND {_VALID}"  # noqa: S608 - no input
        return bool(await self._change(sql, now, invite, now))


def _redeem(db: sqlite3.Connection, secret_hash: bytes, now: int, newcomer: Newcomer | None) -> Invite | None:
    row = db.execute(
        f"UPDATE invite SET uses = uses - 1, used = used + 1 WHERE hash = ? AND {_VALID} RETURNING {_INVITE}",  # noqa: S608 - no input
        (secret_hash, now),
    ).fetchone()
    if row is not None and newcomer is not None:
        create(db, newcomer.account, newcomer.credentials)
        add_token(db, newcomer.token_hash, newcomer.token)
    return _invite(row) if row else None


def _invite(row: Sequence[Any]) -> Invite:
    number, made_by, made_at, expires_at, uses, channels, *rest = row
    return Invite(number, made_by, made_at, expires_at, uses, _channels(channels), *rest)
