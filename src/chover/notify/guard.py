"""Which addresses this server may connect to when somebody names them: only the public network.

Otherwise anyone who may name an address could have the server send requests to its own machine, its neighbours or its
cloud's metadata (server-side request forgery, OWASP). Only numeric addresses are checked, at the moment of connecting.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

SCHEMES: Final = ("https", "http")
URL_CHARS: Final = 2000
_STANDS_FOR: Final = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""IPv4 written as IPv6: mapped (RFC 4291, 2.5.5.2), and through a translator (RFC 6052)."""
_UNICAST: Final = IPv6Network("2000::/3")
"""It contains all public IPv6 addresses, but not loopback, ``::/96``, ``::ffff:0:0:0/96``, ``64:ff9b:1::/48``,
``fec0::/10`` or ``5f00::/16``."""
_CLOSED: Final[tuple[IPv4Network | IPv6Network, ...]] = (
    # Protocols of the network itself (RFC 6890): 192.0.0.9 is for port mapping on the router (RFC 7723).
    IPv4Network("192.0.0.0/24"),
    # The relays of 6to4 (RFC 7526).
    IPv4Network("192.88.99.0/24"),
    # The same protocols for IPv6 (RFC 2928), including Teredo (RFC 4380), which leads to an IPv4 address.
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    # 6to4 (RFC 3056) leads to an IPv4 address, and networks no longer route it.
    IPv6Network("2002::/16"),
    # Documentation (RFC 9637).
    IPv6Network("3fff::/20"),
)
_ISATAP: Final = 0x5EFE
"""The third quarter of an address that leads to the IPv4 address in its last one (RFC 5214, 6.1), except for two bits.
"""
_OLD_NUMBERS: Final = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)


class Guard:
    """``networks`` are allowed although they are not public."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self.allow(networks)

    def allow(self, networks: Iterable[str]) -> None:
        """Set the networks that are allowed, replacing earlier ones."""
        self._networks = [ip_network(network, strict=False) for network in networks]

    def allows(self, address: str) -> bool:
        """Whether the server may connect to a numeric address."""
        found = _plain(address)
        return found is not None and (self._names(found) or _is_public(found))

    def names(self, address: str) -> bool:
        """Whether a numeric address is in one of the allowed networks."""
        found = _plain(address)
        return found is not None and self._names(found)

    def _names(self, found: IPv4Address | IPv6Address) -> bool:
        return any(found in network for network in self._networks)


def _plain(address: str) -> IPv4Address | IPv6Address | None:
    """A numeric address without its zone, as IPv4 if it only stands for that; None if it is not an address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and any(found in network for network in _STANDS_FOR):
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found


def _is_public(found: IPv4Address | IPv6Address) -> bool:
    if not found.is_global or found.is_multicast or any(found in network for network in _CLOSED):
        return False
    return isinstance(found, IPv4Address) or (found in _UNICAST and not _leads_inside(found))


def _leads_inside(found: IPv6Address) -> bool:
    """Whether it is an ISATAP address with an IPv4 address that is not public."""
    number = int(found)
    return number >> 32 & 0xFCFFFFFF == _ISATAP and not _is_public(IPv4Address(number & 0xFFFFFFFF))


def numeric(host: str) -> str:
    """The numeric address that a host in a URL is, in any notation (``127.1``, ``0x7f.1``); empty for a name."""
    if _plain(host) is not None:
        return host
    if not _OLD_NUMBERS.fullmatch(host):
        return ""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return ""


def require_url(url: str) -> None:
    """Raises ValueError with one line if it is not a web address."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or len(url) > URL_CHARS or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ValueError(f"{url[:100]} is not an address; an example is https://example.org/path")
