"""Checks web addresses that people register, before anything is sent there (``guard`` checks again then)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from chover.lookup import addresses_of
from chover.notify.guard import Guard, numeric, require_url

Lookup = Callable[[str], Awaitable[list[str]]]


class Destinations:
    """The addresses that hooks and devices may use. ``lookup`` is like ``addresses_of``."""

    def __init__(self, guard: Guard, lookup: Lookup = addresses_of) -> None:
        self.guard, self._lookup = guard, lookup

    def require_written(self, url: str, *, secure: bool = False) -> None:
        """Check what can be checked without a lookup. Raises ValueError with one line.

        ``secure``: only https, except for numeric addresses that ``outgoing.networks`` allows.
        """
        require_url(url)
        parts = urlsplit(url)
        address = numeric(parts.hostname or "")
        if secure and parts.scheme != "https" and not self.guard.names(address):
            raise ValueError("A push service is reached by https; give its address as https://example.org/path")
        if address and not self.guard.allows(address):
            raise _inside(address)

    async def require(self, url: str, *, secure: bool = False) -> None:
        """The same, and the name must not lead to the internal network now.

        An unknown name is checked when something is sent.
        """
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
