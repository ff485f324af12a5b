"""Wrong passwords slow down: first by address, then by account, and lock nobody out who comes from elsewhere.

Whoever wants something judged waits for a turn of its address. Only so many of an address are under way at a time as
may still be wrong at no cost, and after that one: its answer decides when the next begins. Hence it makes no difference
over how many connections, or in which ways, somebody guesses.

An account's turns are reserved when they are asked for. Addresses that have guessed much wait in line for one. Others,
like the owner's, wait at most ``LONGEST_SECONDS["account"]``, however many guess at the account from elsewhere.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from chover.accounts.tries import FREE, RememberedTries, Tries
from chover.ports import Denied
from chover.wire.networks import holder

LONGEST_SECONDS: Final = {"account": 4.0, "address": 8.0}
"""The owner of an account waits no longer, however many try at it from elsewhere."""
PATIENCE_SECONDS: Final = 30.0
"""Whoever would wait longer is refused, and told when to come again."""
QUEUED: Final = 64
"""So many of an address wait at most."""
WORTH_TELLING_SECONDS: Final = 1.0


def tell_nobody(_seconds: int) -> None:
    """Where there is no way to tell somebody who waits."""


class LoginThrottle:
    """``clock`` is in seconds, ``sleep`` waits so many. ``longest`` is an address's longest gap, in seconds."""

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], object] = asyncio.sleep,
        longest: float = LONGEST_SECONDS["address"],
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._addresses = RememberedTries(longest)
        self._accounts = RememberedTries(LONGEST_SECONDS["account"])
        self.failed = 0
        """Wrong ones since the start."""

    @asynccontextmanager
    async def turn(self, account: str, address: str, told: Callable[[int], None] = tell_nobody) -> AsyncIterator[None]:
        """Within it something is judged. ``account`` is a folded name, or empty where there is none.

        ``told`` is called with the seconds, if these are worth telling. Raises Denied RATE_LIMITED where the wait would
        be too long.
        """
        where = holder(address)
        here, there = self._addresses.of(where), self._accounts.of(account) if account else None
        try:
            self._require_room(here, there)
            self._tell(here, there, told)
            async with self._place(here):
                if there is not None:
                    await self._line_up(here, there)
                yield
        finally:
            self._addresses.tidy(where, self._clock())
            self._accounts.tidy(account, self._clock())

    def _require_room(self, here: Tries, there: Tries | None) -> None:
        """Refuse at once whoever would be refused without a wait, before anything is said of one."""
        now = self._clock()
        if here.waiting >= QUEUED or (there is not None and self._is_too_late(here, there, now)):
            raise _too_many()

    def _is_too_late(self, here: Tries, there: Tries, now: float) -> bool:
        return here.wrongs(now) >= FREE and there.wait_in_line(now) > PATIENCE_SECONDS

    def _tell(self, here: Tries, there: Tries | None, told: Callable[[int], None]) -> None:
        now = self._clock()
        seconds = here.wait(now) + here.waiting * here.gap(now)
        if there is not None:
            seconds = max(seconds, min(there.wait_in_line(now), LONGEST_SECONDS["account"]))
        if seconds >= WORTH_TELLING_SECONDS:
            told(math.ceil(min(seconds, PATIENCE_SECONDS)))

    @asynccontextmanager
    async def _place(self, here: Tries) -> AsyncIterator[None]:
        here.waiting += 1
        came = self._clock()
        try:
            async with here.queue:
                await self._until_free(here, came)
                here.under_way += 1
        finally:
            here.waiting -= 1
        try:
            yield
        finally:
            here.under_way -= 1
            here.settled.set()

    async def _until_free(self, here: Tries, came: float) -> None:
        """Held by one at a time: whatever ends meanwhile is taken into account before the next begins."""
        while True:
            now = self._clock()
            if now - came > PATIENCE_SECONDS:
                raise _too_many()
            if here.under_way >= here.places(now):
                here.settled.clear()
                await here.settled.wait()
            elif seconds := here.wait(now):
                await self._wait(seconds)
            else:
                return

    async def _line_up(self, here: Tries, there: Tries) -> None:
        now = self._clock()
        if self._is_too_late(here, there, now):
            raise _too_many()
        seconds = there.wait_in_line(now)
        if here.wrongs(now) < FREE:
            seconds = min(seconds, LONGEST_SECONDS["account"])
        there.reserve(now + seconds)
        there.waiting += 1
        try:
            if seconds:
                await self._wait(seconds)
        finally:
            there.waiting -= 1

    async def _wait(self, seconds: float) -> None:
        waited = self._sleep(seconds)
        if asyncio.iscoroutine(waited):
            await waited

    def next_in(self, address: str) -> int:
        """Seconds until the next try of an address is judged; 0 where that is not worth telling."""
        seconds = self._addresses.of(holder(address)).wait(self._clock())
        return math.ceil(seconds) if seconds >= WORTH_TELLING_SECONDS else 0

    def wrong(self, account: str, address: str) -> None:
        """What was judged within a turn was wrong."""
        self.failed += 1
        self.slow(account, address)

    def slow(self, account: str, address: str) -> None:
        """Have the next one wait longer, as if this had been wrong."""
        now = self._clock()
        self._addresses.of(holder(address)).wrong(now)
        if account:
            self._accounts.of(account).wrong(now)

    def right(self, account: str) -> None:
        """What was judged was right. Earlier wrong ones still count, or an own account would be a pass for guessing."""
        if account:
            self._accounts.of(account).right(self._clock())


def _too_many() -> Denied:
    seconds = int(PATIENCE_SECONDS)
    return Denied("RATE_LIMITED", f"Too many wrong passwords or codes from your address: try again in {seconds} s")
