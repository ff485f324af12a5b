"""The names of this server: a protection against pages whose own name resolves to this address (DNS rebinding).

A browser that was led here by such a name lets the page of that name read the answers, and its requests may come from a
place with more rights than a stranger has. So a name that anybody could have registered does not count.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

_PRIVATE: Final = ("local", "localhost", "internal", "home.arpa", "lan")
"""Names below these belong to a machine or to its network, and to nobody elsewhere (RFC 6762, RFC 6761,
RFC 8375, ICANN 2024-07-29; routers give ``lan``). So do names without a dot."""


class OwnNames:
    """The names that are ours: the configured ones, those in our certificates, and those that outsiders cannot own."""

    def __init__(self, certified: Callable[[], Iterable[str]] = tuple) -> None:
        """``certified`` returns the current names in the certificates; they may begin with ``*.``."""
        self._certified = certified
        self._configured: frozenset[str] = frozenset()

    def configure(self, places: Sequence[str]) -> None:
        """Set the configured names: hosts with or without a port, or URLs. Replaces earlier ones."""
        self._configured = frozenset(map(name_in, places)) - {""}

    def includes(self, place: str) -> bool:
        """Whether a host, with or without a port, is this server. IP addresses always are: no name has led to them."""
        name = name_in(place)
        return bool(name) and (
            "." not in name
            or name in self._configured
            or name.endswith(tuple(f".{each}" for each in _PRIVATE))
            or any(_covers(pattern.lower(), name) for pattern in self._certified())
            or _is_address(name)
        )


def name_in(place: str) -> str:
    """The host of a host, a host with port, or a URL, in lower case; empty if there is none."""
    try:
        found = urlsplit(place if "://" in place else f"//{place}").hostname
    except ValueError:
        return ""
    return (found or "").rstrip(".")


def _covers(pattern: str, name: str) -> bool:
    """Whether a pattern covers a name (RFC 9525, 6.3): ``*`` stands for the first label."""
    return name == pattern or (pattern.startswith("*.") and name.partition(".")[2] == pattern[2:])


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
