"""Wrong passwords slow down: by account and by address, and lock nobody out who has the right one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

FREE: Final = 4
"""So many wrong ones cost nothing but the hash."""
FIRST_SECONDS: Final = 0.5
LONGEST_SECONDS: Final = {"account": 4.0, "address": 8.0}
"""The owner of an account waits no longer, however many try at it from elsewhere."""
AT_ONCE: Final = 4
FORGOTTEN_SECONDS: Final = 900.0
REMEMBERED: Final = 4096
"""Accounts and addresses that are remembered; the longest unseen is forgotten first."""


class FailedAttempts(NamedTuple):
    times: int
    at: float


class LoginThrottle:
    """``clock`` is in seconds, ``sleep`` waits so many."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], object] = asyncio.sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._wrongs: OrderedDict[tuple[str, str], FailedAttempts] = OrderedDict()
        self._turns: dict[str, tuple[asyncio.Semaphore, int]] = {}
        self.failed = 0
        """Wrong ones since the start."""

    @asynccontextmanager
    async def turn(self, account: str, address: str) -> AsyncIterator[None]:
        """The wait, and then a few tries of an address at a time, so that no one takes all the hashing."""
        seconds = max(self.seconds("account", account), self.seconds("address", address))
        if seconds:
            await self._wait(seconds)
        turns, waiting = self._turns.get(address, (asyncio.Semaphore(AT_ONCE), 0))
        self._turns[address] = turns, waiting + 1
        try:
            async with turns:
                yield
        finally:
            turns, waiting = self._turns.pop(address)
            if waiting > 1:
                self._turns[address] = turns, waiting - 1

    async def _wait(self, seconds: float) -> None:
        waited = self._sleep(seconds)
        if asyncio.iscoroutine(waited):
            await waited

    def seconds(self, kind: str, who: str) -> float:
        """How long the next try waits."""
        wrongs = self._wrongs.get((kind, who))
        if wrongs is None or wrongs.times < FREE or self._clock() - wrongs.at > FORGOTTEN_SECONDS:
            return 0.0
        return float(min(LONGEST_SECONDS[kind], FIRST_SECONDS * 2 ** min(wrongs.times - FREE, 16)))

    def wrong(self, account: str, address: str) -> None:
        self.failed += 1
        for key in (("account", account), ("address", address)):
            earlier = self._wrongs.pop(key, FailedAttempts(0, 0))
            fresh = self._clock() - earlier.at > FORGOTTEN_SECONDS
            self._wrongs[key] = FailedAttempts(1 if fresh else earlier.times + 1, self._clock())
        while len(self._wrongs) > REMEMBERED:
            self._wrongs.popitem(last=False)

    def right(self, account: str, _address: str) -> None:
        """The account's are forgotten; those of the address are not, or an own account would be a pass for guessing."""
        self._wrongs.pop(("account", account), None)
