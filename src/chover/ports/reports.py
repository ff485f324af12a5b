"""Reports: what people have told the operators of a channel or of the server."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec

MOST: Final = 100
"""Open reports of one channel, or of the server. If there are more, the oldest are deleted."""
KEPT: Final = 90 * 86_400_000
"""In milliseconds: older reports are deleted."""


class Report(msgspec.Struct, frozen=True):
    """``channel`` is the id of the channel whose operators handle it; empty: the operators of the server do."""

    channel: str
    at: int
    """In milliseconds since 1970."""
    reporter: str
    about: str
    """The nick of the person reported; ``mask`` has everything known about them."""
    mask: str
    text: str
    place: str = ""
    """The name of the channel where it happened."""
    quote: str = ""
    msgid: str = ""
    no: int = 0
    """Its number; 0: not kept yet."""


class Reports(Protocol):
    """Each method is one transaction, as durable as an append. Raises StoreError."""

    async def add(self, report: Report) -> Report:
        """Add a report and return it with its number. Reports beyond the limits above are deleted."""

    async def open(self, channel: str) -> list[Report]:
        """The reports that nobody has closed, the oldest first."""

    async def close(self, channel: str, no: int) -> bool:
        """Close a report. Returns whether it was open."""
