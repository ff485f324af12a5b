"""The emoji of the server in a text: ``:name:`` of a known name. tests/custom_emoji.json checks both clients."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

_NAME: Final = re.compile(r":([a-z0-9_-]{2,32})(?=:)")


def parts(text: str, names: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and whether each is an emoji of these names."""
    at = 0
    for found in _NAME.finditer(text) if names and ":" in text else ():
        if found.start() >= at and found[1] in names:
            if found.start() > at:
                yield text[at : found.start()], False
            yield found[0] + ":", True
            at = found.end() + 1
    if at < len(text):
        yield text[at:], False
