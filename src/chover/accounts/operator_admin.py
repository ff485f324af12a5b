"""Operators of the server, as managed on the command line; also while the server is not running."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence

from chover.accounts.service import AccountService
from chover.engine.ids import UserId
from chover.ports import Account, Denied, NewOperator, OperatorFacts


async def _nobody_is_on(_account: UserId) -> None:
    """While no server is running, nobody has rights to lose."""


class AccountOperatorAdmin:
    """Implements ports.OperatorAdmin. ``depose`` takes the rights from everybody who is online with an account."""

    def __init__(self, accounts: AccountService, depose: Callable[[UserId], Awaitable[object]] = _nobody_is_on) -> None:
        self._accounts = accounts
        self._depose = depose

    async def operators(self) -> list[OperatorFacts]:
        """See ports.OperatorAdmin."""
        rows = [(self._accounts.get(row.account), row) for row in self._accounts.operators.all()]
        kept = [OperatorFacts(account.name, row.rights, row.added_at) for account, row in rows if account is not None]
        return kept + [OperatorFacts(row.name, row.rights, settings=True) for row in self._accounts.config.operators]

    async def add(self, name: str, rights: Sequence[str], password: str) -> NewOperator:
        if any(row.name == name for row in self._accounts.config.operators):
            raise Denied("NAME_TAKEN", f"{name} is an operator already, by [[operators]] in the settings: use OPER")
        account = self._accounts.find(name)
        if account is None:
            word = password or secrets.token_urlsafe(12)
            made = await self._accounts.registration.make(name, word)
            await self._accounts.operators.add(made.id, rights)
            return NewOperator(made.name, tuple(rights), True, "" if password else word)
        word = await self._word(account, password)
        await self._accounts.operators.add(account.id, rights)
        return NewOperator(account.name, tuple(rights), False, "" if password else word)

    async def _word(self, account: Account, password: str) -> str:
        """The password generated for an account that had none, or empty."""
        if await self._accounts.passwords.has_one(account.id):
            if password:
                raise Denied(
                    "HAS_PASSWORD", f"{account.name} has a password already, and OPER accepts it: give no other"
                )
            return ""
        word = password or secrets.token_urlsafe(12)
        await self._accounts.passwords.set(account.id, word)
        return word

    async def remove(self, name: str) -> None:
        account = self._accounts.find(name)
        if account is not None and await self._accounts.operators.remove(account.id):
            await self._depose(account.id)
        elif any(row.name == name for row in self._accounts.config.operators):
            raise Denied("INVALID", f"{name} is listed in [[operators]] in the settings: remove it there, then reload")
        else:
            raise Denied("INVALID", f"{name} is not an operator; operator list shows them")
