"""All accounts in memory: found by id, by name, and by how a name looks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from chover import names
from chover.accounts.appearances import Appearances
from chover.config import Config
from chover.engine.ids import UserId
from chover.ports import Account, Denied

CatchUp = Callable[[], Awaitable[None]]

LONGEST_KEY: Final = 256
"""Characters: a longer name cannot be valid, and is not worth remembering."""


async def nothing_elsewhere() -> None:
    """There is no other node."""


class AccountDirectory:
    """A copy of the registry's rows: anyone who changes a row there calls ``learn`` or ``forget`` here.

    ``catch_up`` reads the rows that other nodes have made or changed just now.
    """

    def __init__(
        self, settings: Callable[[], Config], accounts: Iterable[Account], catch_up: CatchUp = nothing_elsewhere
    ) -> None:
        self._settings = settings
        self.catch_up = catch_up
        self.listeners: list[Callable[[Account, Account], None]] = []
        """Told how another node has changed an account: what it was here, and what it is."""
        self.changing = asyncio.Lock()
        """Changes run one after another, each based on the result of the one before."""
        self._everyone: dict[UserId, Account] = {}
        self._by_name: dict[str, Account] = {}
        self._by_look: dict[str, Account] = {}
        self._appearances = Appearances()
        for account in accounts:
            self.learn(account)

    def get(self, account: UserId) -> Account | None:
        return self._everyone.get(account)

    def require(self, account: UserId) -> Account:
        """The account of that id. Raises Denied if it was deleted."""
        return self.require_row(self._everyone.get(account))

    @staticmethod
    def require_row(found: Account | None) -> Account:
        """The same for a row that was read."""
        if found is None:
            raise Denied("NO_SUCH_ACCOUNT", "This account was deleted")
        return found

    def everybody(self) -> list[Account]:
        return list(self._everyone.values())

    def named(self, folded: str) -> Account | None:
        return self._by_name.get(folded)

    def find(self, name: str) -> Account | None:
        """The account of that name, as people write it."""
        try:
            return self._by_name.get(names.fold(name, self._settings().server.casemapping))
        except names.BadName:
            return None

    def key(self, name: str) -> str:
        """The key under which attempts at a name are counted: the folded name, without the device after an @."""
        name = name.partition("@")[0][:LONGEST_KEY]
        try:
            return names.fold(name, self._settings().server.casemapping)
        except names.BadName:
            return name.lower()

    def resembling(self, folded: str) -> Account | None:
        return self._by_look.get(names.skeleton(folded))

    def shown_as(self, looks: Iterable[str], but: UserId) -> Account | None:
        """See ports.Accounts."""
        found = self._appearances.another(looks, but)
        return self._everyone.get(found) if found is not None else None

    def hear(self, row: Account) -> Account:
        """Take in an account as it was read, because another node may have changed it."""
        before = self._everyone.get(row.id)
        self.learn(row)
        if before is not None and before != row:
            for listener in self.listeners:
                listener(before, row)
        return row

    def learn(self, account: Account) -> Account:
        """Take in an account that is new or has changed."""
        self._appearances.learn(account, self._everyone.get(account.id))
        self._everyone[account.id] = self._by_name[account.folded] = account
        self._by_look[names.skeleton(account.folded)] = account
        return account

    def forget(self, gone: Account) -> None:
        """Remove a deleted account."""
        del self._everyone[gone.id], self._by_name[gone.folded]
        self._by_look.pop(names.skeleton(gone.folded), None)
        self._appearances.forget(gone)
