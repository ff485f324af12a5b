"""The account service: its parts, and what owners change about their accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple

import msgspec

from chover.accounts.attempts import Attempts
from chover.accounts.certificates import CertificateService
from chover.accounts.codes import Codes
from chover.accounts.directory import AccountDirectory, CatchUp, nothing_elsewhere
from chover.accounts.invitations import InvitationService
from chover.accounts.login import LoginService
from chover.accounts.mail import smtp
from chover.accounts.operators import OperatorService
from chover.accounts.password_service import PasswordService
from chover.accounts.passwords import Passwords
from chover.accounts.registration import RegistrationService
from chover.accounts.tokens import TokenService
from chover.config import Config
from chover.engine.ids import UserId
from chover.names import ACCOUNT, complete_mask
from chover.ports import Account, AccountSettings, OperatorRow, Registry
from chover.ports.registry import Outdated


class ClosedAccount(NamedTuple):
    """An account that nobody may use any more, and why."""

    account: UserId
    why: str


class AccountService:
    """Implements ports.Accounts."""

    def __init__(
        self,
        config: Config,
        registry: Registry,
        key: bytes,
        accounts: Iterable[Account] = (),
        operators: Iterable[OperatorRow] = (),
        catch_up: CatchUp = nothing_elsewhere,
    ) -> None:
        """``accounts`` and ``operators`` are those that the registry holds. ``catch_up``: see AccountDirectory."""
        self.config = config
        self._registry = registry
        settings = lambda: self.config  # noqa: E731 - a reload replaces it
        self._hashing = Passwords(config.accounts.hash_cost, scram=config.accounts.scram)
        codes = Codes(settings, registry.codes)
        directory = self._directory = AccountDirectory(settings, accounts, catch_up)
        attempts = Attempts(directory)
        self.login = LoginService(settings, directory, registry, self._hashing, attempts, key)
        self.passwords = PasswordService(
            settings, directory, registry.credentials, self._hashing, codes, attempts, self.login.require_privacy
        )
        self.registration = RegistrationService(
            settings, directory, registry.accounts, self.login, self.passwords, codes, attempts
        )
        self.certificates = CertificateService(directory, registry.credentials)
        self.tokens = TokenService(registry.tokens)
        self.invitations = InvitationService(
            settings, directory, registry.invites, self.login, self.registration, attempts
        )
        self.operators = OperatorService(registry.operators, operators)
        self.read_markers = registry.read_markers
        self.scheduled = registry.scheduled

    @classmethod
    async def open(
        cls, config: Config, registry: Registry, key: bytes, catch_up: CatchUp = nothing_elsewhere
    ) -> AccountService:
        """The service of all accounts of a registry. Raises StoreError."""
        return cls(config, registry, key, await registry.accounts.all(), await registry.operators.all(), catch_up)

    def warm_up(self) -> None:
        """Prepare for logins, while other work goes on."""
        self._hashing.prepare()

    def close(self) -> None:
        self._hashing.close()

    # ---- what other nodes change ---------------------------------------------------------------------------------

    def follow(self, listener: Callable[[Account, Account], None]) -> None:
        """Have it told how another node has changed an account: what it was here, and what it is."""
        self._directory.listeners.append(listener)

    # ---- who there is --------------------------------------------------------------------------------------------

    def get(self, account: UserId) -> Account | None:
        return self._directory.get(account)

    def named(self, folded: str) -> Account | None:
        return self._directory.named(folded)

    def find(self, name: str) -> Account | None:
        return self._directory.find(name)

    def resembling(self, folded: str) -> Account | None:
        return self._directory.resembling(folded)

    def shown_as(self, looks: Iterable[str], but: UserId) -> Account | None:
        return self._directory.shown_as(looks, but)

    def everybody(self) -> Iterable[Account]:
        return self._directory.everybody()

    # ---- what an owner or an operator changes --------------------------------------------------------------------

    async def change(self, account: UserId, how: Callable[[AccountSettings], AccountSettings]) -> Account:
        return await self._update(account, lambda held: msgspec.structs.replace(held, settings=how(held.settings)))

    async def set_email(self, account: UserId, email: str) -> Account:
        address = smtp.require_address(email) if email else ""
        return await self._update(account, lambda held: msgspec.structs.replace(held, email=address))

    async def suspend(self, account: UserId, reason: str) -> Account:
        return await self._update(account, lambda held: msgspec.structs.replace(held, suspended=reason))

    async def _update(self, account: UserId, how: Callable[[Account], Account]) -> Account:
        async with self._directory.changing:
            while True:
                held = self._directory.require(account)
                changed = how(held)
                try:
                    await self._registry.accounts.update(changed, held)
                except Outdated as outdated:
                    # Another node was first: this change is made to what that one has left.
                    self._directory.hear(self._directory.require_row(outdated.now))
                else:
                    return self._directory.learn(changed)

    async def reload(self, accounts: Iterable[UserId] | None = None) -> list[ClosedAccount]:
        """Read accounts again that another node may have changed; None: all. Returns those that were closed."""
        async with self._directory.changing:
            known = [row.id for row in self._directory.everybody()] if accounts is None else list(accounts)
            held = {account: self._directory.get(account) for account in known}
            rows = self._registry.accounts
            there = {row.id: row for row in await (rows.all() if accounts is None else rows.some(known))}
            gone = [before for account, before in held.items() if before is not None and account not in there]
            for before in gone:
                self._directory.forget(before)
                self.operators.forget(before.id)
            for row in there.values():
                self._directory.hear(row)
        # Also those that this node knew to be suspended: it may have met the row at a change, and put out nobody.
        suspended = [row for row in there.values() if row.suspended]
        return [
            *(ClosedAccount(before.id, "This account was deleted") for before in gone),
            *(ClosedAccount(row.id, f"{row.name} is suspended: {row.suspended}") for row in suspended),
        ]

    async def delete(self, account: UserId) -> None:
        async with self._directory.changing:
            gone = self._directory.require(account)
            await self._registry.accounts.delete(account)
            self._directory.forget(gone)
            self.operators.forget(account)
        mask = complete_mask(f"{ACCOUNT}{gone.name}")
        for other in [row for row in self._directory.everybody() if mask in row.settings.blocked]:
            await self.change(other.id, partial(_unblocked, mask=mask))

    async def export(self, account: UserId) -> dict[str, Any]:
        about = msgspec.to_builtins(self._directory.require(account))
        tokens = [msgspec.to_builtins(token) for token in await self.tokens.of(account)]
        certificates = await self.certificates.of(account)
        scheduled = [msgspec.to_builtins(item) for item in await self.scheduled.of(account)]
        return {"account": about, "tokens": tokens, "certificates": certificates, "scheduled": scheduled}


def _unblocked(settings: AccountSettings, *, mask: str) -> AccountSettings:
    return msgspec.structs.replace(settings, blocked=tuple(each for each in settings.blocked if each != mask))
