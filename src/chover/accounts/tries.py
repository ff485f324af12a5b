"""The state of one address or account: its wrong attempts, and the turns of those under way."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

FREE: Final = 4
"""How many wrong attempts cost nothing but the hash."""
FIRST_SECONDS: Final = 0.5
FORGOTTEN_SECONDS: Final = 900.0
REMEMBERED: Final = 4096
"""How many addresses, and how many accounts, are remembered; the one unseen for the longest time is forgotten first."""


class Tries:
    """The attempts of one address or account. Times are in seconds of a monotonic clock."""

    __slots__ = ("_at", "_longest", "_reserved", "_times", "queue", "settled", "under_way", "waiting")

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._times = 0
        self._at = self._reserved = float("-inf")
        self.queue = asyncio.Lock()
        """Held by the attempt that has the next turn."""
        self.settled = asyncio.Event()
        """Set whenever an attempt that was under way has ended."""
        self.under_way = self.waiting = 0

    @property
    def idle(self) -> bool:
        return not self.under_way and not self.waiting

    def wrongs(self, now: float) -> int:
        return 0 if now - self._at > FORGOTTEN_SECONDS else self._times

    def wrong(self, now: float) -> None:
        self._times, self._at = self.wrongs(now) + 1, now

    def gap(self, now: float) -> float:
        """Seconds between a wrong attempt and the next one."""
        more = self.wrongs(now) - FREE
        return min(self._longest, FIRST_SECONDS * 2.0 ** min(more, 16)) if more >= 0 else 0.0

    def places(self, now: float) -> int:
        """How many may be judged at the same time: as many as may still be wrong without a delay, and at least one."""
        return max(1, FREE - self.wrongs(now))

    def wait(self, now: float) -> float:
        """Seconds until the next attempt may begin, counted from the last wrong one."""
        return max(0.0, self._at + self.gap(now) - now)

    def wait_in_line(self, now: float) -> float:
        """The same, if every attempt that already has a turn counts as a wrong one."""
        gap = self.gap(now)
        return max(0.0, max(self._at, self._reserved) + gap - now) if gap else 0.0

    def reserve(self, at: float) -> None:
        """Reserve a turn at this time."""
        self._reserved = max(self._reserved, at)

    def right(self, now: float) -> None:
        """A reserved turn was not a guess: others need not keep a distance from it."""
        if self._reserved <= now:
            self._reserved = float("-inf")


class RememberedTries:
    """The state of all addresses, or of all accounts, limited in number."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._kept: OrderedDict[str, Tries] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, who: str) -> Tries:
        tries = self._kept.get(who)
        if tries is None:
            tries = self._kept[who] = Tries(self._longest)
            self._make_room(but=tries)
        else:
            self._kept.move_to_end(who)
        return tries

    def _make_room(self, but: Tries) -> None:
        if len(self._kept) > REMEMBERED:
            oldest = next((who for who, tries in self._kept.items() if tries.idle and tries is not but), None)
            if oldest is not None:
                del self._kept[oldest]

    def tidy(self, who: str, now: float) -> None:
        """Forget those without anything to remember."""
        tries = self._kept.get(who)
        if tries is not None and tries.idle and not tries.wrongs(now):
            del self._kept[who]
