"""What people have told those who look after channels, and the operators of the server."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

MOST: Final = 100
"""Open reports of one channel, or of the server; of more the oldest go."""
KEPT: Final = 90 * 86_400_000
"""In milliseconds: older ones go."""


class Report(msgspec.Struct, frozen=True):
    """``channel`` is the id of the channel whose operators look after it; empty: the operators of the server."""

    channel: str
    at: int
    """In milliseconds since 1970."""
    reporter: str
    about: str
    """The nick, and in ``mask`` all that is known of who it was."""
    mask: str
    text: str
    place: str = ""
    """The name of the channel where it happened."""
    quote: str = ""
    msgid: str = ""
    no: int = 0
    """By which it is called; 0: not kept yet."""


class Reports(Protocol):
    """Each method is one transaction, as durable as an append. Raises StoreError."""

    async def add(self, report: Report) -> Report:
        """With its number. What is too old, or too much for one channel, goes."""

    async def open(self, channel: str) -> list[Report]:
        """Those that nobody has closed, the oldest first."""

    async def close(self, channel: str, no: int) -> bool:
        """Whether it was there."""
