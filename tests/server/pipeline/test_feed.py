"""Every node applies each event once, in the order of its log, whatever the bus does."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bus.faulty import Faults, FaultyBus
from tests.doubles.memory_store import MemoryStore
from tests.doubles.stage import Stage

from chover.engine.events import AwaySet, Event, Said, Source
from chover.engine.ids import NOWHERE, LogId, UserId
from chover.ports import StoreError
from chover.server.pipeline import feed as feed_module
from chover.server.pipeline.feed import HELD, Feed

ALICE = Source(UserId("g1"), "alice", "~a", "host")
TEA, CAKE = LogId("c1"), LogId("c2")


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def seen():
    return []


@pytest.fixture
def feed(store, seen):
    return Feed(store, seen.append)


def kept(store, log, count):
    """So many more events in a log of the store."""
    events = [Event(log, ALICE, Said(f"{log} {number}")) for number in range(count)]
    for event in events:
        store._keep(event)
    return events


def seqs(seen, log=TEA):
    return [event.seq for event in seen if event.log == log]


async def filled(feed):
    """Every gap has been asked for."""
    while feed._filling:
        await asyncio.gather(*feed._filling.values())


async def test_what_comes_in_order_is_applied_at_once(store, feed, seen):
    feed.receive(kept(store, TEA, 3))
    assert seqs(seen) == [1, 2, 3]


async def test_a_repeat_is_applied_once(store, feed, seen):
    events = kept(store, TEA, 3)
    feed.receive([*events, *events])
    feed.receive(events[1:])
    assert seqs(seen) == [1, 2, 3]


async def test_what_overtook_waits_for_what_is_still_on_its_way(store, feed, seen):
    one, two, three = kept(store, TEA, 3)
    feed.receive([one, three])
    feed.receive([two])
    assert seqs(seen) == [1, 2, 3]
    await filled(feed)
    assert seqs(seen) == [1, 2, 3]


async def test_a_gap_that_the_bus_is_closing_is_not_read_from_the_store(store, feed, seen, monkeypatch):
    one, two, three, four, five = kept(store, TEA, 5)
    feed.receive([two])
    still_coming = iter([[one, four], [three]])

    async def meanwhile(_):
        feed.receive(next(still_coming, ()))

    monkeypatch.setattr(feed_module.asyncio, "sleep", meanwhile)
    monkeypatch.setattr(store, "between", None)
    await filled(feed)
    assert seqs(seen) == [1, 2, 3, 4]
    feed.receive([five])
    assert seqs(seen) == [1, 2, 3, 4, 5]


async def test_a_gap_is_filled_from_the_store(store, feed, seen):
    *_, last = kept(store, TEA, 5)
    feed.receive([last])
    assert seqs(seen) == []
    await filled(feed)
    assert seqs(seen) == [1, 2, 3, 4, 5]


async def test_a_gap_in_one_log_does_not_hold_up_another(store, feed, seen):
    *_, last = kept(store, TEA, 5)
    feed.receive([last, *kept(store, CAKE, 2)])
    assert seqs(seen, CAKE) == [1, 2]
    await filled(feed)


async def test_more_than_can_be_held_comes_from_the_store_later(store, feed, seen):
    events = kept(store, TEA, HELD + 10)
    feed.receive(events[1:])
    await filled(feed)
    await feed.poll()
    assert seqs(seen) == list(range(1, HELD + 11))


@pytest.mark.timeout(10)
@pytest.mark.parametrize("gone", [3, 5])
async def test_a_gap_that_retention_has_taken_away_is_stepped_over(store, feed, seen, gone):
    events = kept(store, TEA, 6)
    store.retained[TEA] = gone
    feed.receive([events[-1]])
    await filled(feed)
    assert seqs(seen) == list(range(gone + 1, 7))


async def test_polling_steps_over_it_too(store, feed, seen):
    feed.receive(kept(store, TEA, 1))
    kept(store, TEA, 5)
    store.retained[TEA] = 4
    await feed.poll()
    assert seqs(seen) == [1, 5, 6]


async def test_polling_finds_what_the_bus_lost_last(store, feed, seen):
    feed.receive(kept(store, TEA, 2))
    kept(store, TEA, 2)
    await feed.poll()
    assert seqs(seen) == [1, 2, 3, 4]
    await feed.poll()
    assert seqs(seen) == [1, 2, 3, 4]


async def test_what_is_not_kept_is_applied_as_it_comes(feed, seen):
    away = Event(NOWHERE, ALICE, AwaySet("x"))
    feed.receive([away, away])
    assert seen == [away, away]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10_000),
    st.builds(Faults, *[st.floats(0, 0.9) for _ in range(3)]),
    st.lists(st.tuples(st.sampled_from([TEA, CAKE]), st.integers(1, 5)), max_size=30),
)
def test_whatever_the_bus_does_every_node_applies_each_event_once_and_in_order(seed, faults, groups):
    async def play():
        store, bus = MemoryStore(), FaultyBus(seed, faults)
        nodes = [[] for _ in range(3)]
        feeds = [Feed(store, node.append) for node in nodes]
        for feed in feeds:
            feed.applied |= {TEA: 0, CAKE: 0}
            bus.subscribe(feed.receive)
        for number, (log, count) in enumerate(groups):
            bus.publish(kept(store, log, count))
            if number % 4 == 0:
                await asyncio.sleep(0)
        bus.settle()
        for feed in feeds:
            await filled(feed)
            await feed.poll()
        for log in (TEA, CAKE):
            for node in nodes:
                assert seqs(node, log) == list(range(1, len(store.logs.get(log, ())) + 1))

    asyncio.run(play())


@pytest.mark.parametrize("seed", range(5))
async def test_with_a_bus_at_its_worst_people_on_two_nodes_see_each_message_once_and_in_order(seed):
    store, bus = MemoryStore(), FaultyBus(seed, Faults(0, 0, 0))
    stages = [await Stage.open({"limits.flood": False}, store, bus) for _ in range(2)]
    here, there = [await stage.enter(f"p{number}", "#tea", caps="echo-message") for number, stage in enumerate(stages)]
    await stages[0].quiet()
    await stages[1].quiet()
    bus.faults = Faults(0.3, 0.3, 0.3)
    for number in range(30):
        (here, there)[number % 2].send(f"PRIVMSG #tea :{number}")
        await asyncio.sleep(0)
    await here.all()
    await there.all()
    bus.faults = Faults(0, 0, 0)
    bus.settle()
    for stage in stages:
        await filled(stage.host.feed)
        await stage.host.feed.poll()
    log = next(log for log in store.logs.values() if len(log) > 30)
    said = [(event.source.nick, event.body.text) for event in log if isinstance(event.body, Said)]
    assert len(said) == 30
    for stage in stages:
        assert stage.host.feed.applied[log[0].log] == len(log)
    for wire in (here, there):
        await wire.all()
        assert [(m.nick, m.params[1]) for m in wire.log if m.command == "PRIVMSG"] == said
    for stage in stages:
        await stage.close()


async def test_a_log_that_another_node_has_begun_is_found_and_read_from_its_first_place(store, feed, seen):
    await feed.survey()
    kept(store, CAKE, 3)
    await feed.poll()
    assert seqs(seen, CAKE) == [1, 2, 3]


async def test_what_stood_there_at_the_start_is_not_applied_again(store, feed, seen):
    kept(store, TEA, 3)
    await feed.survey()
    feed.begin({TEA: 3})
    await feed.poll()
    feed.receive(kept(store, TEA, 1))
    assert seqs(seen) == [4]


async def test_a_log_is_caught_up_with_at_once_when_somebody_needs_it(store, feed, seen):
    kept(store, TEA, 3)
    await feed.catch_up(TEA)
    assert seqs(seen) == [1, 2, 3]


async def test_a_long_log_is_read_in_pieces(store, feed, seen, monkeypatch):
    monkeypatch.setattr(feed_module, "PIECE", 2)
    kept(store, TEA, 5)
    await feed.poll()
    assert seqs(seen) == [1, 2, 3, 4, 5]


async def test_a_store_that_cannot_be_read_is_told_once_and_asked_again(store, feed, seen, monkeypatch, caplog):
    monkeypatch.setattr(feed_module, "POLL_SECONDS", 0)
    monkeypatch.setattr(feed_module, "UNDER_WAY_SECONDS", 0)
    answers, moved, between = iter([False, False, True]), store.moved, store.between
    done = asyncio.Event()

    async def fails(*_):
        raise StoreError("the database does not answer")

    async def sometimes(mark):
        if next(answers, True):
            store.between = between
            done.set()
            return await moved(mark)
        raise StoreError("the database does not answer")

    store.moved, store.between = sometimes, fails
    *_, last = kept(store, TEA, 3)
    feed.receive([last])
    watching = asyncio.create_task(feed.watch())
    await done.wait()
    while seqs(seen) != [1, 2, 3]:
        await asyncio.sleep(0)
    watching.cancel()
    assert [record.getMessage() for record in caplog.records] == [
        "cannot read what other nodes have committed, trying again every second: the database does not answer"
    ]
