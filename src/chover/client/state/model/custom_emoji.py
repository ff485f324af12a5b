"""The names of the server's emoji, and which list of them is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

VERSION: Final = "chover.chat/EMOJI"
"""The token of 005 with the version of the list."""
MOST: Final = 1000
"""Names that are kept."""
_ENTRY: Final = re.compile(r"([a-z0-9_-]{2,32})=([A-Za-z0-9_-]{22})")


class CustomEmoji:
    """``version`` is that of the list that is known; empty for none."""

    def __init__(self) -> None:
        self.version = ""
        self.names: frozenset[str] = frozenset()
        self._arriving: set[str] = set()

    def is_new(self, version: str) -> bool:
        """Whether the list of this version has to be asked for. Without one there are no emoji."""
        if not version:
            self.version, self.names = "", frozenset()
        return version != self.version

    def told(self, params: Sequence[str]) -> None:
        """A line of the answer: the version and a part of the list, or at the end the version alone."""
        if len(params) > 1:
            found = (_ENTRY.fullmatch(word) for word in params[1].split())
            self._arriving.update(entry[1] for entry in found if entry)
        elif params and len(self._arriving) <= MOST:
            self.version, self.names = params[0].removeprefix("*"), frozenset(self._arriving)
        if len(params) < 2 or len(self._arriving) > MOST:
            self._arriving = set()
