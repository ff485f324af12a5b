"""The metrics of a server, in the model of Prometheus."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

import msgspec


class Sample(msgspec.Struct, frozen=True):
    """One number. ``suffix`` is appended to the name of the metric (_bucket, _sum, _count of a histogram)."""

    value: float
    labels: dict[str, str] = {}
    suffix: str = ""


class Measure(msgspec.Struct, frozen=True):
    """A metric: its name with the unit and without a prefix, and its meaning. A counter's name ends in _total."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    meaning: str
    samples: list[Sample]


def single(name: str, kind: Literal["counter", "gauge"], meaning: str, value: float) -> Measure:
    return Measure(name, kind, meaning, [Sample(value)])


def resident_bytes() -> int:
    """The memory of this process in bytes; 0 if the system does not report it."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
