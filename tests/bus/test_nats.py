"""The bus of several nodes, over a real NATS server that is killed, frozen, and has something against its users."""

import asyncio
import contextlib
import logging
import socket
from functools import partial
from types import SimpleNamespace

import pytest
from nats.aio.client import Client

from chover.bus import encoding, nats
from chover.bus.nats import NatsBus
from chover.engine.events import Event, Joined, Said
from chover.ports import BusError
from tests.bus.contract import END, BusContract, FollowingContract
from tests.doubles.memory_store import MemoryStore
from tests.doubles.stage import Stage
from tests.engine.test_events import BODIES
from tests.servers.nats import guarded, nats_server
from tests.store.making import BOB, MILK, TEA, event, said

__all__ = ["guarded", "nats_server"]

SECONDS = 20
ONE, TWO = b"the first cluster", b"another"


class Ear:
    """What a bus has brought, and waiting for it."""

    def __init__(self, bus):
        self.heard = []
        self._more = asyncio.Event()
        bus.subscribe(self._receive)

    def _receive(self, events):
        self.heard += events
        self._more.set()

    async def hears(self, count):
        async with asyncio.timeout(SECONDS):
            while len(self.heard) < count:
                self._more.clear()
                await self._more.wait()
        return self.heard


async def until(so):
    async with asyncio.timeout(SECONDS):
        while not so():
            await asyncio.sleep(0.01)


@pytest.fixture
async def join(nats_server):
    """Join the bus; all are closed behind the test."""
    async with contextlib.AsyncExitStack() as stack:

        async def joins(cluster=ONE, follow=(TEA, MILK)):
            bus = await NatsBus.connect(nats_server.url())
            stack.push_async_callback(bus.close)
            await bus.enter(cluster)
            bus.follow(follow)
            await bus.followed()
            return bus

        yield joins


class TestNatsBus(BusContract):
    @pytest.fixture
    async def bus(self, join):
        return await join()

    @pytest.fixture
    def settled(self):
        async def sends_all(bus):
            if not bus._client.is_closed:
                await bus._client.flush()

        return sends_all


class TestTwoNatsBuses(FollowingContract):
    @pytest.fixture
    async def here(self, join):
        return await join(follow=())

    @pytest.fixture
    async def there(self, join):
        return await join(follow=())

    @pytest.fixture
    def arrived(self, here, there):
        """A last event has come from each to the other, behind everything before it."""
        ears = Ear(here), Ear(there)

        async def arrives():
            for one, ear in ((there, ears[0]), (here, ears[1])):
                last = event(Joined(), END)
                one.publish([last])
                await until(lambda last=last, ear=ear: last in ear.heard)

        return arrives


async def test_every_kind_of_event_reaches_other_nodes_in_order_and_not_the_own_one_again(join):
    here, there = await join(), await join()
    own, others = Ear(here), Ear(there)
    events = [Event("c1", BOB, body, f"m{seq}", seq, seq) for seq, body in enumerate(BODIES, 1)]
    here.publish(events)
    there.publish([said("an answer")])
    assert await others.hears(len(events) + 1) == [others.heard[0], *events]
    await own.hears(len(events) + 1)
    assert [one.msgid for one in own.heard[:-1]] == [one.msgid for one in events]


async def test_a_turn_is_one_message_for_each_log(join):
    here, there = await join(), await join()
    ear = Ear(there)
    for number in range(50):
        here.publish([said(str(number), "c1" if number % 2 else "c2")])
    await ear.hears(50)
    assert here.published == 2


async def test_what_is_more_than_a_message_of_nats_arrives_in_several(join):
    here, there = await join(), await join()
    ear = Ear(there)
    events = [said("x" * 4000) for _ in range(600)]
    here.publish(events)
    assert await ear.hears(600) == events
    assert here.published > 2


async def test_a_single_event_that_is_too_large_is_lost_to_the_bus_and_told_once(join, caplog):
    here, there = await join(), await join()
    ear = Ear(there)
    here.publish([said("x" * 2_000_000), said("behind it")])
    here.publish([said("x" * 2_000_000)])
    assert [one.body.text for one in await ear.hears(1)] == ["behind it"]
    assert here.lost == 2
    assert "was not sent, they read it from the store" in caplog.text


