"""By which names this server is asked for: against pages that have their own name lead here (DNS rebinding).

A browser that was led here by such a name lets the page of that name read what is answered, and is in a place where its
visitor may do more than a stranger. So no name counts that anybody could have registered.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

_PRIVATE: Final = ("local", "localhost", "internal", "home.arpa", "lan")
"""Names below these belong to a machine or to the network that it is in, and to nobody elsewhere (RFC 6762, RFC 6761,
RFC 8375, ICANN 2024-07-29; routers give ``lan``). So do names without a dot."""


class OwnNames:
    """Names that are ours: the configured ones, those of our certificates, and those that nobody outside can have."""

    def __init__(self, certified: Callable[[], Iterable[str]] = tuple) -> None:
        """``certified`` gives the names of the certificates as they are now; they may begin with ``*.``."""
        self._certified = certified
        self._configured: frozenset[str] = frozenset()

    def configure(self, places: Sequence[str]) -> None:
        """From now on these, and no others; hosts with or without a port, or URLs."""
        self._configured = frozenset(map(name_in, places)) - {""}

    def includes(self, place: str) -> bool:
        """Whether a host, with or without a port, is this server. An address is: no name has led to it."""
        name = name_in(place)
        return bool(name) and (
            "." not in name
            or name in self._configured
            or name.endswith(tuple(f".{each}" for each in _PRIVATE))
            or any(_covers(pattern.lower(), name) for pattern in self._certified())
            or _is_address(name)
        )


def name_in(place: str) -> str:
    """The host of a host, a host with port, or a URL, in lower case; empty where there is none."""
    try:
        found = urlsplit(place if "://" in place else f"//{place}").hostname
    except ValueError:
        return ""
    return (found or "").rstrip(".")


def _covers(pattern: str, name: str) -> bool:
    """RFC 9525, 6.3: ``*`` stands for one label, the first."""
    return name == pattern or (pattern.startswith("*.") and name.partition(".")[2] == pattern[2:])


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
