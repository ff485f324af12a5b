"""Which proxies are trusted, and what a trusted proxy reports about an HTTP request."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Trusted:
    """The networks of the proxies that may report the client's address."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks: tuple[Network, ...] = tuple(ipaddress.ip_network(word, strict=False) for word in networks)
        self.includes = functools.lru_cache(maxsize=256)(self._includes)

    def _includes(self, address: str) -> bool:
        """Whether an address belongs to one of them; False for anything that is not an address."""
        try:
            numeric = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(numeric in network for network in self._networks)

    def behind(self, address: str, forwarded: str) -> str:
        """The client's address, from X-Forwarded-For read from the right: the first that is not one of our proxies.

        If there is none, it is ``address``. Entries further left were written by that client and are not trusted.
        """
        if not self.includes(address):
            return address
        for word in reversed([word.strip() for word in forwarded.split(",")]):
            said = _numeric(word)
            if not said:
                break
            address = said
            if not self.includes(said):
                break
        return address


def _numeric(word: str) -> str:
    """An address as written in X-Forwarded-For, with or without a port; empty for anything else."""
    bare = word.partition("]")[0].lstrip("[") if word.startswith("[") else word
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        # Without a zone, which has a meaning only on the proxy and may be any text.
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
