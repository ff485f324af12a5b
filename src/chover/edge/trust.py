"""Which proxies are believed, and what one of them says about a request of HTTP."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Trusted:
    """The networks of the proxies that may say who is behind them."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks: tuple[Network, ...] = tuple(ipaddress.ip_network(word, strict=False) for word in networks)
        self.includes = functools.lru_cache(maxsize=256)(self._includes)

    def _includes(self, address: str) -> bool:
        """Whether a numeric address is one of theirs; what is no address is not."""
        try:
            numeric = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(numeric in network for network in self._networks)

    def behind(self, address: str, forwarded: str) -> str:
        """Who asks, by X-Forwarded-For read from the right: the first that no proxy of ours is; else ``address``.

        What stands further left was said by that one and is not believed.
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
    """An address as it is written in X-Forwarded-For, with or without a port; empty for anything else."""
    bare = word.partition("]")[0].lstrip("[") if word.startswith("[") else word
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        # Without a zone: it means something there alone, and may be any text.
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
