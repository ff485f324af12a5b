"""Wrong passwords slow down whoever sends them."""

import asyncio
import heapq
import itertools

import pytest

from chover.accounts.throttle import LONGEST_SECONDS, PATIENCE_SECONDS, QUEUED, LoginThrottle
from chover.accounts.tries import FORGOTTEN_SECONDS, FREE, REMEMBERED
from chover.ports import Denied

HERE = "192.0.2.1"


class Hours:
    """A clock that goes on when everybody waits."""

    def __init__(self):
        self.now = 1000.0
        self._sleepers = []
        self._numbers = itertools.count()

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), woken))
        await woken

    async def pass_by(self, seconds):
        until = self.now + seconds
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            self.now = self._sleepers[0][0]
            while self._sleepers and self._sleepers[0][0] <= self.now:
                woken = heapq.heappop(self._sleepers)[-1]
                if not woken.done():
                    woken.set_result(None)
            await self._settle()
        self.now = until

    async def _settle(self):
        ready = asyncio.get_running_loop()._ready
        await asyncio.sleep(0)
        while ready:
            await asyncio.sleep(0)


@pytest.fixture
def hours():
    return Hours()


@pytest.fixture
def brake(hours):
    return LoginThrottle(lambda: hours.now, hours.sleep)


@pytest.fixture
def background():
    tasks = []

    def start(work):
        tasks.append(asyncio.ensure_future(work))
        return tasks[-1]

    yield start
    for task in tasks:
        task.cancel()


async def attempt(brake, account="alice", address=HERE, *, right=False, told=lambda _: None):
    async with brake.turn(account, address, told):
        await asyncio.sleep(0)
        brake.right(account) if right else brake.wrong(account, address)


async def guess_without_end(brake, judged, hours, account="alice", address=HERE):
    while True:
        try:
            await attempt(brake, account, address)
            judged.append(hours.now)
        except Denied:
            await hours.sleep(0.5)


def wrong(brake, times, account="alice", address=HERE):
    for _ in range(times):
        brake.wrong(account, address)


@pytest.mark.parametrize("connections", [1, 3, 120])
async def test_guesses_over_many_connections_are_as_slow_as_over_one(brake, hours, background, connections):
    judged = []
    for _ in range(connections):
        background(guess_without_end(brake, judged, hours))
    await hours.pass_by(20)
    assert [moment - 1000 for moment in judged] == [0, 0, 0, 0, 0.5, 1.5, 3.5, 7.5, 15.5]


@pytest.mark.parametrize("spread", ["accounts", "ways"])
async def test_it_makes_no_difference_at_what_an_address_guesses(brake, hours, background, spread):
    judged = []
    for number in range(60):
        background(guess_without_end(brake, judged, hours, f"user{number}" if spread == "accounts" else ""))
    await hours.pass_by(20)
    assert len(judged) == 9


async def test_a_network_of_ipv6_is_one_address(brake, hours, background):
    judged = []
    for number in range(60):
        background(guess_without_end(brake, judged, hours, address=f"2001:db8:1:2::{number:x}"))
    await hours.pass_by(20)
    assert len(judged) == 9


async def test_a_class_behind_one_address_logs_in_at_once(brake, hours, background):
    pupils = [background(attempt(brake, f"pupil{number}", right=True)) for number in range(40)]
    await hours.pass_by(0)
    assert all(pupil.done() and not pupil.exception() for pupil in pupils)


async def test_the_owner_elsewhere_waits_at_most_a_moment_while_one_address_guesses(brake, hours, background):
    for _ in range(120):
        background(guess_without_end(brake, [], hours))
    await hours.pass_by(60)
    owner = background(attempt(brake, "alice", "198.51.100.7", right=True))
    await hours.pass_by(LONGEST_SECONDS["account"])
    assert owner.done()
    assert owner.exception() is None


async def test_the_owner_elsewhere_waits_at_most_a_moment_while_many_addresses_guess(brake, hours, background):
    judged = []
    for number in range(60):
        background(guess_without_end(brake, judged, hours, address=f"203.0.113.{number}"))
    await hours.pass_by(60)
    owner = background(attempt(brake, "alice", "198.51.100.7", right=True))
    await hours.pass_by(LONGEST_SECONDS["account"])
    assert owner.done()
    assert owner.exception() is None
    # Those whose first guesses are spent share one schedule, also after the owner was right.
    judged.clear()
    await hours.pass_by(40)
    assert 8 <= len(judged) <= 11


