"""The names of servers in a local network: DNS-SD (RFC 6763) over multicast DNS (RFC 6762).

See docs/protocol.md, "In the local network".
"""

from __future__ import annotations

from typing import Final

SERVICE: Final = "_chover._tcp.local."
VERSION: Final = "1"
"""``txtvers`` (RFC 6763, 6.7)."""
LONGEST: Final = 58
"""Bytes of a name. A label has 63; the rest is for a number after a name that is taken."""


def instance(network: str, machine: str) -> str:
    """What people pick from a list: the network and the machine. At most LONGEST bytes, and without dots."""
    # A dot would begin another label.
    whole = f"{network} on {machine.partition('.')[0]}".replace(".", "-")
    return "".join(char for char in whole if char.isprintable()).encode()[:LONGEST].decode(errors="ignore").strip()


def name_of(full: str) -> str:
    """The name in the full name of a service, which was written by others."""
    return full.removesuffix(f".{SERVICE}")
