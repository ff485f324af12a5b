"""The bus of the feed's tests does what it says."""

from collections import Counter

import pytest

from tests.bus.contract import BusContract, FollowingContract
from tests.bus.faulty import Faults, FaultyBus
from tests.store.making import said

EVENTS = [said(str(n)) for n in range(300)]


def heard(seed, faults, publish=1):
    """What one listener hears of EVENTS, published so many at once."""
    bus, received = FaultyBus(seed, faults), []
    bus.subscribe(received.extend)
    for at in range(0, len(EVENTS), publish):
        bus.publish(EVENTS[at : at + publish])
    bus.settle()
    return bus, [event.body.text for event in received]


class TestWithoutFaults(BusContract):
    @pytest.fixture
    def bus(self):
        return FaultyBus(1, Faults(0, 0, 0))

    @pytest.fixture
    def settled(self):
        async def settles(bus):
            bus.settle()

        return settles


class TestEndWithoutFaults(BusContract):
    @pytest.fixture
    def bus(self):
        return FaultyBus(1, Faults(0, 0, 0)).end()

    @pytest.fixture
    def settled(self):
        async def at_once(bus): ...

        return at_once


class TestEndsWithoutFaults(FollowingContract):
    @pytest.fixture
    def ends(self):
        bus = FaultyBus(1, Faults(0, 0, 0))
        return [bus.end(), bus.end()]

    @pytest.fixture
    def here(self, ends):
        return ends[0]

    @pytest.fixture
    def there(self, ends):
        return ends[1]

    @pytest.fixture
    def arrived(self):
        async def at_once(): ...

        return at_once


def test_what_a_node_publishes_is_not_lost_to_itself():
    bus = FaultyBus(1, Faults(drop=1))
    here, there, mine, others = bus.end(), bus.end(), [], []
    here.subscribe(mine.extend)
    there.subscribe(others.extend)
    there.follow([EVENTS[0].log])
    here.publish(EVENTS)
    assert (mine, others) == (EVENTS, [])


def test_the_same_seed_has_the_same_faults():
    assert heard(7, Faults())[1] == heard(7, Faults())[1]
    assert heard(7, Faults())[1] != heard(8, Faults())[1]


@pytest.mark.parametrize("publish", [1, 40])
def test_what_is_not_lost_arrives_once_everything_has_settled(publish):
    bus, received = heard(1, Faults(), publish)
    lost = {event.body.text for event in bus.lost}
    assert 0 < len(lost) < 100
    assert set(received) == {event.body.text for event in EVENTS} - lost


def test_some_arrive_twice():
    _, received = heard(1, Faults(drop=0, delay=0))
    assert set(Counter(received).values()) == {1, 2}


def test_some_overtake_others():
    _, received = heard(1, Faults(drop=0, repeat=0))
    assert sorted(received, key=int) == [event.body.text for event in EVENTS]
    assert received != sorted(received, key=int)


def test_some_are_late_until_it_settles():
    bus, received = FaultyBus(1, Faults(0, 0, delay=1)), []
    bus.subscribe(received.extend)
    bus.publish(EVENTS[:1])
    early = len(received)
    bus.settle()
    assert (early, len(received)) == (0, 1)
