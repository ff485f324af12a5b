"""What a store promises to the nodes that share it (ports.Store.moved, Append.name), as tests.

A subclass gives the fixture ``store``, an empty one; ``SharedStoreContract`` is for stores of several nodes.
"""

from chover.engine.events import ChannelRenamed, Closed, Joined, Opened, Parted, TopicSet
from chover.engine.ids import LogId
from chover.ports import Append, Committed, Conflict
from tests.store.making import BOB, MILK, PAIR, TEA, event, keep, outcome, outcomes, said


def opened(log, name="#tea", folded="#tea"):
    return Append([event(Opened(name), log)], {log: 0}, folded)


class MovedContract:
    async def test_without_a_mark_all_logs_have_moved(self, store):
        assert (await store.moved(""))[0] == {}
        await keep(store, said(log=TEA), said(log=PAIR), said(log=PAIR))
        assert (await store.moved(""))[0] == {TEA: 1, PAIR: 2}

    async def test_nothing_that_came_after_a_mark_is_missing(self, store):
        _, mark = await store.moved("")
        for number in range(1, 4):
            await keep(store, said(log=TEA))
            heads, mark = await store.moved(mark)
            assert heads[TEA] == number
        await keep(store, said(log=MILK))
        assert (await store.moved(mark))[0][MILK] == 1

    async def test_changes_are_all_but_what_was_said_within_the_bounds_of_each_log(self, store):
        await keep(store, *(said(str(number), TEA) for number in range(2)))
        joined = [event(Joined(), TEA, BOB), event(TopicSet("t"), TEA), event(Parted(), TEA, BOB)]
        for each in joined:
            await keep(store, each, said(log=TEA))
        await keep(store, other := event(TopicSet("m"), MILK), said(log=PAIR))
        places = {TEA: (3, 7), MILK: (0, 1), PAIR: (0, 1), LogId("c9"): (0, 5)}
        found = await store.changes(places)
        assert {one.log: [e.seq for e in found if e.log == one.log] for one in found} == {TEA: [5, 7], MILK: [1]}
        assert sorted(found, key=lambda one: (one.log, one.seq)) == [*joined[1:], other]
        assert await store.changes({}) == []


class SharedStoreContract(MovedContract):
    async def test_of_two_channels_that_begin_with_one_name_the_second_conflicts_with_the_first(self, store):
        assert await outcomes(store, opened(TEA), opened(MILK, "#TEA")) == [Committed(), Conflict(TEA)]
        assert await outcome(store, opened(LogId("c3"), "#Tea")) == Conflict(TEA)
        assert await store.log_ids() == [TEA]

    async def test_the_name_of_a_channel_that_has_ended_is_free(self, store):
        await outcome(store, opened(TEA))
        await keep(store, event(Closed(), TEA))
        assert await outcome(store, opened(MILK)) == Committed()

    async def test_a_rename_takes_the_new_name_and_frees_the_old_one(self, store):
        await outcome(store, opened(TEA))
        renamed = event(ChannelRenamed("#milk", "#tea"), TEA)
        assert await outcome(store, Append([renamed], {TEA: 1}, "#milk")) == Committed()
        assert await outcome(store, opened(MILK, "#milk", "#milk")) == Conflict(TEA)
        assert await outcome(store, opened(MILK)) == Committed()

    async def test_a_rename_to_a_name_that_is_taken_conflicts_with_who_has_it(self, store):
        await outcomes(store, opened(TEA), opened(MILK, "#milk", "#milk"))
        renamed = event(ChannelRenamed("#milk", "#tea"), TEA)
        assert await outcome(store, Append([renamed], {TEA: 1}, "#milk")) == Conflict(MILK)
        assert len(await store.between(TEA, 0, 10)) == 1

    async def test_a_channel_may_take_its_own_name_again(self, store):
        await outcome(store, opened(TEA))
        renamed = event(ChannelRenamed("#Tea", "#tea"), TEA)
        assert await outcome(store, Append([renamed], {TEA: 1}, "#tea")) == Committed()
