"""The holder of an address: limits for each address apply to all addresses of its holder."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

HOLDER_BITS: Final = 64
"""For IPv6: one holder has at least this much, and can change the address at will within it (RFC 8981)."""
SITE_BITS: Final = {4: 24, 6: 48}
"""What one site or customer may have, by the version of IP (RFC 6177)."""


def holder(address: str) -> str:
    """What counts as one holder: an IPv4 address, or the /64 of an IPv6 one. Anything else is returned unchanged."""
    if ":" not in address:
        return address
    parsed = _parsed(address)
    if parsed is None or parsed.version == 4:
        return address if parsed is None else str(parsed)
    return str(ip_network((parsed, HOLDER_BITS), strict=False))


def site(address: str) -> str:
    """The surrounding network: the /24 for IPv4, the /48 for IPv6. Anything else is returned unchanged."""
    parsed = _parsed(address)
    return address if parsed is None else str(ip_network((parsed, SITE_BITS[parsed.version]), strict=False))


def is_this_machine(address: str) -> bool:
    """Also for no address at all, as on a Unix socket of this machine."""
    parsed = _parsed(address)
    return not address or (parsed is not None and parsed.is_loopback)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An IPv4 address written as IPv6 is returned as IPv4."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed
