"""The messages that a channel has pinned for everybody, in lines (chover.chat/pins, docs/protocol.md)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from chover.engine.metadata import shared_pins
from chover.server.delivery.recipient import Recipient
from chover.wire.capabilities import Cap
from chover.wire.message import format_line

PER_LINE: Final = 15
"""Msgids in one line: with the longest names of server and channel it stays within the limit."""


def lines(server: str, name: str, pinned: str) -> list[str]:
    """The list in parts, and a line without one at its end."""
    msgids = shared_pins({}, pinned)
    parts = [msgids[at : at + PER_LINE] for at in range(0, len(msgids), PER_LINE)]
    return [
        *(format_line("PINNED", name, " ".join(part), source=server) for part in parts),
        format_line("PINNED", name, source=server),
    ]


def tell(readers: Iterable[Recipient], name: str, pinned: str) -> None:
    """Send the list to those of some sessions that have asked for such."""
    for session in list(readers):
        if Cap.PINS in session.caps:
            session.send("".join(f"{line}\r\n" for line in lines(session.server, name, pinned)).encode())
