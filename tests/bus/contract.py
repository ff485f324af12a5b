"""What a bus that loses nothing promises (ports.Bus), as tests. A subclass gives the fixture ``bus``.

``FollowingContract`` is for the buses of several nodes: a subclass gives ``here`` and ``there``, which follow
nothing yet, and ``arrived``, which waits until all that was published has arrived, by events of END.
"""

from chover.engine.events import Edited, Joined, Redacted, Tagged, TagsKept
from chover.engine.ids import LogId
from tests.store.making import BOB, MILK, PAIR, TEA, event, said

TALK = [said(), event(Tagged({"+typing": "active"})), event(TagsKept({"+draft/react": "x"})), event(Redacted("m1", 1)),
        event(Edited("m1", 1, "y"))]  # fmt: skip


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

    async def test_what_it_was_asked_to_follow_is_heard_and_what_it_publishes_itself_always(self, bus, settled):
        heard = []
        bus.subscribe(heard.extend)
        bus.follow([TEA])
        bus.unfollow([MILK])
        await bus.followed()
        events = [said(log=TEA), said(log=MILK)]
        bus.publish(events)
        await settled(bus)
        assert heard == events

    async def test_after_closing_nobody_hears_anything(self, bus, settled):
        heard = []
        bus.subscribe(heard.extend)
        await bus.close()
        bus.publish([said()])
        await settled(bus)
        assert heard == []


END = LogId("c99")
"""Its events tell ``arrived`` that everything before them is there."""


def ear(bus):
    """What this bus brings from now on."""
    heard = []
    bus.subscribe(lambda events: heard.extend(each for each in events if each.log != END))
    return heard


class FollowingContract:
    async def test_only_what_is_followed_is_heard_and_what_changes_something_by_all(self, here, there, arrived):
        heard = ear(there)
        there.follow([TEA])
        await there.followed()
        joined = event(Joined(), MILK)
        here.publish([*TALK, said("not for you", MILK), joined])
        await arrived()
        assert [each for each in heard if each.log == TEA] == TALK
        assert [each for each in heard if each.log != TEA] == [joined]
        there.unfollow([TEA])
        there.follow([MILK])
        await there.followed()
        here.publish([said("nobody is here any more", TEA), last := said("but here", MILK)])
        await arrived()
        assert heard[len(TALK) + 1 :] == [last]

    async def test_what_is_said_in_private_is_heard_where_one_of_the_two_is(self, here, there, arrived):
        heard = ear(there)
        there.follow([BOB.id])
        await there.followed()
        here.publish(
            [to_bob := said("to bob", PAIR), said("to somebody else", "pg1:g3"), by_bob := said("!", PAIR, BOB)]
        )
        await arrived()
        assert heard == [to_bob, by_bob]

    async def test_whoever_follows_both_sides_hears_each_event(self, here, there, arrived):
        heard = ear(there)
        there.follow(["g1", "g2"])
        await there.followed()
        here.publish([to_bob := said("to bob", PAIR)])
        await arrived()
        assert to_bob in heard

    async def test_what_is_said_and_what_happens_in_a_channel_keep_their_order(self, here, there, arrived):
        heard = ear(there)
        there.follow([TEA])
        await there.followed()
        events = [said("1"), event(Joined(), source=BOB), said("2"), event(Joined(), MILK), said("3"), said("4")]
        here.publish(events)
        await arrived()
        assert [each for each in heard if each.log == TEA] == [each for each in events if each.log == TEA]

    async def test_anyone_who_hears_of_a_newcomer_may_answer_at_once(self, here, there, arrived):
        """What is followed is in force before what is published behind it."""
        heard = ear(there)
        answer = said("welcome")
        here.subscribe(lambda events: here.publish([answer]) if events[0].log == TEA and answer not in events else None)
        there.follow([TEA])
        there.publish([event(Joined())])
        await arrived()
        await arrived()
        assert answer in heard
