"""What a bus that loses nothing promises (ports.Bus), as tests. A subclass gives the fixture ``bus``."""

from tests.store.making import said


class BusContract:
    async def test_what_is_published_is_received_in_its_order_by_everybody(self, bus, settled):
        one, other = [], []
        bus.subscribe(one.extend)
        bus.subscribe(other.extend)
        events = [said(str(n)) for n in range(10)]
        bus.publish(events[:7])
        bus.publish(events[7:])
        await settled(bus)
        assert one == other == events

    async def test_anyone_who_subscribes_late_hears_what_comes_then(self, bus, settled):
        bus.publish([said("early")])
        await settled(bus)
        heard = []
        bus.subscribe(heard.extend)
        late = said("late")
        bus.publish([late])
        await settled(bus)
        assert heard == [late]

    async def test_what_a_listener_publishes_comes_behind_what_it_hears_for_everybody(self, bus, settled):
        first, answer = said("first"), said("answer")
        one, other = [], []

        def answers(events):
            one.extend(events)
            if first in events:
                bus.publish([answer])

        bus.subscribe(answers)
        bus.subscribe(other.extend)
        bus.publish([first])
        await settled(bus)
        assert one == other == [first, answer]

    async def test_anyone_who_wants_what_this_node_publishes_hears_it_once_and_before_publish_returns(self, bus):
        own = []
        bus.subscribe(own.extend, own=True)
        events = [said(str(n)) for n in range(3)]
        bus.publish(events)
        assert own == events

    async def test_after_closing_nobody_hears_anything(self, bus, settled):
        heard = []
        bus.subscribe(heard.extend)
        await bus.close()
        bus.publish([said()])
        await settled(bus)
        assert heard == []
