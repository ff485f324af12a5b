"""Which conversations a node of several hears: those of its own people, its lobby, and what somebody here waits for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final, Generic

from chover.engine.apply import pass_over
from chover.engine.ids import LogId, UserId, channel_log, is_pair, pair_of
from chover.engine.state import ChatState
from chover.ports import Bus, StoreError
from chover.server.delivery.fanout import Fanout
from chover.server.delivery.recipient import R
from chover.server.pipeline.feed import Feed
from chover.server.pipeline.ledger import Ledger

SWEEP_SECONDS: Final = 1.0
"""How often it is looked whom nobody here needs to hear any more."""


class LocalInterest(Generic[R]):
    """Implements pipeline.feed.Interest, and has the bus follow what is heard. ``watched``: the log of the lobby.

    ``hears`` always says what holds at this moment. The bus may be behind that; what it has not brought is read.
    """

    def __init__(self, chat: ChatState, fanout: Fanout[R], ledger: Ledger[R], bus: Bus) -> None:
        self._chat = chat
        self._readers = fanout.readers
        self._ledger = ledger
        self._bus = bus
        self.watched: Callable[[], LogId | None] = _nothing
        self._followed: set[str] = set()
        self._new: set[str] = set()
        self._more = asyncio.Event()

    def hears(self, log: LogId) -> bool:
        if is_pair(log):
            if any(map(self._is_here, pair_of(log))):
                return True
        elif self._has_readers(log) or log == self.watched():
            return True
        return self._ledger.awaits(log)

    def _has_readers(self, log: LogId) -> bool:
        subscribers = self._readers.channels.get(log)
        return subscribers is not None and bool(subscribers.by_render_key)

    def _is_here(self, user: UserId) -> bool:
        sessions = self._readers.sessions
        return bool(sessions.get(user) or sessions.get(self._chat.formerly.get(user, user)))

    def passed_over(self, log: LogId, place: int) -> None:
        pass_over(self._chat, log, place)
        if (subscribers := self._readers.channels.get(log)) is not None:
            subscribers.recent.outdate()

    # ---- what the bus is asked for -----------------------------------------------------------------------------------

    def came(self, user: UserId) -> None:
        """Somebody has come to this node, or into another channel."""
        known = self._chat.users.get(user)
        self._follow({user, *(map(channel_log, known.channels) if known is not None else ())})

    def _follow(self, wanted: set[str]) -> None:
        if new := wanted - self._followed:
            self._followed |= new
            self._new |= new
            self._bus.follow(new)
            self._more.set()

    def _sweep(self) -> None:
        """Follow what is heard here and nothing else."""
        here = {user for user, sessions in self._readers.sessions.items() if sessions}
        wanted: set[str] = {log for log in self._readers.channels if self._has_readers(log)}
        wanted |= here
        wanted |= {old for old, new in self._chat.formerly.items() if new in here}
        if lobby := self.watched():
            wanted.add(lobby)
        self._follow(wanted)
        if gone := self._followed - wanted:
            self._followed -= gone
            self._bus.unfollow(gone)

    async def watch(self, feed: Feed) -> None:
        """Follow what has to be heard, and read what was said before it was followed. Until it is cancelled."""
        swept = float("-inf")
        loop = asyncio.get_running_loop()
        while True:
            if loop.time() - swept >= SWEEP_SECONDS:
                swept = loop.time()
                self._sweep()
            self._more.clear()
            await self._catch_up(feed)
            # Not wait_for: in Python 3.11 it forgets that it was cancelled if it is done in the same moment.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._more.wait()

    async def _catch_up(self, feed: Feed) -> None:
        new, self._new = self._new, set()
        if new:
            await self._bus.followed()
            # What somebody was told alone is found when the heads are polled.
            with contextlib.suppress(StoreError):
                await feed.catch_up(*(LogId(one) for one in new if one in self._chat.channels))


def _nothing() -> None:
    """Before the lobby is known."""
