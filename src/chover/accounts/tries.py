"""What is known of one address or of one account: its wrong tries, and the turns of those that are under way."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

FREE: Final = 4
"""So many wrong ones cost nothing but the hash."""
FIRST_SECONDS: Final = 0.5
FORGOTTEN_SECONDS: Final = 900.0
REMEMBERED: Final = 4096
"""Addresses, and as many accounts, that are remembered; the longest unseen is forgotten first."""


class Tries:
    """Those of one address or account. Times are in seconds of a clock that never goes back."""

    __slots__ = ("_at", "_longest", "_reserved", "_times", "queue", "settled", "under_way", "waiting")

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._times = 0
        self._at = self._reserved = float("-inf")
        self.queue = asyncio.Lock()
        """Held by the one whose turn is next."""
        self.settled = asyncio.Event()
        """Set whenever one that was under way has ended."""
        self.under_way = self.waiting = 0

    @property
    def idle(self) -> bool:
        return not self.under_way and not self.waiting

    def wrongs(self, now: float) -> int:
        return 0 if now - self._at > FORGOTTEN_SECONDS else self._times

    def wrong(self, now: float) -> None:
        self._times, self._at = self.wrongs(now) + 1, now

    def gap(self, now: float) -> float:
        """Seconds between a wrong one and the next try."""
        more = self.wrongs(now) - FREE
        return min(self._longest, FIRST_SECONDS * 2.0 ** min(more, 16)) if more >= 0 else 0.0

    def places(self, now: float) -> int:
        """So many may be judged at a time: no more than may still be wrong at no cost, and never none."""
        return max(1, FREE - self.wrongs(now))

    def wait(self, now: float) -> float:
        """Seconds until the next try may begin, counted from the last wrong one."""
        return max(0.0, self._at + self.gap(now) - now)

    def wait_in_line(self, now: float) -> float:
        """The same, where each that has a turn already counts as one that will be wrong."""
        gap = self.gap(now)
        return max(0.0, max(self._at, self._reserved) + gap - now) if gap else 0.0

    def reserve(self, at: float) -> None:
        """Somebody's turn is then."""
        self._reserved = max(self._reserved, at)

    def right(self, now: float) -> None:
        """A turn that was reserved was not used for a guess: nobody has to keep away from it."""
        if self._reserved <= now:
            self._reserved = float("-inf")


class RememberedTries:
    """The tries of all addresses, or of all accounts; a bounded number."""

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
        """Forget those about whom there is nothing to remember."""
        tries = self._kept.get(who)
        if tries is not None and tries.idle and not tries.wrongs(now):
            del self._kept[who]
