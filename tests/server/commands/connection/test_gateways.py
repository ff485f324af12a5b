"""WEBIRC."""

import pytest
from tests.doubles.stage import Stage

GATEWAY = "10.0.0.7"
SET_UP = '[{"name": "kiwi", "password": "hunter2", "addresses": ["10.0.0.0/24"]}]'


@pytest.fixture
async def stage():
    stage = await Stage.open(environ={"CHOVER_GATEWAYS": SET_UP, "CHOVER_ACCOUNTS_PLAINTEXT_PASSWORDS": "true"})
    yield stage
    await stage.close()


def counted(stage):
    return dict(stage.node.gate._count)


async def brought(stage, line, **peer):
    stage.host.admit(GATEWAY)
    wire = stage.connect(**{"address": GATEWAY} | peer)
    wire.send(line, "NICK nora", "USER nora 0 * :Nora")
    await wire.expect(" 001 ")
    return wire


async def test_anyone_who_is_behind_a_gateway_is_known_and_counted_by_the_own_address(stage):
    wire = await brought(stage, "WEBIRC hunter2 kiwi a.example 198.51.100.3 :secure remote-port=21726")
    peer = wire.session.peer
    assert (peer.address, peer.port, peer.via) == ("198.51.100.3", 21726, GATEWAY)
    assert not peer.tls, "the way from the gateway to here is not secure"
    assert counted(stage) == {"198.51.100.3": 1}
    wire.hang_up()
    assert counted(stage) == {GATEWAY: 1}, "its door gives it back as it came"


async def test_secure_is_what_is_so_on_the_whole_way(stage):
    secure = await brought(stage, "WEBIRC hunter2 kiwi a.example 198.51.100.3 :secure=x local-port=6697", tls=True)
    assert secure.session.peer.tls


async def test_a_way_that_is_not_said_to_be_secure_is_not(stage):
    plain = await brought(stage, "WEBIRC hunter2 kiwi 0::1 0::1", tls=True)
    assert (plain.session.peer.address, plain.session.peer.tls) == ("::1", False)


@pytest.mark.parametrize(
    ("lines", "address", "reason"),
    [
        (["WEBIRC wrong kiwi h 198.51.100.3"], GATEWAY, "Invalid WebIRC password"),
        (["WEBIRC hunter2 kiwi h 198.51.100.3"], "203.0.113.9", "Invalid WebIRC password"),
        (["WEBIRC hunter2 kiwi h nowhere"], GATEWAY, "WEBIRC has no valid address: nowhere"),
        (["NICK nora", "WEBIRC hunter2 kiwi h 198.51.100.3"], GATEWAY, "WEBIRC must be the first command"),
        (["CAP LS 302", "WEBIRC hunter2 kiwi h 198.51.100.3"], GATEWAY, "WEBIRC must be the first command"),
    ],
)
async def test_anyone_who_is_not_believed_is_closed(stage, lines, address, reason):
    wire = stage.connect(address=address)
    wire.send(*lines)
    assert (await wire.expect("ERROR")) == f"ERROR :{reason}"


async def test_anyone_who_is_behind_meets_the_limits(stage):
    for _ in range(stage.node.config.limits.unregistered_per_address):
        stage.node.gate.admit("198.51.100.3")
    stage.host.admit(GATEWAY)
    wire = stage.connect(address=GATEWAY)
    wire.send("WEBIRC hunter2 kiwi h 198.51.100.3")
    assert "Too many connections" in await wire.expect("ERROR")
    assert counted(stage)[GATEWAY] == 1
