"""How much of the server's time reading history and searching may take: for one user, for one address, and at once.

A page of 500 messages keeps the loop for as long as hundreds of messages do, so lines in a second say little about it.
What counts is the time that an answer took. Anyone who has used up their share waits, and nothing is refused.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final, Literal, Protocol

from chover.config import LimitSettings
from chover.engine.model import User
from chover.ports import Peer
from chover.server.access.ban_syntax import network_of

Reading = Literal["page", "search"]

SLOTS: Final[dict[Reading, int]] = {"page": 1, "search": 2}
"""Answers that are made at the same time. Searches have their own: a slow one keeps nobody from history."""
BURST_SECONDS: Final = 10.0
"""Of the share of so long a time somebody may use at once: a client that has just come in asks for many channels."""
LEAST_SECONDS: Final = 0.001
"""That an answer counts as having taken."""
REMEMBERED: Final = 8192
"""Users and addresses whose share is known; the one that was seen least lately is forgotten first."""


class ReadingSession(Protocol):
    """A session, as far as its reading is counted."""

    user: User | None
    peer: Peer
    ending: str


class Share:
    """Seconds of the server's time: ``rate`` come back in each second, up to ``BURST_SECONDS`` of that."""

    __slots__ = ("_left", "_rate", "_seen")

    def __init__(self, rate: float, now: float) -> None:
        self._rate, self._left, self._seen = rate, rate * BURST_SECONDS, now

    def wait(self, now: float) -> float:
        """Seconds until something is left of it; 0 while there is, and for less than a millisecond."""
        self._left = min(self._rate * BURST_SECONDS, self._left + (now - self._seen) * self._rate)
        self._seen = now
        wait = -self._left / self._rate
        return wait if wait > LEAST_SECONDS else 0.0

    def spend(self, seconds: float) -> None:
        """It may become less than nothing: how long an answer takes is known when it is there."""
        self._left -= seconds


class ReadBudget:
    """Lets answers be made in their turn. ``clock`` in seconds."""

    def __init__(
        self,
        limits: Callable[[], LimitSettings],
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limits, self._clock, self._pause = limits, clock, pause
        self._shares: OrderedDict[tuple[str, str], Share] = OrderedDict()
        self._slots = {kind: asyncio.Semaphore(number) for kind, number in SLOTS.items()}
        self.waited = 0.0
        """Seconds that answers have waited for a share."""

    async def run(self, kind: Reading, reader: ReadingSession, answer: Callable[[], Awaitable[None]]) -> None:
        """Have an answer made when there is time for it; not at all for somebody who has left meanwhile."""
        shares = self._of(reader)
        if not shares:
            await answer()
            return
        while wait := max((share.wait(self._clock()) for share in shares), default=0.0):
            self.waited += wait
            await self._pause(wait)
        async with self._slots[kind]:
            if reader.ending:
                return
            began = self._clock()
            try:
                await answer()
            finally:
                took = max(LEAST_SECONDS, self._clock() - began)
                for share in shares:
                    share.spend(took)

    def _of(self, reader: ReadingSession) -> list[Share]:
        limits = self._limits()
        if not limits.flood:
            return []
        user = reader.user.id if reader.user is not None else ""
        here = _network(reader.peer.address)
        rates = (("user", user, limits.history_share), ("address", here, limits.history_share_per_address))
        return [self._share((kind, name), rate) for kind, name, rate in rates if rate]

    def _share(self, key: tuple[str, str], rate: float) -> Share:
        share = self._shares.pop(key, None) or Share(rate, self._clock())
        self._shares[key] = share
        if len(self._shares) > REMEMBERED:
            self._shares.popitem(last=False)
        return share


def _network(address: str) -> str:
    try:
        return network_of(address)
    except ValueError:
        return address
