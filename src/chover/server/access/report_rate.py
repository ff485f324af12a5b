"""How often one address may report somebody."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from chover.ports import Denied
from chover.server.access.limits import ADDRESSES_REMEMBERED, Bucket
from chover.wire.networks import holder

AT_ONCE: Final = 3
SECONDS_EACH: Final = 60.0
"""One address may send several reports at once, and one more after each of these seconds."""


class ReportRate:
    """How often an address may report; for IPv6, a /64."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def require(self, address: str, now: float) -> None:
        """Count a report. ``now`` in seconds. Raises Denied."""
        address = holder(address)
        bucket = self._buckets.pop(address, None) or Bucket(1 / SECONDS_EACH, AT_ONCE, now)
        self._buckets[address] = bucket
        if len(self._buckets) > ADDRESSES_REMEMBERED:
            self._buckets.popitem(last=False)
        if wait := bucket.take(now):
            raise Denied(
                "RATE_LIMITED", f"You have reported {AT_ONCE} times in a short time; try again in {wait:.0f} s"
            )
