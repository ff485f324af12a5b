"""How much of the server's time reading may take, and that nobody is refused."""

import asyncio
from types import SimpleNamespace

import pytest

from chover.config import LimitSettings
from chover.ports import Peer
from chover.server.access.read_budget import BURST_SECONDS, SLOTS, ReadBudget

SHARE, OF_ADDRESS = 0.1, 0.2


def reader_of(user, address, ending=""):
    return SimpleNamespace(user=SimpleNamespace(id=user), peer=Peer(address, 1, "irc"), ending=ending)


class Bench:
    """A clock that goes on with what answers take, and with what is waited for."""

    def __init__(self, **limits):
        self.now, self.waits = 1000.0, []
        settings = LimitSettings(**{"history_share": SHARE, "history_share_per_address": OF_ADDRESS, **limits})
        self.budget = ReadBudget(lambda: settings, lambda: self.now, self.pause)

    async def pause(self, seconds):
        self.waits.append(seconds)
        self.now += seconds

    async def read(self, reader, seconds, kind="page"):
        async def answer():
            self.now += seconds

        before = sum(self.waits)
        await self.budget.run(kind, reader, answer)
        return sum(self.waits) - before


ALICE, ALICES_NEIGHBOUR = reader_of("a1", "192.0.2.1"), reader_of("a2", "192.0.2.1")
BOB = reader_of("b1", "192.0.2.2")


@pytest.fixture
def bench():
    return Bench()


async def test_anyone_who_comes_in_reads_a_lot_at_once_without_waiting(bench):
    for _ in range(100):
        assert await bench.read(ALICE, SHARE * BURST_SECONDS / 101) == 0


async def test_anyone_who_has_used_up_the_share_waits_until_some_is_back(bench):
    await bench.read(ALICE, SHARE * BURST_SECONDS + 1)
    assert await bench.read(ALICE, 0.01) == pytest.approx(10 - 2), (
        "1 s too much, of which some came back while the answer was made"
    )
    began = bench.now
    for _ in range(1000):
        await bench.read(ALICE, 0.01)
    assert 10 / (bench.now - began) == pytest.approx(SHARE, rel=0.02)


async def test_others_do_not_wait_for_it_unless_they_share_the_address(bench):
    await bench.read(ALICE, OF_ADDRESS * BURST_SECONDS * 2)
    assert await bench.read(BOB, 0.01) == 0
    assert await bench.read(ALICES_NEIGHBOUR, 0.01) > 0


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:3::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("this machine", "this machine", True),
    ],
)
async def test_a_customer_has_one_share_for_all_addresses_of_a_network(bench, one, other, shared):
    await bench.read(reader_of("a1", one), OF_ADDRESS * BURST_SECONDS * 2)
    assert (await bench.read(reader_of("a2", other), 0.01) > 0) is shared


async def test_an_answer_that_takes_no_time_counts_all_the_same(bench):
    for _ in range(int(SHARE * BURST_SECONDS / 0.001) + 2):
        await bench.read(ALICE, 0.0)
    assert bench.waits


@pytest.mark.parametrize(
    "limits", [{"flood": False}, {"history_share": 0, "history_share_per_address": 0}], ids=["no flood control", "0"]
)
async def test_it_can_be_switched_off(limits):
    bench = Bench(**limits)
    for _ in range(100):
        assert await bench.read(ALICE, 10) == 0


async def test_for_who_has_left_meanwhile_nothing_is_read(bench):
    gone = reader_of("a1", "192.0.2.1", ending="Connection closed")
    await bench.read(gone, 5)
    assert bench.now == 1000


async def test_so_many_answers_are_made_at_once_and_searches_have_places_of_their_own(bench):
    more, running = asyncio.Event(), []

    async def answer():
        running.append(None)
        await more.wait()

    readers = [reader_of(f"u{number}", f"192.0.2.{number}") for number in range(10)]
    pages = [asyncio.create_task(bench.budget.run("page", reader, answer)) for reader in readers]
    searches = [asyncio.create_task(bench.budget.run("search", reader, answer)) for reader in readers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(running) == SLOTS["page"] + SLOTS["search"]
    more.set()
    await asyncio.gather(*pages, *searches)
    assert len(running) == 20


async def test_an_answer_that_fails_counts_and_gives_its_place_back(bench):
    async def fails():
        bench.now += 1
        raise RuntimeError

    for _ in range(5):
        with pytest.raises(RuntimeError):
            await bench.budget.run("page", ALICE, fails)
    assert bench.waits
