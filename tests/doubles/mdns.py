"""mDNS without a network: replaces ``zeroconf.asyncio`` while a test runs (``Air.fill``)."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import zeroconf
import zeroconf.asyncio


class Air:
    """The announced services. ``broken`` is raised for every use; requests about names in ``mute`` are not answered."""

    def __init__(self) -> None:
        self.services: dict[str, zeroconf.ServiceInfo] = {}
        self.taken: set[str] = set()
        self.mute: set[str] = set()
        self.gone: list[str] = []
        self.interfaces: list = []
        self.versions: list = []
        self.without_ipv6 = False
        self.broken: Exception | None = None
        self._changed = asyncio.Event()

    def fill(self, monkeypatch) -> None:
        air = self

        class Voice(_Voice):
            def __init__(self, interfaces, ip_version=zeroconf.IPVersion.V4Only) -> None:
                if air.broken:
                    raise air.broken
                if air.without_ipv6 and ip_version is not zeroconf.IPVersion.V4Only:
                    raise OSError("Address family not supported by protocol")
                air.interfaces.append(interfaces)
                air.versions.append(ip_version)
                super().__init__(air)

        monkeypatch.setattr(zeroconf.asyncio, "AsyncZeroconf", Voice)
        monkeypatch.setattr(zeroconf.asyncio, "AsyncServiceBrowser", _Browser)
        monkeypatch.setattr(zeroconf.asyncio, "AsyncServiceInfo", _Info)

    def put(self, name: str, *addresses: str, port: int = 55555) -> None:
        """Announce a service."""
        full = f"{name}._chover._tcp.local."
        self.services[full] = zeroconf.ServiceInfo(
            "_chover._tcp.local.", full, port=port, parsed_addresses=list(addresses)
        )

    def change(self) -> None:
        self._changed.set()

    async def until(self, found) -> None:
        async with asyncio.timeout(10):
            while not found():
                self._changed.clear()
                await self._changed.wait()


class _Voice:
    def __init__(self, air: Air) -> None:
        self.zeroconf = SimpleNamespace(air=air)
        self._air = air
        self._ours: list[str] = []

    async def async_register_service(self, info, *, allow_name_change):
        assert allow_name_change
        asked, number = info.name, 2
        while info.name in self._air.taken | self._air.services.keys():
            info.name = f"{asked.partition('.')[0]}-{number}.{info.type}"
            number += 1
        self._air.services[info.name] = info
        self._ours.append(info.name)
        self._air.change()
        return asyncio.sleep(0)

    async def async_close(self) -> None:
        for name in self._ours:
            del self._air.services[name]
            self._air.gone.append(name)
        self._air.change()


class _Browser:
    def __init__(self, heard, service_type, *, handlers, question_type) -> None:
        assert question_type is zeroconf.DNSQuestionType.QM
        for name in heard.air.services:
            for change in (zeroconf.ServiceStateChange.Added, zeroconf.ServiceStateChange.Updated):
                handlers[0](zeroconf=heard, service_type=service_type, name=name, state_change=change)
        for name in heard.air.gone:
            change = zeroconf.ServiceStateChange.Removed
            handlers[0](zeroconf=heard, service_type=service_type, name=name, state_change=change)

    async def async_cancel(self) -> None:
        pass


class _Info(zeroconf.ServiceInfo):
    async def async_request(self, heard, timeout, question_type) -> bool:
        if self.name in heard.air.mute:
            await asyncio.Event().wait()
        there = heard.air.services[self.name]
        self.port, self.addresses = there.port, there.addresses_by_version(zeroconf.IPVersion.All)
        return True
