"""How much is allowed: token buckets, and connections for each address (of IPv6 for the /64)."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Final

from chover.config import LimitSettings
from chover.ports import Refused
from chover.wire.networks import holder

ADDRESSES_REMEMBERED: Final = 4096
"""Rates of so many addresses are kept; the longest unseen one is forgotten first."""


class Bucket:
    """A token bucket: ``burst`` tokens at first, ``rate`` a second come back."""

    __slots__ = ("_burst", "_rate", "_seen", "_tokens")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst, self._tokens, self._seen = rate, burst, burst, now

    def take(self, now: float) -> float:
        """0 when a token was taken, else the seconds until there is one."""
        self._tokens = min(self._burst, self._tokens + (now - self._seen) * self._rate)
        self._seen = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._rate


class Gate:
    """Counts connections, in all and for each address. A limit of 0 is none."""

    def __init__(self, limits: LimitSettings, clock: Callable[[], float]) -> None:
        self.limits = limits
        self._clock = clock
        self._count: dict[str, int] = {}
        self._registered: dict[str, int] = {}
        self._rates: OrderedDict[str, Bucket] = OrderedDict()
        self.total = 0
        self.refused: Counter[str] = Counter(dict.fromkeys(("banned", "full", "address", "unregistered", "rate"), 0))
        """Connections by why they were refused, since the start."""

    def admit(self, address: str) -> None:
        """Raises Refused at a limit."""
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
        """Count one of an address's connections under another one. Raises Refused, and then nothing has changed."""
        self.dismiss(address)
        try:
            self.admit(other)
        except Refused:
            self.count(address)
            raise

    def move_back(self, address: str, other: str) -> None:
        """Undo it: the handler gives a connection back as it came. Does nothing for an empty ``address``."""
        if address:
            self.dismiss(other)
            self.count(address)

    def count(self, address: str) -> None:
        """Count a connection that was let in already, whatever the limits say."""
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
        """That user is gone; its connection is counted until it is dismissed."""
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