async def test_two_clusters_on_one_server_do_not_meet(join):
    one, same, other = await join(ONE), await join(ONE), await join(TWO)
    near, far = Ear(same), Ear(other)
    one.publish([said()])
    await near.hears(1)
    await other._client.flush()
    assert far.heard == []


async def test_a_wait_that_was_given_up_leaves_the_bus_listening(join):
    here, there = await join(), await join()
    ear = Ear(there)
    waiting = asyncio.ensure_future(there._client.flush())
    await asyncio.sleep(0)
    waiting.cancel()
    await there._client.flush()
    here.publish([hello := said()])
    await until(partial(ear.heard.__contains__, hello))
    assert there._client.is_connected


async def test_what_is_no_message_of_a_node_is_told_once_and_dropped(join, nats_server, caplog):
    bus, stranger = await join(), Client()
    ear = Ear(bus)
    await stranger.connect(nats_server.url())
    for _ in range(3):
        await stranger.publish(f"chover.{ONE[:8].hex()}.events", b"nonsense")
    await stranger.close()
    await until(lambda: bus._incoming.errors == 3)
    assert ear.heard == []
    assert caplog.text.count("cannot be read, is it from another program?") == 1


def brought(bus, *events):
    """A message as NATS brings it."""
    return SimpleNamespace(subject=f"{bus._prefix}.events", data=encoding.encode(events))


async def test_what_comes_in_one_moment_is_heard_at_once_and_before_what_is_published_here(join):
    bus, heard = await join(), []
    bus.subscribe(lambda events: heard.append([one.body.text for one in events]))
    for text in ("one", "two"):
        await bus._heard(brought(bus, said(text)))
    bus.publish([said("own")])
    assert heard == [["one", "two"], ["own"]]
    await bus._heard(brought(bus, said("three")))
    await until(lambda: heard[-1] == ["three"])


async def test_while_the_server_is_gone_publishing_goes_on_and_afterwards_it_is_heard_again(join, nats_server, caplog):
    caplog.set_level(logging.INFO, nats.__name__)
    here, there = await join(), await join()
    ear, own = Ear(there), Ear(here)
    for round_ in range(2):
        nats_server.kill()
        await until(lambda: not here._client.is_connected and not there._client.is_connected)
        for number in range(100):
            here.publish([said(f"while it is gone {number}")])
            await asyncio.sleep(0)
        nats_server.start()
        await until(lambda: here._client.is_connected and there._client.is_connected)
        await there._client.flush()
        here.publish([back := said(f"back {round_}")])
        await until(partial(ear.heard.__contains__, back))
    assert len(own.heard) == 202
    told = [record.getMessage() for record in caplog.records]
    lost = sum("lost the connection to NATS" in line for line in told)
    # Once for each node and round; a server that has just started may refuse a client once more.
    assert 4 <= lost <= 6
    assert sum("again" in line for line in told) == lost


async def test_more_than_is_kept_for_a_server_that_is_gone_is_lost_and_counted(join, nats_server, monkeypatch):
    monkeypatch.setattr(nats, "WAITING_BYTES", 10_000)
    here = await join()
    nats_server.kill()
    await until(lambda: not here._client.is_connected)
    for _ in range(10):
        here.publish([said("x" * 4000)])
        await asyncio.sleep(0)
    await until(lambda: here.lost)


async def test_a_server_that_answers_no_more_is_taken_for_lost(join, nats_server, monkeypatch):
    monkeypatch.setattr(nats, "PING_SECONDS", 0.05)
    here = await join()
    nats_server.freeze()
    try:
        await until(lambda: not here._client.is_connected)
        here.publish([said()])
    finally:
        nats_server.go_on()
    await until(lambda: here._client.is_connected)


async def test_closing_sends_what_waits(join):
    here, there = await join(), await join()
    ear = Ear(there)
    here.publish([said("the last")])
    await here.close()
    assert [one.body.text for one in await ear.hears(1)] == ["the last"]


