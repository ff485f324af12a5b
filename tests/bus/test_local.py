import pytest

from chover.bus.local import LocalBus
from tests.bus.contract import BusContract
from tests.store.making import said


class TestLocalBus(BusContract):
    @pytest.fixture
    def bus(self):
        return LocalBus()

    @pytest.fixture
    def settled(self):
        async def at_once(bus):
            assert not bus._waiting

        return at_once

    async def test_it_is_heard_before_publish_returns(self, bus):
        heard = []
        bus.subscribe(heard.extend)
        bus.publish([said()])
        assert len(heard) == 1

    async def test_a_listener_that_fails_does_not_silence_the_bus(self, bus):
        heard = []

        def fails_once(events):
            heard.extend(events)
            if len(heard) == 1:
                raise ValueError

        bus.subscribe(fails_once)
        with pytest.raises(ValueError, match=r"^$"):
            bus.publish([said()])
        bus.publish([said()])
        assert len(heard) == 2
