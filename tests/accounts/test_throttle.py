"""Wrong passwords slow down whoever sends them."""

import asyncio

import pytest

from chover.accounts.throttle import AT_ONCE, FORGOTTEN_SECONDS, FREE, LONGEST_SECONDS, REMEMBERED, LoginThrottle


@pytest.fixture
def clock():
    return [1000.0]


@pytest.fixture
def waits():
    return []


@pytest.fixture
def brake(clock, waits):
    return LoginThrottle(lambda: clock[0], waits.append)


def wrong(brake, times, account="alice", address="192.0.2.1"):
    for _ in range(times):
        brake.wrong(account, address)


def test_the_first_few_cost_nothing(brake):
    wrong(brake, FREE - 1)
    assert brake.seconds("address", "192.0.2.1") == 0


def test_each_further_one_waits_twice_as_long_up_to_a_bound(brake):
    wrong(brake, FREE)
    first = brake.seconds("address", "192.0.2.1")
    wrong(brake, 1)
    assert brake.seconds("address", "192.0.2.1") == 2 * first
    wrong(brake, 50)
    assert brake.seconds("address", "192.0.2.1") == LONGEST_SECONDS["address"]


def test_the_owner_elsewhere_waits_a_little_and_gets_in(brake):
    wrong(brake, 50)
    assert brake.seconds("account", "alice") == LONGEST_SECONDS["account"]
    assert brake.seconds("address", "192.0.2.99") == 0


def test_the_right_one_ends_it_for_the_account_and_not_for_the_address(brake):
    wrong(brake, 50)
    brake.right("alice", "192.0.2.1")
    assert brake.seconds("account", "alice") == 0
    assert brake.seconds("address", "192.0.2.1") == LONGEST_SECONDS["address"]


def test_time_ends_it(brake, clock):
    wrong(brake, 50)
    clock[0] += FORGOTTEN_SECONDS + 1
    assert brake.seconds("account", "alice") == 0


def test_what_is_remembered_is_bounded(brake):
    for number in range(REMEMBERED):
        wrong(brake, 1, f"name{number}", f"address{number}")
    assert len(brake._wrongs) == REMEMBERED


async def test_few_tries_of_one_address_go_at_a_time(brake, waits):
    wrong(brake, FREE)
    inside, most = set(), []

    async def attempt(name):
        async with brake.turn(name, "192.0.2.1"):
            inside.add(name)
            most.append(len(inside))
            await asyncio.sleep(0)
            inside.remove(name)

    await asyncio.gather(*(attempt(f"n{number}") for number in range(20)))
    assert max(most) == AT_ONCE
    assert len(waits) == 20
    assert not brake._turns
