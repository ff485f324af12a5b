"""The limit on the server's time for reading history and searching: for one user, for one address, and at once.

A page of 500 messages takes as long as hundreds of messages, so the number of lines per second says little. What
counts is the time that an answer took. Anyone who has used up their share waits, and nothing is refused.
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
"""Answers being made at the same time. Searches are separate, so a slow one does not delay history."""
BURST_SECONDS: Final = 10.0
"""The share of this time may be used at once, because a client that has just connected asks for many channels."""
LEAST_SECONDS: Final = 0.001
"""The minimum time that an answer counts for."""
REMEMBERED: Final = 8192
"""Users and addresses whose share is remembered; the one not seen for the longest time is forgotten first."""


class ReadingSession(Protocol):
    """A session, as far as reading is concerned."""

    user: User | None
    peer: Peer
    ending: str


class Share:
    """Seconds of the server's time: ``rate`` are added in each second, up to ``BURST_SECONDS`` of that."""

    __slots__ = ("_left", "_rate", "_seen")

    def __init__(self, rate: float, now: float) -> None:
        self._rate, self._left, self._seen = rate, rate * BURST_SECONDS, now

    def wait(self, now: float) -> float:
        """Seconds until some of it is available; 0 if some is, and for less than a millisecond."""
        self._left = min(self._rate * BURST_SECONDS, self._left + (now - self._seen) * self._rate)
        self._seen = now
        wait = -self._left / self._rate
        return wait if wait > LEAST_SECONDS else 0.0

    def spend(self, seconds: float) -> None:
        """It may become negative, because the duration of an answer is only known afterwards."""
        self._left -= seconds


class ReadBudget:
    """Makes answers in turn. ``clock`` in seconds."""

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
        """Seconds that answers have waited for their share."""

    async def run(self, kind: Reading, reader: ReadingSession, answer: Callable[[], Awaitable[None]]) -> None:
        """Make an answer when there is time for it; not at all if its reader has left meanwhile."""
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
