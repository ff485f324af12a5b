"""How accounts look to others, by name and by display name, whether they are online or not."""

from __future__ import annotations

from collections.abc import Iterable

from chover.engine.ids import UserId
from chover.engine.looks import Looks
from chover.engine.metadata import DISPLAY_NAME
from chover.ports import Account


class Appearances:
    def __init__(self) -> None:
        self._looks: Looks[UserId] = Looks()

    def learn(self, account: Account, before: Account | None) -> None:
        """Take in an account that is new or has changed."""
        if before is not None:
            if _names(before) == _names(account):
                return
            self.forget(before)
        for name in _names(account):
            self._looks.add(name, account.id)

    def forget(self, account: Account) -> None:
        for name in _names(account):
            self._looks.remove(name, account.id)

    def another(self, looks: Iterable[str], but: UserId) -> UserId | None:
        """An account other than ``but`` that looks like one of these (names.looks)."""
        return self._looks.another(looks, but)


def _names(account: Account) -> tuple[str, str]:
    return account.name, account.settings.metadata.get(DISPLAY_NAME, "")
