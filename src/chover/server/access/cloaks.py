"""Cloaks: keyed hashes that everybody sees instead of addresses and accounts.

An address becomes ``who.near.far.guest``. ``who`` is the address itself (for IPv6 the /64, all of which a customer
has), ``near`` and ``far`` are the networks around it. So a ban on ``*!*@*.near.far.guest`` also applies to anyone who
changes the address, but not the provider. Each part is keyed by a secret of the data directory: without it, nobody can
find an address by trying.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

ACCOUNT_BYTES: Final = 8
WHO_BYTES: Final = 5
NET_BYTES: Final = 3
"""Short for readability: a part is only compared together with those after it, 48 bits for a near network."""
PREFIXES: Final = {4: (24, 16), 6: (48, 32)}
"""Bits of the near and of the far network, by version."""
CUSTOMER_BITS: Final = 64
"""What one customer has of IPv6; within it, addresses change automatically (RFC 8981)."""
GUEST: Final = ".guest"
ACCOUNT: Final = ".account"


def shown(address: str) -> str:
    """An address as a parameter of a line, which must not begin with a colon or be empty."""
    return f"0{address}" if address.startswith(":") else address or "localhost"


class Cloaks:
    """``shown`` is off if addresses are displayed as they are (``server.cloak``)."""

    def __init__(self, secret: bytes, *, shown: bool) -> None:
        self._secret = secret
        self.shown = shown
        self._of_address = lru_cache(maxsize=4096)(self._cloaked)

    def of_address(self, address: str) -> str:
        """The cloak of an address; it is always the same for this data directory."""
        if not self.shown:
            return shown(address)
        return self._of_address(address)

    def of_account(self, account: str) -> str:
        """The cloak for all addresses of an account, so that a ban on it applies everywhere."""
        return self._keyed(account, ACCOUNT_BYTES) + ACCOUNT

    def _cloaked(self, address: str) -> str:
        try:
            ip = ip_address(address)
        except ValueError:  # a Unix socket has none
            return self._keyed(address, ACCOUNT_BYTES) + GUEST
        who = address if ip.version == 4 else _network(address, CUSTOMER_BITS)
        nets = [_network(address, bits) for bits in PREFIXES[ip.version]]
        return ".".join([self._keyed(who, WHO_BYTES), *[self._keyed(net, NET_BYTES) for net in nets]]) + GUEST

    def _keyed(self, text: str, size: int) -> str:
        digest = hashlib.blake2b(text.encode(), key=self._secret, digest_size=size).digest()
        return base64.b32encode(digest).decode().rstrip("=").lower()


def _network(address: str, bits: int) -> str:
    return str(ip_network(f"{address}/{bits}", strict=False))


def around(cloak: str, parts: int) -> str:
    """A mask for the hosts that share the last parts of a guest's cloak: 1 for the far network, 2 for the near one."""
    labels = cloak.removesuffix(GUEST).split(".")
    return "*." + ".".join(labels[-parts:]) + GUEST if len(labels) > parts and cloak.endswith(GUEST) else cloak
