"""Slows down password guessing, by address and by account, without locking out anybody from another address.

Every attempt waits for a turn of its address. Attempts run at the same time only as long as a wrong one is still free;
after that they run one at a time, and the result of each decides when the next begins. So the number of connections
makes no difference, nor does the way in which somebody guesses.

An account's turns are reserved on request. Addresses with many wrong guesses queue for one. Others, like the owner's,
wait at most ``LONGEST_SECONDS["account"]``, however many people guess at the account from elsewhere.
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
"""The longest gap between attempts. An account's limit also bounds how long its owner waits while others guess."""
PATIENCE_SECONDS: Final = 30.0
"""An attempt that would have to wait longer is refused, and told when to try again."""
QUEUED: Final = 64
"""How many attempts from one address may wait."""
WORTH_TELLING_SECONDS: Final = 1.0


def tell_nobody(_seconds: int) -> None:
    """Used where there is no way to tell the person that they have to wait."""


class LoginThrottle:
    """``clock`` is in seconds, ``sleep`` waits for so many.

    ``longest`` is the longest gap of an address, in seconds.
    """

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
        """The number of wrong attempts since the start."""

    @asynccontextmanager
    async def turn(self, account: str, address: str, told: Callable[[int], None] = tell_nobody) -> AsyncIterator[None]:
        """A context in which something is judged. ``account`` is a folded name, or empty if there is none.

        ``told`` is called with the number of seconds, if they are worth mentioning. Raises Denied RATE_LIMITED if the
        wait would be too long.
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
        """Refuse an attempt at once, before its wait is announced, if there is no room for it."""
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
        """Held by one at a time: results that arrive meanwhile are taken into account before the next begins."""
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
        """Seconds until the next attempt of an address is judged; 0 if that is not worth mentioning."""
        seconds = self._addresses.of(holder(address)).wait(self._clock())
        return math.ceil(seconds) if seconds >= WORTH_TELLING_SECONDS else 0

    def wrong(self, account: str, address: str) -> None:
        """The attempt in this turn was wrong."""
        self.failed += 1
        self.slow(account, address)

    def slow(self, account: str, address: str) -> None:
        """Delay the next attempt as if this one had been wrong."""
        now = self._clock()
        self._addresses.of(holder(address)).wrong(now)
        if account:
            self._accounts.of(account).wrong(now)

    def right(self, account: str) -> None:
        """The attempt was right. Earlier wrong ones still count, or owning an account would make guessing free."""
        if account:
            self._accounts.of(account).right(self._clock())


def _too_many() -> Denied:
    seconds = int(PATIENCE_SECONDS)
    return Denied("RATE_LIMITED", f"Too many wrong passwords or codes from your address: try again in {seconds} s")
