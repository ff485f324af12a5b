"""Making accounts: by those who will own them, and by operators."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable
from typing import Final

from chover import names, server_log
from chover.accounts import mail
from chover.accounts.attempts import Attempts
from chover.accounts.codes import Codes
from chover.accounts.directory import AccountDirectory
from chover.accounts.login import LoginService
from chover.accounts.password_service import PasswordService
from chover.accounts.throttle import LoginThrottle, tell_nobody
from chover.config import Config
from chover.engine.ids import UserId
from chover.ports import Account, Denied, Peer, Taken
from chover.ports.registry import AccountRows

_log = logging.getLogger(__name__)

LONGEST_GAP_SECONDS: Final = 1.0
"""Between two new accounts of an address: a class of thirty registers within a minute."""
_CLOSED: Final = {
    "invite": "Only invited people can create accounts here: ask somebody for an invitation, and follow its link",
    "off": "Only the operator creates accounts here: ask the operator of this server",
}


class RegistrationService:
    """Implements ports.account_service.AccountRegistration."""

    def __init__(
        self,
        settings: Callable[[], Config],
        directory: AccountDirectory,
        rows: AccountRows,
        login: LoginService,
        passwords: PasswordService,
        codes: Codes,
        attempts: Attempts,
    ) -> None:
        self._settings = settings
        self._directory = directory
        self._rows = rows
        self._login = login
        self._passwords = passwords
        self._codes = codes
        self._attempts = attempts
        self._newcomers = LoginThrottle(time.monotonic, longest=LONGEST_GAP_SECONDS)

    async def register(
        self, name: str, password: str, email: str, peer: Peer, told: Callable[[int], None] = tell_nobody
    ) -> Account | None:
        config = self._settings()
        if config.accounts.registration != "open":
            raise Denied("DISALLOWED", _CLOSED[config.accounts.registration])
        self._login.require_privacy(peer)
        if email:
            mail.require_address(email)
        elif config.accounts.email_required:
            raise Denied("INVALID_EMAIL", "This server needs your e-mail address, and verifies it")
        self._passwords.require_usable(password)
        async with self._newcomers.turn("", peer.address, told):
            account, credentials = await self.prepare(name, password, email)
            # Of one address the next waits longer, as if this had been wrong.
            self._newcomers.slow("", peer.address)
        if email and self._settings().mail.host:
            await self._codes.mail_verification(account, credentials)
            return None
        return _registered(await self._create(account, credentials), peer)

    async def make(self, name: str, password: str, email: str = "") -> Account:
        account, credentials = await self.prepare(name, password, email)
        return await self._create(account, credentials)

    async def prepare(self, name: str, password: str, email: str = "") -> tuple[Account, dict[str, list[str]]]:
        """An account that may be made, and what proves it: nothing without a password. Raises Denied."""
        folded = self._require_new(name)
        credentials = await self._passwords.credentials(password)
        return Account(UserId("a" + secrets.token_hex(8)), name, folded, _now(), email), credentials

    def _require_new(self, name: str) -> str:
        config = self._settings()
        try:
            folded = names.fold_nick(name, config.server.casemapping, config.limits.nick_len)
        except names.BadName as bad:
            raise Denied("BAD_ACCOUNT_NAME", f"That is not a valid name: {bad}") from None
        if self._directory.resembling(folded) is not None:
            raise Denied("ACCOUNT_EXISTS", "That name is already registered; log in to it, or choose another")
        return folded

    async def _create(self, account: Account, credentials: dict[str, list[str]]) -> Account:
        try:
            await self._rows.create(account, credentials)
        except Taken:
            raise Denied("ACCOUNT_EXISTS", "That name is already registered") from None
        return self._directory.learn(account)

    async def verify(self, name: str, code: str, peer: Peer, told: Callable[[int], None] = tell_nobody) -> Account:
        async with self._attempts.at_account("VERIFY", name, peer, told):
            waiting = await self._codes.waiting(name, code)
        account, _ = await self.prepare(waiting.name, "", waiting.email)
        return _registered(await self._create(account, waiting.credentials), peer)


def _registered(account: Account, peer: Peer) -> Account:
    _log.info("registered: account %s%s", account.name, server_log.from_address(peer.address))
    return account


def _now() -> int:
    return time.time_ns() // 1_000_000