async def test_the_owner_waits_once_and_the_next_device_does_not(brake, hours, background):
    wrong(brake, 50)
    for waits in (LONGEST_SECONDS["account"], 0):
        device = background(attempt(brake, address="198.51.100.7", right=True))
        await hours.pass_by(waits)
        assert device.done()


async def test_the_right_one_does_not_end_it_for_the_address(brake, hours, background):
    wrong(brake, 50)
    for _ in range(2):
        guess = background(attempt(brake, right=True))
        await hours.pass_by(LONGEST_SECONDS["address"])
        assert guess.done()
        wrong(brake, 1)
        assert brake.next_in(HERE) == LONGEST_SECONDS["address"]


async def test_what_is_right_does_not_make_the_next_one_wait(brake, hours, background):
    wrong(brake, 50)
    hours.now += LONGEST_SECONDS["address"]
    people = [background(attempt(brake, f"user{number}", right=True)) for number in range(20)]
    await hours.pass_by(0)
    assert all(person.done() for person in people)


async def test_time_ends_it(brake, hours, background):
    wrong(brake, 50)
    hours.now += FORGOTTEN_SECONDS + 1
    again = background(attempt(brake))
    await hours.pass_by(0)
    assert again.done()


async def test_anyone_who_waits_is_told_how_long(brake, hours, background):
    told = []
    background(attempt(brake, right=True, told=told.append))
    await hours.pass_by(0)
    assert told == []
    wrong(brake, FREE + 3)
    background(attempt(brake, right=True, told=told.append))
    await hours.pass_by(0)
    assert told == [4]
    background(attempt(brake, address="198.51.100.7", right=True, told=told.append))
    await hours.pass_by(0)
    assert told == [4, 4]


async def test_nobody_waits_for_ever_and_no_more_than_so_many_at_all(brake, hours, background):
    wrong(brake, 50)
    waiting = [background(attempt(brake)) for _ in range(QUEUED)]
    await hours.pass_by(0)
    with pytest.raises(Denied, match="try again in 30 s"):
        await attempt(brake)
    await hours.pass_by(PATIENCE_SECONDS + LONGEST_SECONDS["address"])
    assert all(one.done() for one in waiting)
    assert sum(one.exception() is None for one in waiting) == 3
    assert {one.exception().code for one in waiting if one.exception()} == {"RATE_LIMITED"}


async def test_anyone_who_hangs_up_gives_the_place_back(brake, hours, background):
    wrong(brake, 50)
    leaving = [background(attempt(brake)) for _ in range(QUEUED)]
    await hours.pass_by(1)
    for one in leaving:
        one.cancel()
    await hours.pass_by(0)
    stays = background(attempt(brake, right=True))
    await hours.pass_by(LONGEST_SECONDS["address"])
    assert stays.done()
    assert stays.exception() is None


async def test_what_is_remembered_is_bounded_and_nobody_is_forgotten_who_waits(brake, hours, background):
    wrong(brake, 50)
    waiting = background(attempt(brake, right=True))
    await hours.pass_by(0)
    for number in range(REMEMBERED + 10):
        wrong(brake, 1, f"name{number}", f"address{number}")
    assert len(brake._addresses) == len(brake._accounts) == REMEMBERED
    assert brake.next_in(HERE) == LONGEST_SECONDS["address"]
    await hours.pass_by(LONGEST_SECONDS["address"])
    assert waiting.done()
    assert waiting.exception() is None


async def test_nothing_is_remembered_of_those_who_were_right(brake, hours, background):
    background(attempt(brake, right=True))
    await hours.pass_by(0)
    assert (len(brake._addresses), len(brake._accounts)) == (0, 0)


async def test_anyone_who_is_refused_at_once_is_not_told_of_a_wait(brake, hours, background):
    wrong(brake, 50)
    told = []
    for _ in range(QUEUED):
        background(attempt(brake))
    await hours.pass_by(0)
    with pytest.raises(Denied, match="try again in 30 s"):
        await attempt(brake, "nobody", told=told.append)
    assert told == []
    assert "nobody" not in brake._accounts._kept


async def test_anyone_who_comes_too_late_for_the_line_of_an_account_is_not_told_of_a_wait(brake, hours, background):
    guessers = [f"203.0.113.{number}" for number in range(60)]
    for address in guessers:
        for _ in range(FREE):
            brake.wrong("alice", address)
    hours.now += LONGEST_SECONDS["address"]
    told = []
    for address in guessers[1:]:
        background(attempt(brake, address=address))
    await hours.pass_by(0)
    with pytest.raises(Denied, match="try again in 30 s"):
        await attempt(brake, address=guessers[0], told=told.append)
    assert told == []
