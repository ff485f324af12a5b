"""Limits: token buckets, and connections for each address (for IPv6 the /64)."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Final

from chover.config import LimitSettings
from chover.ports import Refused
from chover.wire.networks import holder

ADDRESSES_REMEMBERED: Final = 4096
"""How many addresses' rates are kept; the one unseen for the longest time is forgotten first."""


class Bucket:
    """A token bucket: it starts with ``burst`` tokens, and gets ``rate`` new ones a second."""

    __slots__ = ("_burst", "_rate", "_seen", "_tokens")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst, self._tokens, self._seen = rate, burst, burst, now

    def take(self, now: float) -> float:
        """Take a token. Returns 0, or the seconds until there is one."""
        self._tokens = min(self._burst, self._tokens + (now - self._seen) * self._rate)
        self._seen = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._rate


class Gate:
    """Counts connections, in total and for each address. A limit of 0 means no limit."""

    def __init__(self, limits: LimitSettings, clock: Callable[[], float]) -> None:
        self.limits = limits
        self._clock = clock
        self._count: dict[str, int] = {}
        self._registered: dict[str, int] = {}
        self._rates: OrderedDict[str, Bucket] = OrderedDict()
        self.total = 0
        self.refused: Counter[str] = Counter(dict.fromkeys(("banned", "full", "address", "unregistered", "rate"), 0))
        """The number of refused connections by reason, since the start."""

    def admit(self, address: str) -> None:
        """Count a connection. Raises Refused at a limit."""
        limits, address = self.limits, holder(address)
        here = self._count.get(address, 0)
        if self.total >= limits.connections > 0:
            raise Refused("This server is full; try again later", "full")
        if here >= limits.connections_per_address > 0:
            raise Refused("Too many connections from your address; close one first", "address")
        if here - self._registered.get(address, 0) >= limits.unregistered_per_address > 0:
            text = "Too many connections from your address have not registered; try again in a minute"
            raise Refused(text, "unregistered")
        if limits.connection_rate_per_address and (wait := self._bucket(address).take(self._clock())):
            text = f"Too many connections from your address in a short time; try again in {wait:.0f} s"
            raise Refused(text, "rate")
        self._count[address] = here + 1
        self.total += 1

    def move(self, address: str, other: str) -> None:
        """Count one of an address's connections under another address. If it raises Refused, nothing has changed."""
        self.dismiss(address)
        try:
            self.admit(other)
        except Refused:
            self.count(address)
            raise

    def move_back(self, address: str, other: str) -> None:
        """Undo ``move``: the handler releases a connection under its first address.

        Does nothing for an empty ``address``.
        """
        if address:
            self.dismiss(other)
            self.count(address)

    def count(self, address: str) -> None:
        """Count a connection that was admitted already, even over the limits."""
        address = holder(address)
        self._count[address] = self._count.get(address, 0) + 1
        self.total += 1

    def _bucket(self, address: str) -> Bucket:
        bucket = self._rates.pop(address, None)
        if bucket is None:
            limits = self.limits
            rate, burst = limits.connection_rate_per_address, limits.connection_burst_per_address
            bucket = Bucket(rate, burst, self._clock())
            if len(self._rates) >= ADDRESSES_REMEMBERED:
                self._rates.popitem(last=False)
        self._rates[address] = bucket
        return bucket

    def registered(self, address: str) -> None:
        """One of the address's connections has become a user."""
        address = holder(address)
        self._registered[address] = self._registered.get(address, 0) + 1

    def departed(self, address: str) -> None:
        """That user is gone; the connection is counted until it is dismissed."""
        _less(self._registered, holder(address))

    def dismiss(self, address: str) -> None:
        self.total -= 1
        _less(self._count, holder(address))


def _less(counts: dict[str, int], key: str) -> None:
    left = counts.get(key, 0) - 1
    if left > 0:
        counts[key] = left
    else:
        counts.pop(key, None)
