"""Where this server goes by itself when somebody names an address: to the public network, and nowhere inside.

Whoever may name an address could else have the server ask its own machine, its neighbours or the metadata of its cloud
(server-side request forgery, OWASP). Numeric addresses alone are judged, at the moment of connecting.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

SCHEMES: Final = ("https", "http")
URL_CHARS: Final = 2000
_NAT64: Final = ip_network("64:ff9b::/96")
"""RFC 6052: IPv4 written as IPv6 by the network's translator."""


class Guard:
    """``networks`` are allowed although they are not public."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self.allow(networks)

    def allow(self, networks: Iterable[str]) -> None:
        """From now on these, and no others."""
        self._networks = [ip_network(network, strict=False) for network in networks]

    def allows(self, address: str) -> bool:
        """Whether a numeric address may be connected to."""
        try:
            found = _plain(ip_address(address.partition("%")[0]))
        except ValueError:
            return False
        return any(found in network for network in self._networks) or (found.is_global and not found.is_multicast)


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, whichever way it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


def require_url(url: str) -> None:
    """Raises ValueError with one line for what is no address of the web."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or len(url) > URL_CHARS or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"{url[:100]} is no address; give it as https://example.org/path")
