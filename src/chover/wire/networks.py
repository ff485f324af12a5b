"""Whose an address is: what is limited for each address is limited for everything that its holder has."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

HOLDER_BITS: Final = 64
"""Of IPv6: one holder has at least so much, and changes the address at will within it (RFC 8981)."""
SITE_BITS: Final = {4: 24, 6: 48}
"""What one site or customer may have, by the version of IP (RFC 6177)."""


def holder(address: str) -> str:
    """Who counts as one: an IPv4 address, or the /64 of an IPv6 one. What is no address stays as it is."""
    if ":" not in address:
        return address
    parsed = _parsed(address)
    if parsed is None or parsed.version == 4:
        return address if parsed is None else str(parsed)
    return str(ip_network((parsed, HOLDER_BITS), strict=False))


def site(address: str) -> str:
    """The network around it: of IPv4 the /24, of IPv6 the /48. What is no address stays as it is."""
    parsed = _parsed(address)
    return address if parsed is None else str(ip_network((parsed, SITE_BITS[parsed.version]), strict=False))


def is_this_machine(address: str) -> bool:
    """Also for no address at all, as those on a socket of this machine have."""
    parsed = _parsed(address)
    return not address or (parsed is not None and parsed.is_loopback)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An IPv4 address that is written as IPv6 is the IPv4 one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed
