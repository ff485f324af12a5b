"""The accounts that are operators of the server, all in memory."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from chover.engine.ids import UserId
from chover.ports import OperatorRow
from chover.ports.registry import OperatorRows


class OperatorService:
    """Implements ports.account_service.AccountOperators."""

    def __init__(self, rows: OperatorRows, held: Iterable[OperatorRow] = ()) -> None:
        """``held``: those of ``rows``."""
        self._rows = rows
        self._held = {row.account: row for row in held}

    def of(self, account: UserId) -> OperatorRow | None:
        return self._held.get(account)

    def all(self) -> list[OperatorRow]:
        return list(self._held.values())

    async def add(self, account: UserId, rights: Sequence[str]) -> None:
        row = OperatorRow(account, tuple(rights), time.time_ns() // 1_000_000)
        await self._rows.put(row)
        self._held[account] = row

    async def remove(self, account: UserId) -> bool:
        await self._rows.remove(account)
        return self._held.pop(account, None) is not None

    async def reload(self) -> list[UserId]:
        """Read all operators again, because another node has changed some. Returns those that are none any more."""
        known = set(self._held)
        rows = {row.account: row for row in await self._rows.all()}
        # What was removed here after the rows were read is left as it is.
        removed = known - set(self._held)
        gone = [account for account in known if account not in rows]
        for account in gone:
            self._held.pop(account, None)
        self._held.update({account: row for account, row in rows.items() if account not in removed})
        return gone

    def forget(self, account: UserId) -> None:
        """Forget a deleted account, whose row is gone, too."""
        self._held.pop(account, None)
