"""Creates accounts, for their owners and for operators."""

from __future__ import annotations

import logging
import math
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from chover import names, server_log
from chover.accounts.attempts import Attempts
from chover.accounts.codes import Codes
from chover.accounts.directory import AccountDirectory
from chover.accounts.login import LoginService
from chover.accounts.mail import smtp
from chover.accounts.password_service import PasswordService
from chover.accounts.throttle import LoginThrottle, tell_nobody
from chover.config import Config
from chover.engine.ids import UserId
from chover.plurals import counted
from chover.ports import Account, Denied, Peer, Taken
from chover.ports.registry import AccountRows
from chover.wire import networks

_log = logging.getLogger(__name__)

LONGEST_GAP_SECONDS: Final = 1.0
"""Between two new accounts from one address: a class of thirty can register within a minute."""
DAY_SECONDS: Final = 86_400.0
COUNTED: Final = 4096
"""Addresses and networks whose new accounts are counted; the one whose day began first is forgotten first."""
_CLOSED: Final = {
    "invite": "Only invited people can create accounts here: ask somebody for an invitation, and follow its link",
    "off": "Only the operator creates accounts here: ask the operator of this server",
}


class NewAccounts:
    """Counts the accounts that each address and each network has created, within a day that begins with the first.

    ``clock`` is a monotonic clock in seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._days: dict[str, tuple[float, int]] = {}
        """When each day began, and how many accounts were created in it; in the order in which they began."""

    def __len__(self) -> int:
        return len(self._days)

    def seconds_to_wait(self, who: str, most: int) -> float:
        """Seconds until another account may be created, beyond ``most`` in a day; 0: at once.

        ``most`` 0 means no limit.
        """
        began, made = self._day(who)
        return began + DAY_SECONDS - self._clock() if made >= most > 0 else 0.0

    def count(self, who: str, made: int = 1) -> None:
        began, before = self._day(who)
        self._days[who] = began, before + made
        if len(self._days) > COUNTED:
            del self._days[next(iter(self._days))]

    def _day(self, who: str) -> tuple[float, int]:
        now = self._clock()
        began, made = self._days.get(who, (now, 0))
        if now - began < DAY_SECONDS:
            return began, made
        del self._days[who]
        return now, 0


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
        self._new_accounts = NewAccounts(time.monotonic)

    async def catch_up(self) -> None:
        await self._directory.catch_up()

    async def register(
        self, name: str, password: str, email: str, peer: Peer, told: Callable[[int], None] = tell_nobody
    ) -> Account | None:
        config = self._settings()
        if config.accounts.registration != "open":
            raise Denied("DISALLOWED", _CLOSED[config.accounts.registration])
        self._login.require_privacy(peer)
        if email:
            smtp.require_address(email)
        elif config.accounts.email_required:
            raise Denied("INVALID_EMAIL", "This server needs your e-mail address, and verifies it")
        self._passwords.require_usable(password)
        self._require_few(peer)
        async with self._newcomers.turn("", peer.address, told):
            with self._counted(peer):
                account, credentials = await self.prepare(name, password, email)
            # The next registration from this address waits longer, as if this one had been wrong.
            self._newcomers.slow("", peer.address)
        if email and self._settings().mail.host:
            await self._codes.mail_verification(account, credentials)
            return None
        return _registered(await self._create(account, credentials), peer)

    def _require_few(self, peer: Peer) -> None:
        """Raises Denied if the address, or the network around it, has created as many accounts as it may."""
        for whose, who, most in self._ceilings(peer):
            if seconds := self._new_accounts.seconds_to_wait(who, most):
                _log.warning("registration refused: %d accounts of one %s in a day%s", most, whose, _from(peer))
                raise Denied(
                    "RATE_LIMITED",
                    f"At most {counted(most, 'account')} a day can be created from your {whose}:"
                    f" try again {_in(seconds)}, or ask somebody for an invitation",
                )

    def _ceilings(self, peer: Peer) -> list[tuple[str, str, int]]:
        """The name, the key and the daily limit of each; none for connections from this machine."""
        if networks.is_this_machine(peer.address) and not peer.via:
            return []
        limits = self._settings().accounts
        return [
            ("address", networks.holder(peer.address), limits.new_per_address),
            ("network", f"around {networks.site(peer.address)}", limits.new_per_network),
        ]

    @contextmanager
    def _counted(self, peer: Peer) -> Iterator[None]:
        """A context in which an account is created: it counts from the beginning, but not if it fails."""
        self._require_few(peer)
        ceilings = self._ceilings(peer)
        for _, who, _ in ceilings:
            self._new_accounts.count(who)
        try:
            yield
        except BaseException:
            for _, who, _ in ceilings:
                self._new_accounts.count(who, -1)
            raise

    async def make(self, name: str, password: str, email: str = "") -> Account:
        account, credentials = await self.prepare(name, password, email)
        return await self._create(account, credentials)

    async def prepare(self, name: str, password: str, email: str = "") -> tuple[Account, dict[str, list[str]]]:
        """A valid account, and its credentials: none without a password. Raises Denied."""
        await self._directory.catch_up()
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
            raise Denied("ACCOUNT_EXISTS", "That name is already registered; log in to it, or choose another") from None
        return self._directory.learn(account)

    async def verify(self, name: str, code: str, peer: Peer, told: Callable[[int], None] = tell_nobody) -> Account:
        async with self._attempts.at_account("VERIFY", name, peer, told):
            waiting = await self._codes.waiting(name, code)
        account, _ = await self.prepare(waiting.name, "", waiting.email)
        return _registered(await self._create(account, waiting.credentials), peer)


def _registered(account: Account, peer: Peer) -> Account:
    _log.info("registered: account %s%s", account.name, _from(peer))
    return account


def _from(peer: Peer) -> str:
    return server_log.from_address(peer.address)


def _in(seconds: float) -> str:
    """``in 3 h`` or ``in 20 min``, rounded up."""
    return f"in {math.ceil(seconds / 3600)} h" if seconds > 3600 else f"in {math.ceil(seconds / 60)} min"


def _now() -> int:
    return time.time_ns() // 1_000_000
