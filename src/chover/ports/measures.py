"""What a server measures of itself, as Prometheus counts it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

import msgspec


class Sample(msgspec.Struct, frozen=True):
    """One number. ``suffix`` is put behind the name of the measure (_bucket, _sum, _count of a histogram)."""

    value: float
    labels: dict[str, str] = {}
    suffix: str = ""


class Measure(msgspec.Struct, frozen=True):
    """A name with its unit, without a prefix, and what it means. A counter only grows; its name ends in _total."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    meaning: str
    samples: list[Sample]


def single(name: str, kind: Literal["counter", "gauge"], meaning: str, value: float) -> Measure:
    return Measure(name, kind, meaning, [Sample(value)])


def resident_bytes() -> int:
    """The memory of this process; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
