"""Past nicks: the labels of people who left or changed their nick."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from chover.engine.events import Source

REMEMBERED: Final = 1000
"""The maximum number of departures; the oldest is forgotten first."""


class Departed(NamedTuple):
    source: Source
    folded: str
    realname: str
    at: int
    """Milliseconds since 1970."""


class Whowas:
    """Remembers the last departures, in memory only."""

    def __init__(self) -> None:
        self._gone: deque[Departed] = deque(maxlen=REMEMBERED)

    def note(self, source: Source, folded: str, realname: str, at: int) -> None:
        self._gone.append(Departed(source, folded, realname, at))

    def find(self, folded: str) -> Iterator[Departed]:
        """The departures with a nick, the newest first."""
        return (departed for departed in reversed(self._gone) if departed.folded == folded)
