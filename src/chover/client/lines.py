"""Comparing names, and times on the wire. No I/O."""

from __future__ import annotations

from datetime import UTC, datetime

from chover import names
from chover.wire import ctcp
from chover.wire.message import Message


def key(name: str) -> str:
    """The form in which names are compared."""
    try:
        return names.fold(name)
    except names.BadName:
        return name.lower()


def same(one: str, other: str) -> bool:
    return one == other or key(one) == key(other)


def is_ctcp(message: Message) -> bool:
    """A request or answer between programs, not a message."""
    return ctcp.between_programs(message.params[1])


def iso(at: int) -> str:
    """Milliseconds since 1970 as server-time writes them."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> int | None:
    """Milliseconds since 1970 from a server-time tag; None if it is invalid."""
    try:
        return round(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        return None
