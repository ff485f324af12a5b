"""What the local network has: a list of what others say, made harmless."""

import pytest
from zeroconf import IPVersion

from chover.client.connection.dial import ServerAddress
from chover.client.connection.discovery import MOST, NoNetwork, look
from tests.doubles.mdns import Air


@pytest.fixture
def air(monkeypatch):
    filled = Air()
    filled.fill(monkeypatch)
    return filled


async def listed():
    return [(one.name, str(one.server)) for one in await look(0)]


async def test_an_empty_network_has_no_servers(air):
    assert await look(0) == []


async def test_servers_are_listed_by_name_with_their_place(air):
    air.put("Tea on kettle", "192.0.2.9")
    air.put("Coffee on mill", "192.0.2.7", port=6667)
    assert await listed() == [("Coffee on mill", "192.0.2.7:6667"), ("Tea on kettle", "192.0.2.9:55555")]
    assert (await look(0))[0].server == ServerAddress("192.0.2.7", 6667)


async def test_of_several_addresses_the_one_without_zones_is_taken(air):
    air.put("Tea", "fe80::1", "2001:db8::9", "192.0.2.9")
    air.put("Coffee", "fe80::1", "2001:db8::9")
    assert await listed() == [("Coffee", "[2001:db8::9]:55555"), ("Tea", "192.0.2.9:55555")]


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "224.0.0.251", "::1", "fe80::1"])
async def test_nobody_in_the_network_says_what_listens_on_this_machine(air, address):
    air.put("Tea", address)
    assert await look(0) == []


async def test_a_name_obeys_no_terminal_and_is_no_longer_than_a_label(air):
    air.put("\x9b2J\x80Te\u202ea", "192.0.2.9")
    air.put("x" * 63, "192.0.2.8")
    assert [one.name for one in await look(0)] == ["2JTea", "x" * 63]


async def test_a_name_that_cannot_be_one_is_left_out(air):
    air.put("Tea", "192.0.2.9")
    air.services["\x1b[2JTea._chover._tcp.local."] = air.services["Tea._chover._tcp.local."]
    assert [one.name for one in await look(0)] == ["Tea"]


async def test_anyone_who_does_not_say_where_it_is_is_left_out(air):
    air.put("Silent", "192.0.2.9")
    air.put("Nowhere", "192.0.2.8", port=0)
    air.mute.add("Silent._chover._tcp.local.")
    assert await look(0.001) == []


async def test_anyone_who_says_goodbye_meanwhile_is_left_out(air):
    air.put("Tea", "192.0.2.9")
    air.gone.append("Tea._chover._tcp.local.")
    assert await look(0) == []


async def test_a_crowd_is_cut_off(air):
    for number in range(MOST + 5):
        air.put(f"Tea {number:02}", f"192.0.2.{number + 1}")
    assert len(await look(0)) == MOST


async def test_where_there_is_no_network_it_is_said_why(air):
    air.broken = OSError("no such device")
    with pytest.raises(NoNetwork, match="no such device"):
        await look(0)


@pytest.mark.parametrize(("without", "version"), [(False, IPVersion.All), (True, IPVersion.V4Only)])
async def test_it_is_looked_over_ipv6_where_the_machine_has_it(air, without, version):
    air.without_ipv6 = without
    air.put("Tea on kettle", "2001:db8::7", port=6667)
    assert [str(one.server) for one in await look(0.05)] == ["[2001:db8::7]:6667"]
    assert air.versions == [version]
