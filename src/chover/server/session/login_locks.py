"""One login to an account at a time: two devices that log in at once become one user."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from chover.engine.ids import UserId


class LoginLocks:
    """A lock for each account, as long as somebody has it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[UserId, asyncio.Lock] = WeakValueDictionary()

    def of(self, account: UserId) -> asyncio.Lock:
        return self._locks.setdefault(account, asyncio.Lock())
