"""Servers that announce themselves in the local network: a list to pick from, and no proof of anything.

See docs/protocol.md, "In the local network". Everything found was written by others; the server is checked when the
connection is made, as with any other.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from chover.client.connection.dial import ServerAddress
from chover.client.display.text import Clean, plain
from chover.wire.lan import SERVICE, name_of

if TYPE_CHECKING:
    from zeroconf import Zeroconf
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

LOOK_SECONDS: Final = 1.5
MOST: Final = 30
"""The maximum number of servers in the list; the addresses of any more are not requested."""
_LONGEST_NAME: Final = 63


class NoNetwork(Exception):
    """There is no local network to search; the text says why."""


class Nearby(NamedTuple):
    """A server that was found."""

    name: Clean
    """The name that it gives itself."""
    server: ServerAddress


async def look(seconds: float = LOOK_SECONDS, *, interfaces: Sequence[str] = ()) -> list[Nearby]:
    """The servers announced within so many seconds, by name; at most MOST. Raises NoNetwork."""
    from zeroconf import DNSQuestionType  # noqa: PLC0415 - 35 ms, and few look around
    from zeroconf.asyncio import AsyncServiceBrowser  # noqa: PLC0415

    ear = _listen(interfaces)
    hearing = _Hearing(round(seconds * 1000))
    try:
        # Answers are requested by multicast: unicast ones get lost on a machine with several listeners on mDNS's port.
        kind = DNSQuestionType.QM
        browser = AsyncServiceBrowser(ear.zeroconf, SERVICE, handlers=[hearing.heard], question_type=kind)
        await asyncio.sleep(seconds)
        await browser.async_cancel()
        return await hearing.found()
    finally:
        await ear.async_close()


def _listen(interfaces: Sequence[str]) -> AsyncZeroconf:
    """Over IPv4 and IPv6, where the machine has it. Raises NoNetwork."""
    from zeroconf import InterfaceChoice, IPVersion  # noqa: PLC0415 - as above
    from zeroconf.asyncio import AsyncZeroconf  # noqa: PLC0415

    try:
        if interfaces:
            return AsyncZeroconf(interfaces=list(interfaces))
        with contextlib.suppress(OSError, RuntimeError):
            return AsyncZeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.All)
        return AsyncZeroconf(interfaces=InterfaceChoice.All)
    except (OSError, RuntimeError) as error:
        raise NoNetwork(str(error)) from error


class _Hearing:
    """Collects names, and requests the address of each."""

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._asking: dict[str, asyncio.Task[Nearby | None]] = {}

    def heard(self, zeroconf: Zeroconf, service_type: str, name: str, state_change: Any) -> None:  # noqa: ARG002 - named by the library
        """A service was added, changed or removed."""
        if state_change.name == "Removed":
            if gone := self._asking.pop(name, None):
                gone.cancel()
        elif name not in self._asking and len(self._asking) < MOST:
            self._asking[name] = asyncio.get_running_loop().create_task(self._ask(zeroconf, name))

    async def _ask(self, zeroconf: Zeroconf, name: str) -> Nearby | None:
        from zeroconf import DNSQuestionType  # noqa: PLC0415 - imported by look
        from zeroconf.asyncio import AsyncServiceInfo  # noqa: PLC0415

        info = AsyncServiceInfo(SERVICE, name)
        known = await info.async_request(zeroconf, self._patience, DNSQuestionType.QM)
        return _nearby(info) if known else None

    async def found(self) -> list[Nearby]:
        """The servers whose address is known by now."""
        for task in self._asking.values():
            if not task.done():
                task.cancel()
        answers = await asyncio.gather(*self._asking.values(), return_exceptions=True)
        different = {answer.server: answer for answer in answers if isinstance(answer, Nearby)}
        return sorted(different.values(), key=lambda one: (one.name, str(one.server)))


def _nearby(info: AsyncServiceInfo) -> Nearby | None:
    host = _best(info.parsed_addresses())
    if not host or not info.port:
        return None
    return Nearby(plain(name_of(info.name)[:_LONGEST_NAME]), ServerAddress(host, info.port))


def _best(addresses: Iterable[str]) -> str:
    """The address to connect to; "" if none belongs to another machine. IPv4 first, because it has no zones."""
    usable = [address for address in map(ipaddress.ip_address, addresses) if _leads_away(address)]
    return str(min(usable, key=lambda address: (address.version, address), default=""))


def _leads_away(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Nobody else knows what listens on this machine's loopback; a link-local IPv6 address would need a zone, too."""
    if address.is_loopback or address.is_unspecified or address.is_multicast:
        return False
    return address.version == 4 or not address.is_link_local
