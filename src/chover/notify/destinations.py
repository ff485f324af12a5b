"""Which addresses of the web are taken from people, before anything is sent there (``guard`` judges again then)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from chover.notify.guard import Guard, numeric, require_url

LOOKUP_SECONDS: Final = 5.0
"""For the answer of the DNS."""
THREADS: Final = 4
"""For names that are looked up: a DNS that hangs must not keep threads from those who read and write files."""
Lookup = Callable[[str], Awaitable[list[str]]]

_threads: Final = ThreadPoolExecutor(THREADS, "lookup")


async def addresses_of(host: str) -> list[str]:
    """The numeric addresses of a name. Raises OSError, TimeoutError among them, and UnicodeError."""
    ask = partial(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM)
    async with asyncio.timeout(LOOKUP_SECONDS):
        found = await asyncio.get_running_loop().run_in_executor(_threads, ask)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class Destinations:
    """What hooks and devices may name. ``lookup`` is as ``addresses_of``."""

    def __init__(self, guard: Guard, lookup: Lookup = addresses_of) -> None:
        self.guard, self._lookup = guard, lookup

    def require_written(self, url: str, *, secure: bool = False) -> None:
        """What can be seen of an address without asking anybody. Raises ValueError with one line.

        ``secure``: by https only, except for numeric addresses that are allowed in ``outgoing.networks``.
        """
        require_url(url)
        parts = urlsplit(url)
        address = numeric(parts.hostname or "")
        if secure and parts.scheme != "https" and not self.guard.names(address):
            raise ValueError("A push service is reached by https; give its address as https://example.org/path")
        if address and not self.guard.allows(address):
            raise _inside(address)

    async def require(self, url: str, *, secure: bool = False) -> None:
        """The same, and a name must not lead inside now. One that nobody knows now is judged when something is sent."""
        self.require_written(url, secure=secure)
        host = urlsplit(url).hostname or ""
        try:
            found = [] if numeric(host) else await self._lookup(host)
        except (OSError, UnicodeError):
            return
        if found and not any(self.guard.allows(address) for address in found):
            raise _inside(host)


def _inside(place: str) -> ValueError:
    return ValueError(f"{place} is not in the public network; the operator can allow it in outgoing.networks")
