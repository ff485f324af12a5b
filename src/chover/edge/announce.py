"""Announces the server in the local network by mDNS, if the operator asks for it.

An announcement is an entry in a list, and no proof of anything: clients check the certificate as with any server
(docs/protocol.md, "In the local network").
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import secrets
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from chover.config import Config
from chover.edge.background_import import IMPORTING
from chover.wire.lan import SERVICE, VERSION, instance, name_of

if TYPE_CHECKING:
    from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

log: Final = logging.getLogger(__name__)

LOOK_SECONDS: Final = 15.0
"""How often the addresses of the machine are checked, because a laptop changes networks."""
GOODBYE_SECONDS: Final = 2.0
"""Time limit for the goodbye, which is three packets in a quarter of a second."""
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared
# Addresses reserved for documentation (RFC 5737, RFC 3849): finding the route to them sends nothing.
_NOBODYS: Final = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


class Announcer:
    """Announces a server under its current addresses, from ``follow`` to ``close``.

    ``bound`` are the addresses that the server listens on. ``interfaces`` are addresses of this machine on which it is
    announced; by default those that it listens on.
    """

    def __init__(
        self,
        bound: Sequence[str],
        port: int,
        *,
        interfaces: Sequence[str] = (),
        addresses: Callable[[Sequence[str]], tuple[str, ...]] | None = None,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._bound = bound
        self._port = port
        self._interfaces = list(interfaces) or [host for host in bound if host not in _EVERYWHERE]
        self._addresses = addresses or addresses_of
        self._look_seconds = look_seconds
        self._network = self._name = ""
        self._keeping: asyncio.Task[None] | None = None
        self._said = ""

    async def follow(self, config: Config) -> None:
        """Announce the server as the settings say now, or stop announcing it."""
        server = config.server
        name = instance(server.network, server.name or socket.gethostname()) if server.announce else ""
        if name and (obstacle := _obstacle(self._bound, proxy=server.proxy)):
            log.warning("this server is not announced: %s", obstacle)
            name = ""
        if name == self._name:
            return
        await self.close()
        self._network, self._name = server.network, name
        if name:
            self._keeping = asyncio.get_running_loop().create_task(self._keep())

    async def close(self) -> None:
        """Say goodbye, for at most GOODBYE_SECONDS."""
        keeping, self._keeping, self._name = self._keeping, None, ""
        if keeping is not None:
            keeping.cancel()
            await asyncio.wait([keeping], timeout=GOODBYE_SECONDS)

    async def _keep(self) -> None:
        while True:
            addresses = self._addresses(self._bound)
            if addresses:
                await self._announce(addresses)
            else:
                self._say("not announced yet: this machine has no network address")
                await asyncio.sleep(self._look_seconds)

    async def _announce(self, addresses: tuple[str, ...]) -> None:
        """Run until the addresses change, or there is no network to announce in."""
        try:
            speaker = await self._speak()
        except (OSError, RuntimeError) as error:
            self._say(f"not announced, trying again in {self._look_seconds:g} s: {error}")
            await asyncio.sleep(self._look_seconds)
            return
        try:
            info = self._service(addresses)
            await (await speaker.async_register_service(info, allow_name_change=True))
            self._say(f"announced in the local network as {name_of(info.name)}, {' and '.join(addresses)} (mDNS)")
            await self._until_elsewhere(addresses)
        except Exception:
            log.exception("announcing failed, trying again in %g s", self._look_seconds)
            await asyncio.sleep(self._look_seconds)
        finally:
            await speaker.async_close()

    async def _until_elsewhere(self, addresses: tuple[str, ...]) -> None:
        while True:
            await asyncio.sleep(self._look_seconds)
            if self._addresses(self._bound) != addresses:
                return

    async def _speak(self) -> AsyncZeroconf:
        """Start mDNS in the local network. Raises OSError, and RuntimeError if there is no network."""
        await asyncio.to_thread(_import)
        from zeroconf import InterfaceChoice, IPVersion  # noqa: PLC0415 - imported by the thread, and only looked up here
        from zeroconf.asyncio import AsyncZeroconf  # noqa: PLC0415

        if self._interfaces:
            return AsyncZeroconf(interfaces=self._interfaces)
        try:
            return AsyncZeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.All)
        except (OSError, RuntimeError):
            # A machine without IPv6.
            return AsyncZeroconf(interfaces=InterfaceChoice.All)

    def _service(self, addresses: tuple[str, ...]) -> AsyncServiceInfo:
        from zeroconf.asyncio import AsyncServiceInfo  # noqa: PLC0415 - imported by the thread

        return AsyncServiceInfo(
            SERVICE,
            f"{self._name}.{SERVICE}",
            port=self._port,
            properties={"txtvers": VERSION, "name": self._network, "tls": "1"},
            # It gets its own name, because the machine's name belongs to the machine's own responder.
            server=f"chover-{secrets.token_hex(4)}.local.",
            parsed_addresses=list(addresses),
        )

    def _say(self, text: str) -> None:
        """Log a line, but not the same one twice in a row."""
        if text != self._said:
            log.info("%s", text)
        self._said = text


def _import() -> None:
    with IMPORTING:
        import zeroconf.asyncio  # noqa: F401, PLC0415 - this is the thread


def _obstacle(bound: Sequence[str], *, proxy: bool) -> str:
    """Why nobody who finds the server could connect, or ""."""
    if proxy:
        return "everybody connects through a proxy here (server.proxy); switch server.announce off"
    if all(_is_loopback(host) for host in bound):
        where = " and ".join(bound)
        return f"only this machine can connect to {where}; listen on every interface, or switch server.announce off"
    return ""


def addresses_of(bound: Sequence[str]) -> tuple[str, ...]:
    """The addresses by which others in the local network can reach the server.

    If it listens on every interface, these are the addresses of the default route, because others (bridges, tunnels)
    lead nowhere for others. In a network without a default route, these are all addresses of the machine.
    """
    everywhere = [host for nobody in _NOBODYS if _any_of(nobody[0]) in bound if (host := _way_out(*nobody))]
    if not everywhere:
        everywhere = [host for family, _ in _NOBODYS if _any_of(family) in bound for host in _own(family)]
    named = [host for host in bound if host not in _EVERYWHERE]
    return tuple(dict.fromkeys(host for host in [*everywhere, *named] if _leads_here(host)))


def _any_of(family: socket.AddressFamily) -> str:
    return "::" if family == socket.AF_INET6 else "0.0.0.0"  # noqa: S104 - compared


def _way_out(family: socket.AddressFamily, nobody: str) -> str:
    """Our address on the default route, found without sending anything; "" if there is no route."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((nobody, 9))
            return str(probe.getsockname()[0])
    except OSError:
        return ""


def _own(family: socket.AddressFamily) -> list[str]:
    """All addresses of this machine."""
    import ifaddr  # noqa: PLC0415 - only where there is no way out

    found = [address for adapter in ifaddr.get_adapters() for address in adapter.ips]
    return [
        str(each.ip if each.is_IPv4 else each.ip[0]) for each in found if each.is_IPv4 is (family == socket.AF_INET)
    ]


def _leads_here(host: str) -> bool:
    """Whether other machines can use it. A link-local IPv6 address needs a zone, which differs between machines."""
    return not _is_loopback(host) and "%" not in host and not host.lower().startswith("fe80:")


def _is_loopback(host: str) -> bool:
    return ipaddress.ip_address(host.partition("%")[0]).is_loopback
