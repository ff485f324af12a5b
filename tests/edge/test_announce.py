"""A server that announces itself: when, under which name, and until when."""

import asyncio
import logging

import ifaddr
import msgspec
import pytest
from tests.doubles.mdns import Air
from zeroconf import IPVersion

from chover.config import Config
from chover.edge import announce as announce_module
from chover.edge.announce import Announcer, addresses_of

OURS = "Tea on kettle._chover._tcp.local."
OURS_TOO = "Tea on kettle-2._chover._tcp.local."


def config(**server):
    return msgspec.convert({"server": {"network": "Tea", "name": "kettle.example", **server}}, Config)


ON, OFF = config(announce=True), config()


@pytest.fixture
async def air(monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    filled = Air()
    filled.fill(monkeypatch)
    return filled


@pytest.fixture
async def announce():
    """Make announcers, which are closed at the end."""
    made = []

    def make(*bound, here=("192.0.2.9",)):
        addresses = here if callable(here) else lambda _: here
        made.append(Announcer(bound or ("0.0.0.0", "::"), 6667, addresses=addresses, look_seconds=0.001))
        return made[-1]

    yield make
    for announcer in made:
        await announcer.close()


async def test_it_is_announced_with_its_place_and_says_goodbye(air, announce, caplog):
    announcer = announce()
    await announcer.follow(ON)
    await air.until(lambda: air.services)
    said = air.services[OURS]
    assert (said.port, said.parsed_addresses()) == (6667, ["192.0.2.9"])
    assert said.decoded_properties == {"txtvers": "1", "name": "Tea", "tls": "1"}
    await announcer.close()
    assert not air.services
    assert air.gone == [OURS]


async def test_nothing_is_announced_unless_it_is_asked_for(air, announce):
    await announce().follow(OFF)
    assert air.interfaces == []


async def test_a_reload_begins_and_ends_it(air, announce):
    announcer = announce()
    await announcer.follow(OFF)
    await announcer.follow(ON)
    await air.until(lambda: OURS in air.services)
    await announcer.follow(ON)
    assert air.gone == []
    await announcer.follow(config(announce=True, network="Coffee"))
    await air.until(lambda: "Coffee on kettle._chover._tcp.local." in air.services)
    await announcer.follow(OFF)
    assert not air.services


@pytest.mark.parametrize("bound", [("127.0.0.1",), ("127.0.0.1", "::1")])
async def test_anyone_who_listens_on_loopback_alone_is_told_that_it_makes_no_sense(air, announce, caplog, bound):
    await announce(*bound).follow(ON)
    assert air.interfaces == []
    (line,) = caplog.messages
    assert line.startswith("this server is not announced: only this machine can connect to 127.0.0.1")


async def test_anyone_who_is_reached_by_a_proxy_alone_is_told_that_it_makes_no_sense(air, announce, caplog):
    await announce().follow(config(announce=True, proxy=True))
    assert air.interfaces == []
    assert "everybody connects through a proxy here" in caplog.text


async def test_a_name_that_is_taken_gets_a_number(air, announce, caplog):
    air.taken.add(OURS)
    await announce().follow(ON)
    await air.until(lambda: OURS_TOO in air.services)
    await until_logged(caplog, "announced in the local network as Tea on kettle-2")


async def test_a_machine_that_moves_is_announced_where_it_is(air, announce):
    here = ["192.0.2.9"]
    await announce(here=lambda _: tuple(here)).follow(ON)
    await air.until(lambda: OURS in air.services)
    here[:] = ["192.0.2.10"]
    await air.until(lambda: OURS in air.services and air.services[OURS].parsed_addresses() == ["192.0.2.10"])
    assert air.gone == [OURS]


async def test_a_machine_without_a_network_is_announced_once_it_has_one(air, announce, caplog):
    here = []
    await announce(here=lambda _: tuple(here)).follow(ON)
    await until_logged(caplog, "not announced yet: this machine has no network address")
    here.append("192.0.2.9")
    await air.until(lambda: air.services)


async def test_what_stands_in_the_way_is_said_once_and_tried_again(air, announce, caplog):
    air.broken = OSError(98, "Address already in use")
    await announce().follow(ON)
    await until_logged(caplog, "Address already in use")
    air.broken = None
    await air.until(lambda: air.services)
    assert caplog.text.count("Address already in use") == 1


async def test_it_is_announced_only_where_it_listens(air, announce):
    await announce("192.0.2.9").follow(ON)
    await air.until(lambda: air.services)
    assert air.interfaces == [["192.0.2.9"]]


def test_the_addresses_are_those_that_lead_here_from_elsewhere():
    assert addresses_of(["192.0.2.9", "127.0.0.1", "2001:db8::9", "::1"]) == ("192.0.2.9", "2001:db8::9")


def test_an_address_of_a_link_leads_nobody_here():
    assert addresses_of(["fe80::1%eth0", "fe80::2"]) == ()


def test_where_no_way_leads_out_every_interface_is_all_that_the_machine_has(monkeypatch):
    mine = [ifaddr.IP("127.0.0.1", 8, "lo"), ifaddr.IP("192.0.2.9", 24, "eth0"), ifaddr.IP("198.51.100.1", 24, "eth1")]
    mine += [ifaddr.IP(("fe80::1", 0, 2), 64, "eth0"), ifaddr.IP(("2001:db8::9", 0, 0), 64, "eth0")]
    monkeypatch.setattr(announce_module, "_way_out", lambda *_: "")
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: [ifaddr.Adapter("all", "all", mine)])
    assert addresses_of(["0.0.0.0", "::"]) == ("192.0.2.9", "198.51.100.1", "2001:db8::9")
    assert addresses_of(["0.0.0.0"]) == ("192.0.2.9", "198.51.100.1")


def test_every_interface_is_the_one_of_the_way_out():
    everywhere = addresses_of(["0.0.0.0", "::"])
    assert len(everywhere) <= 2
    assert not {"0.0.0.0", "::", "127.0.0.1", "::1"} & set(everywhere)


async def until_logged(caplog, text):
    async with asyncio.timeout(10):
        while text not in caplog.text:
            await asyncio.sleep(0)


@pytest.mark.parametrize(("without", "version"), [(False, IPVersion.All), (True, IPVersion.V4Only)])
async def test_it_is_announced_over_ipv6_where_the_machine_has_it(air, announce, without, version):
    air.without_ipv6 = without
    await announce().follow(ON)
    await air.until(lambda: air.services)
    assert air.versions == [version]
