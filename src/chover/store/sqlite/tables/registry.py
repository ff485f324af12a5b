"""Accounts and what belongs to them, in the same database as the logs: each method one transaction of the writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import msgspec

from chover.engine.ids import LogId, UserId
from chover.ports import Account, AccountSettings, Code, Credentials, Invite, Newcomer, Taken, Token
from chover.store.sqlite.tables.rows import Rows

_ACCOUNT: Final = "id, name, folded, created_at, email, suspended, settings"
_TOKEN: Final = "id, account, label, created_at, used_at"  # noqa: S105 - names of columns
_INVITE: Final = "id, made_by, made_at, expires_at, uses, channels, role, used, revoked_at"
_VALID: Final = "uses > 0 AND revoked_at = 0 AND (expires_at = 0 OR expires_at > ?)"
_OF_ACCOUNT: Final = ("credential", "token", "marker", "departure", "push")
"""Tables with a column ``account``."""

_json: Final = msgspec.json.Encoder().encode
_settings: Final = msgspec.json.Decoder(AccountSettings).decode
_channels: Final = msgspec.json.Decoder(tuple[str, ...]).decode


class SqliteRegistry(Rows):
    """Implements ports.Registry; its contract is tests/store/contract_of_registry.py."""

    # ---- accounts ------------------------------------------------------------------------------------------------

    def accounts(self) -> list[Account]:
        return [_account(row) for row in self._rows_now(f"SELECT {_ACCOUNT} FROM account")]  # noqa: S608 - no input

    async def create(self, account: Account, credentials: Credentials) -> None:
        await self._write(partial(_create, account=account, credentials=credentials))

    async def update(self, account: Account) -> None:
        await self._change(
            "UPDATE account SET email = ?, suspended = ?, settings = ? WHERE id = ?",
            account.email, account.suspended, _json(account.settings).decode(), account.id,
        )  # fmt: skip

    async def delete(self, account: UserId) -> None:
        await self._write(partial(_delete, account=account))

    async def credentials(self, account: UserId) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for kind, value in await self._rows("SELECT kind, value FROM credential WHERE account = ?", account):
            found.setdefault(kind, []).append(value)
        return found

    async def replace_credentials(self, account: UserId, credentials: Credentials) -> None:
        await self._write(partial(_replace, account=account, credentials=credentials))

    async def owner_of_certificate(self, fingerprint: str) -> UserId | None:
        sql = "SELECT account FROM credential WHERE kind = 'certificate' AND value = ?"
        row = await self._first(sql, fingerprint)
        return UserId(row[0]) if row else None

    # ---- tokens --------------------------------------------------------------------------------------------------

    async def add_token(self, secret_hash: bytes, token: Token) -> None:
        await self._write(partial(_add_token, secret_hash=secret_hash, token=token))

    async def use_token(self, secret_hash: bytes, now: int) -> Token | None:
        sql = f"UPDATE token SET used_at = ? WHERE hash = ? RETURNING {_TOKEN}"  # noqa: S608 - no input
        row = await self._write(lambda db: db.execute(sql, (now, secret_hash)).fetchone())
        return Token(*row) if row else None

    async def tokens(self, account: UserId) -> list[Token]:
        sql = f"SELECT {_TOKEN} FROM token WHERE account = ? ORDER BY created_at, id"  # noqa: S608 - no input
        return [Token(*row) for row in await self._rows(sql, account)]

    async def revoke_token(self, account: UserId, token: str) -> bool:
        return bool(await self._change("DELETE FROM token WHERE account = ? AND id = ?", account, token))

    # ---- codes ---------------------------------------------------------------------------------------------------

    async def put_code(self, purpose: str, folded: str, code: Code) -> None:
        await self._change(
            "INSERT OR REPLACE INTO code (purpose, folded, hash, expires_at, tries, data) VALUES (?, ?, ?, ?, ?, ?)",
            purpose, folded, code.hash, code.expires_at, code.tries, code.data,
        )  # fmt: skip

    async def code(self, purpose: str, folded: str, now: int) -> Code | None:
        sql = "SELECT hash, expires_at, tries, data FROM code WHERE purpose = ? AND folded = ? AND expires_at > ?"
        row = await self._first(sql, purpose, folded, now)
        return Code(*row) if row else None

    async def count_try(self, purpose: str, folded: str) -> None:
        await self._change("UPDATE code SET tries = tries + 1 WHERE purpose = ? AND folded = ?", purpose, folded)

    async def drop_code(self, purpose: str, folded: str) -> bool:
        return bool(await self._change("DELETE FROM code WHERE purpose = ? AND folded = ?", purpose, folded))

    async def purge(self, now: int) -> int:
        return await self._change("DELETE FROM code WHERE expires_at <= ?", now)

    # ---- invitations ---------------------------------------------------------------------------------------------

    async def add_invite(self, secret_hash: bytes, invite: Invite) -> None:
        await self._change(
            f"INSERT INTO invite (hash, {_INVITE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - no input
            secret_hash, invite.id, invite.made_by, invite.made_at, invite.expires_at, invite.uses,
            _json(invite.channels).decode(), invite.role, invite.used, invite.revoked_at,
        )  # fmt: skip

    async def invites(self, now: int) -> list[Invite]:
        sql = f"SELECT {_INVITE} FROM invite WHERE {_VALID} ORDER BY made_at, id"  # noqa: S608 - no input
        return [_invite(row) for row in await self._rows(sql, now)]

    async def invite(self, secret_hash: bytes) -> Invite | None:
        row = await self._first(f"SELECT {_INVITE} FROM invite WHERE hash = ?", secret_hash)  # noqa: S608 - no input
        return _invite(row) if row else None

    async def redeem(self, secret_hash: bytes, now: int, newcomer: Newcomer | None = None) -> Invite | None:
        return await self._write(partial(_redeem, secret_hash=secret_hash, now=now, newcomer=newcomer))

    async def revoke_invite(self, invite: str, now: int) -> bool:
        sql = f"UPDATE invite SET revoked_at = ? WHERE id = ? AND {_VALID}"  # noqa: S608 - no input
        return bool(await self._change(sql, now, invite, now))

    # ---- what follows an account ---------------------------------------------------------------------------------

    async def marker(self, account: UserId, log: LogId) -> int:
        row = await self._first("SELECT at FROM marker WHERE account = ? AND log = ?", account, log)
        return int(row[0]) if row else 0

    async def markers(self, account: UserId) -> dict[LogId, int]:
        rows = await self._rows("SELECT log, at FROM marker WHERE account = ?", account)
        return {LogId(log): int(at) for log, at in rows}

    async def mark(self, account: UserId, log: LogId, at: int) -> int:
        sql = (
            "INSERT INTO marker (account, log, at) SELECT id, ?, ? FROM account WHERE id = ?"
            " ON CONFLICT (account, log) DO UPDATE SET at = max(at, excluded.at) RETURNING at"
        )
        row = await self._write(lambda db: db.execute(sql, (log, at, account)).fetchone())
        return int(row[0]) if row else 0

    async def depart(self, account: UserId, device: str, at: int) -> None:
        sql = "INSERT OR REPLACE INTO departure (account, device, at) SELECT id, ?, ? FROM account WHERE id = ?"
        await self._change(sql, device, at, account)

    async def departure(self, account: UserId, device: str) -> int:
        row = await self._first("SELECT at FROM departure WHERE account = ? AND device = ?", account, device)
        return int(row[0]) if row else 0


def _create(db: sqlite3.Connection, account: Account, credentials: Credentials) -> None:
    try:
        db.execute(
            f"INSERT INTO account ({_ACCOUNT}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - no input
            (account.id, account.name, account.folded, account.created_at, account.email, account.suspended,
             _json(account.settings).decode()),
        )  # fmt: skip
    except sqlite3.IntegrityError as error:
        raise Taken(account.name) from error
    _replace(db, account.id, credentials)


def _add_token(db: sqlite3.Connection, secret_hash: bytes, token: Token) -> None:
    # Nothing is kept of an account that is deleted in this moment.
    db.execute(
        f"INSERT INTO token (hash, {_TOKEN}) SELECT ?, ?, id, ?, ?, ? FROM account WHERE id = ?",  # noqa: S608 - no input
        (secret_hash, token.id, token.label, token.created_at, token.used_at, token.account),
    )


def _replace(db: sqlite3.Connection, account: UserId, credentials: Credentials) -> None:
    for kind, values in credentials.items():
        db.execute("DELETE FROM credential WHERE account = ? AND kind = ?", (account, kind))
        try:
            db.executemany(
                "INSERT INTO credential (account, kind, value) SELECT id, ?, ? FROM account WHERE id = ?",
                [(kind, value, account) for value in values],
            )
        except sqlite3.IntegrityError as error:
            raise Taken(kind) from error


def _redeem(db: sqlite3.Connection, secret_hash: bytes, now: int, newcomer: Newcomer | None) -> Invite | None:
    row = db.execute(
        f"UPDATE invite SET uses = uses - 1, used = used + 1 WHERE hash = ? AND {_VALID} RETURNING {_INVITE}",  # noqa: S608 - no input
        (secret_hash, now),
    ).fetchone()
    if row is not None and newcomer is not None:
        _create(db, newcomer.account, newcomer.credentials)
        _add_token(db, newcomer.token_hash, newcomer.token)
    return _invite(row) if row else None


def _delete(db: sqlite3.Connection, account: UserId) -> None:
    # What was mailed to its owner must not open the name to them when it is somebody else's.
    db.execute("DELETE FROM code WHERE folded = (SELECT folded FROM account WHERE id = ?)", (account,))
    db.execute("UPDATE invite SET revoked_at = strftime('%s') * 1000 WHERE made_by = ? AND revoked_at = 0", (account,))
    db.execute("DELETE FROM account WHERE id = ?", (account,))
    for table in _OF_ACCOUNT:
        db.execute(f"DELETE FROM {table} WHERE account = ?", (account,))  # noqa: S608 - no input


def _account(row: Sequence[Any]) -> Account:
    number, name, folded, created_at, email, suspended, settings = row
    return Account(number, name, folded, created_at, email, suspended, _settings(settings))


def _invite(row: Sequence[Any]) -> Invite:
    number, made_by, made_at, expires_at, uses, channels, *rest = row
    return Invite(number, made_by, made_at, expires_at, uses, _channels(channels), *rest)
