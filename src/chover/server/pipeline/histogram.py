"""A histogram of durations, in the model of Prometheus."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from typing import Final

from chover.ports.measures import Measure, Sample

BOUNDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""The bounds of the histogram of commits, in seconds, inclusive."""


class Durations:
    """A histogram: how many operations took how long."""

    __slots__ = ("_counts", "_sum")

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def note(self, seconds: float) -> None:
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def measure(self, name: str, meaning: str) -> Measure:
        upto = list(itertools.accumulate(self._counts))
        bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
        buckets = [Sample(count, {"le": bound}, "_bucket") for bound, count in zip(bounds, upto, strict=True)]
        return Measure(
            name, "histogram", meaning, [*buckets, Sample(self._sum, {}, "_sum"), Sample(upto[-1], {}, "_count")]
        )