async def test_people_on_two_nodes_read_each_message_once_and_in_order_though_nats_dies_in_between(
    join, nats_server, monkeypatch
):
    monkeypatch.setattr("chover.server.pipeline.feed.POLL_SECONDS", 0.05)
    store, buses = MemoryStore(), [await join(), await join()]
    stages = [await Stage.open({"limits.flood": False}, store, bus) for bus in buses]
    here = await stages[0].enter("ann", "#tea", caps="echo-message")
    there = await stages[1].enter("ben", caps="echo-message")
    there.send("JOIN #tea")
    await here.expect("JOIN #tea")
    people = [here, there]
    for number in range(60):
        people[number % 2].send(f"PRIVMSG #tea :{number}")
        await asyncio.sleep(0.002)
        if number == 20:
            nats_server.kill()
        if number == 40:
            nats_server.start()
    for wire in people:
        await until(lambda wire=wire: sum(line.command == "PRIVMSG" for line in wire.log) == 60)
    await until(lambda: all(bus._client.is_connected for bus in buses))
    log = next(log for log in store.logs.values() if len(log) > 60)
    said_there = [event.body.text for event in log if isinstance(event.body, Said)]
    for wire in people:
        await wire.all()
        assert [line.params[1] for line in wire.log if line.command == "PRIVMSG"] == said_there
    received = buses[1]._incoming.received
    here.send("PRIVMSG #tea :by the bus")
    await until(lambda: buses[1]._incoming.received > received)
    for stage in stages:
        await stage.close()


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("nats:/host", "bus.url: nats:/host is no address of NATS: write nats://HOST:4222, or tls://HOST:4222"),
        ("natz://u:secret@host:1", "bus.url: host:1 is no address of NATS: write nats://HOST:4222, or tls://HOST:4222"),
        (
            "nats://host:port",
            "bus.url: nats://host:port is no address of NATS: write nats://HOST:4222, or tls://HOST:4222",
        ),
        ("nats://u:secret@127.0.0.1:1", "NATS at 127.0.0.1:1 does not answer ("),
    ],
)
async def test_an_address_that_is_wrong_is_said_in_one_line_without_the_password(url, line):
    with pytest.raises(BusError) as raised:
        await NatsBus.connect(url)
    assert str(raised.value).startswith(line)
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("user", "line"),
    [
        ("chover:wrong", "refuses this user: check the name and the password in bus.url"),
        ("", "refuses this user: check the name and the password in bus.url"),
        ("reader:right", "let this user publish and subscribe to chover.>"),
        ("writer:right", "let this user publish and subscribe to chover.>"),
    ],
)
async def test_a_user_that_may_not_is_told_what_to_do(guarded, user, line):
    with pytest.raises(BusError, match=f"^NATS at 127.0.0.1:{guarded.port} .*{line}$"):
        await NatsBus.connect(guarded.url(user))


async def test_a_user_that_may_not_hear_its_cluster_is_told_so(guarded):
    bus = await NatsBus.connect(guarded.url("greeter:right"))
    with pytest.raises(BusError, match=r"let this user publish and subscribe to chover\.>$"):
        await bus.enter(ONE)
    await bus.close()


async def test_a_user_that_may_joins(guarded):
    bus = await NatsBus.connect(guarded.url("chover:right"))
    await bus.enter(ONE)
    assert [measure.samples[0].value for measure in bus.measures()] == [True, 0, 0, 0, 0, 0, 0, 0]
    await bus.close()


async def test_of_several_servers_one_that_answers_is_enough(nats_server):
    bus = await NatsBus.connect(f"nats://127.0.0.1:1, {nats_server.url()}")
    await bus.enter(ONE)
    await bus.close()


async def test_a_server_that_accepts_and_says_nothing_is_given_up(monkeypatch):
    silent = socket.create_server(("127.0.0.1", 0))
    port = silent.getsockname()[1]
    with pytest.raises(BusError, match=f"^NATS at 127.0.0.1:{port} does not answer"):
        await NatsBus.connect(f"nats://127.0.0.1:{port}", seconds=0.2)
    silent.close()
