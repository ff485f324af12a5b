"""Codes that are mailed or handed out, to complete a registration or to set a new password."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from typing import Final

import msgspec

from chover import i18n, names
from chover.accounts.mail import letters, smtp
from chover.accounts.tokens import hash_of
from chover.config import Config
from chover.ports import Account, Code, Denied
from chover.ports.registry import CodeRows

SECONDS: Final = 24 * 3600
RESENT_SECONDS: Final = 600
"""While a mail is younger than this, its code stays valid: others cannot invalidate it by requesting a new one."""
HANDED: Final = "handed"
"""The purpose of a password code that the operator hands out; that of a mailed one is ``reset``."""


class Waiting(msgspec.Struct):
    """A registration that waits for its code."""

    name: str
    email: str
    credentials: dict[str, list[str]]


class Codes:
    """Each code can be used once, within a day.

    Wrong guesses do not invalidate a code, or anybody could do that. They are slowed down (attempts.py), and there are
    2**64 codes.
    """

    def __init__(self, config: Callable[[], Config], rows: CodeRows) -> None:
        self._config = config
        self._rows = rows

    async def mail_verification(self, account: Account, credentials: dict[str, list[str]]) -> None:
        """Raises Denied if the mail is not accepted."""
        name, waiting = account.name, Waiting(account.name, account.email, credentials)
        code = await self._put("register", account.folded, msgspec.json.encode(waiting).decode())
        server = self._config().server
        with i18n.speaking(server.language):
            subject, text = letters.verification(server.network, name, code)
        await smtp.send(self._config(), account.email, subject, text)

    async def waiting(self, name: str, code: str) -> Waiting:
        """The registration that a code completes. Raises Denied."""
        return msgspec.json.decode(await self._use("register", name, code), type=Waiting)

    async def mail_reset(self, account: Account) -> None:
        """Does nothing if an earlier mail is still recent. Raises Denied if the mail is not accepted."""
        earlier = await self._rows.get("reset", account.folded, _now())
        if earlier is not None and earlier.data == account.id and _age(earlier) < RESENT_SECONDS * 1000:
            return
        code = await self._put("reset", account.folded, account.id)
        server = self._config().server
        with i18n.speaking(server.language):
            subject, text = letters.reset(server.network, account.name, code)
        await smtp.send(self._config(), account.email, subject, text)

    async def reset_code(self, account: Account) -> str:
        """A code for a new password that the operator hands out, in place of an earlier one."""
        return await self._put(HANDED, account.folded, account.id)

    async def owner(self, name: str, code: str) -> str:
        """The id of the account whose password a code resets, mailed or handed out. Raises Denied."""
        try:
            return await self._use("reset", name, code)
        except Denied:
            return await self._use(HANDED, name, code)

    async def _put(self, purpose: str, folded: str, data: str) -> str:
        code = secrets.token_hex(8)
        await self._rows.put(purpose, folded, Code(hash_of(code), _now() + SECONDS * 1000, data))
        return code

    async def _use(self, purpose: str, name: str, code: str) -> str:
        try:
            folded = names.fold(name, self._config().server.casemapping)
        except names.BadName:
            raise wrong_code() from None
        kept = await self._rows.get(purpose, folded, _now())
        if kept is None or not hmac.compare_digest(kept.hash, hash_of(code)):
            raise wrong_code()
        if not await self._rows.drop(purpose, folded):
            raise wrong_code()
        return kept.data


def wrong_code() -> Denied:
    return Denied("INVALID_CODE", "That code is wrong or too old; request another")


def _age(code: Code) -> int:
    """Milliseconds since it was created."""
    return _now() - (code.expires_at - SECONDS * 1000)


def _now() -> int:
    return time.time_ns() // 1_000_000
