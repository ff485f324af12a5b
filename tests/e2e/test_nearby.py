"""Servers that announce themselves, found by real mDNS: over this machine's loopback, and by real processes."""

import asyncio
import os
import re
import secrets
import signal
import sys
from pathlib import Path

import ifaddr
import msgspec
import pytest
from zeroconf import InterfaceChoice, IPVersion
from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

from chover.client.connection.discovery import look
from chover.config import Config
from chover.edge.announce import Announcer, addresses_of
from chover.wire.lan import SERVICE
from tests.e2e.people import Person, free_port
from tests.e2e.server import Server
from tests.terminal import BOUND

HERE = ("127.0.0.1",)


@pytest.fixture
def network():
    """A name that nobody else announces meanwhile."""
    return f"Tea{secrets.token_hex(4)}"


@pytest.fixture
async def announce(network):
    """Announce the network at an address, over loopback."""
    made = []

    async def begin(address, port):
        announcer = Announcer(["0.0.0.0"], port, interfaces=HERE, addresses=lambda _: (address,))
        made.append(announcer)
        settings = {"network": network, "name": "kettle.example", "announce": True}
        await announcer.follow(msgspec.convert({"server": settings}, Config))
        return announcer

    yield begin
    for announcer in made:
        await announcer.close()


async def seen(network, wanted):
    """Look until the servers of the network are those that are wanted."""
    found = None
    async with asyncio.timeout(2 * BOUND):
        while found != wanted:
            heard = await look(interfaces=HERE)
            found = {one.name: str(one.server) for one in heard if one.name.startswith(network)}


async def test_what_is_announced_is_found_until_it_says_goodbye_and_a_taken_name_gets_a_number(announce, network):
    first = await announce("192.0.2.77", 6667)
    await seen(network, {f"{network} on kettle": "192.0.2.77:6667"})
    await announce("192.0.2.78", 6668)
    second = {f"{network} on kettle-2": "192.0.2.78:6668"}
    await seen(network, {f"{network} on kettle": "192.0.2.77:6667", **second})
    await first.close()
    await seen(network, second)


def _links():
    """Addresses of IPv6 links, on which multicast works."""
    return [ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv6 and ip.ip[0].startswith("fe80")]


@pytest.mark.skipif(not _links(), reason="no interface of this machine has an IPv6 link")
async def test_what_is_announced_on_every_interface_is_found_over_ipv6(network):
    announcer = Announcer(["::"], 6667, addresses=lambda _: ("2001:db8::77",))
    settings = {"network": network, "name": "kettle.example", "announce": True}
    await announcer.follow(msgspec.convert({"server": settings}, Config))
    heard = asyncio.get_running_loop().create_future()

    def found(name, **_):
        if name.startswith(network) and not heard.done():
            heard.set_result(name)

    ear = AsyncZeroconf(interfaces=InterfaceChoice.All, ip_version=IPVersion.V6Only)
    browser = AsyncServiceBrowser(ear.zeroconf, SERVICE, handlers=[found])
    try:
        assert await asyncio.wait_for(heard, BOUND) == f"{network} on kettle.{SERVICE}"
        one = next(one for one in await look() if one.name.startswith(network))
        assert str(one.server) == "[2001:db8::77]:6667"
    finally:
        await browser.async_cancel()
        await ear.async_close()
        await announcer.close()


class AtNobodys(Person):
    """``chover chat`` without an address on a machine whose own server does not run."""

    def __init__(self, home):
        port = str(free_port())
        super().__init__(home, "ann", sys.executable, "-m", "chover", "chat", "--nick", "ann", CHOVER_SERVER_PORT=port)


async def picked(person, network):
    """Look again until the network is in the list, and pick it; False where there is no list."""
    terminal = person.terminal
    async with asyncio.timeout(2 * BOUND):
        while True:
            asked = await terminal.matches(r"Enter to look again: *$|announces itself")
            if "announces itself" in asked:
                return False
            found = re.search(rf"(\d+)  {network} on ", "\n".join(terminal.lines))
            if found:
                terminal.type(f"{found[1]}\r")
                return True
            terminal.screen.reset()
            terminal.type("\r")


@pytest.fixture
def serving(tmp_path, network):
    """Start a server that listens in the network."""
    if not addresses_of(["0.0.0.0"]):
        reason = "this machine has no network address, where anything could be announced"
        (pytest.fail if os.environ.get("CHOVER_NOTHING_SKIPPED") else pytest.skip)(reason)
    started = []

    def start(*arguments):
        server = Server(tmp_path, *arguments, CHOVER_SERVER_NETWORK=network)
        server.host = "0.0.0.0"
        started.append(server.start())
        return server

    yield start
    for server in started:
        assert server.stop() == 0
        assert not server.trouble()


async def test_a_server_of_the_local_network_is_found_picked_and_chatted_on(tmp_path, network, serving):
    server = serving("--announce")
    while not await chats(tmp_path, network):
        pass
    assert f"announced in the local network as {network} on " in server.log()


async def test_a_reload_begins_to_announce_and_ends_it(tmp_path, network, serving):
    settings = tmp_path / "chover.toml"
    settings.write_text("")
    server = serving("--config", str(settings))
    for announce in ("true", "false"):
        settings.write_text(f"[server]\nannounce = {announce}")
        server.signal(signal.SIGHUP)
        await announced(network, announce == "true")


async def announced(network, wanted):
    """Look until the network is there, or is gone."""
    async with asyncio.timeout(2 * BOUND):
        while any(one.name.startswith(network) for one in await look()) is not wanted:
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="what a process has mapped is read from /proc")
def test_anyone_who_announces_nothing_has_no_mdns_in_memory(server):
    assert "zeroconf" not in Path(f"/proc/{server.pid}/maps").read_text()


async def chats(home, network):
    """Whether somebody found the server and was let in."""
    person = AtNobodys(home)
    try:
        if not await picked(person, network):
            return False
        await person.terminal.shows("1>#lobby")
        await person.terminal.shows("First connection to")
        await person.say("/quit")
        assert await person.terminal.ends() == 0
        return True
    finally:
        await person.close()
