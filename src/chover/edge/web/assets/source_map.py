"""Source maps of whole lines (https://tc39.es/ecma426/): a fault in a joined script is shown in the file it is in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

_DIGITS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def made(sources: Sequence[str], lines: Sequence[tuple[int, int] | None]) -> str:
    """``lines`` has the source and the line in it, both from 0, for each line that is from one."""
    found = {"version": 3, "sources": sources, "names": [], "mappings": ";".join(_segments(lines))}
    return json.dumps(found, separators=(",", ":"))


def _segments(lines: Sequence[tuple[int, int] | None]) -> Iterator[str]:
    source, line = 0, 0
    for place in lines:
        if place is None:
            yield ""
            continue
        yield "A" + number(place[0] - source) + number(place[1] - line) + "A"
        source, line = place


def number(value: int) -> str:
    """A number in base 64, its sign in the lowest bit, five bits in a digit."""
    rest, digits = (abs(value) << 1) | (value < 0), ""
    while True:
        rest, digit = rest >> 5, rest & 31
        digits += _DIGITS[digit | 32 if rest else digit]
        if not rest:
            return digits
