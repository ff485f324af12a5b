"""Decisions are stamped, grouped, committed, decided again, or fail and say so."""

import asyncio

import pytest
from tests.doubles.memory_store import MemoryStore

from chover.bus.local import LocalBus
from chover.engine.append import Append
from chover.engine.events import AwaySet, Event, ModesSet, Said, Source
from chover.engine.ids import NOWHERE, LogId, UserId
from chover.engine.refusals import Refusal, Why
from chover.ports import Committed, Failed, Repeated, StoreError, Vanished
from chover.server.delivery.pending_append import PendingAppend
from chover.server.pipeline import ledger
from chover.server.pipeline.event_clock import EventClock
from chover.server.pipeline.feed import Feed
from chover.server.pipeline.ledger import Ledger, NotKept
from chover.server.pipeline.msgids import Msgids

ALICE = Source(UserId("g1"), "alice", "~a", "host")
TEA = LogId("c1")


class Desk:
    """A ledger, and what came of what it was given, in order."""

    def __init__(self):
        self.store, self.bus, self.story = MemoryStore(), LocalBus(), []
        self.bus.subscribe(lambda events: self.story.extend(event.body for event in events))
        self.ledger = Ledger(self.store, self.bus, Msgids("r12345", EventClock()), self._flush)
        self.flushed = asyncio.Event()

    def _flush(self):
        self.story.append("flush")
        self.flushed.set()

    def submit(self, body, log=TEA, nonce="", expect=None):
        append = Append([Event(log, ALICE, body, nonce=nonce)], expect or {})
        self.ledger.submit(PendingAppend(append, lambda _, outcome: self.story.append(outcome)))
        return append.events[0]

    async def settle(self):
        await self.ledger.drained()


@pytest.fixture
async def desk():
    return Desk()


async def test_what_one_turn_brings_is_one_group_published_flushed_then_settled(desk):
    one, two = desk.submit(Said("1")), desk.submit(Said("2"))
    assert desk.story == []
    await desk.settle()
    assert [len(group) for group in desk.store.groups] == [2]
    assert desk.story == [one.body, two.body, "flush", Committed(), Committed()]


async def test_nothing_is_settled_before_submit_returns(desk):
    desk.submit(AwaySet("x"), NOWHERE)
    assert desk.story == []
    await desk.settle()
    assert desk.story == [AwaySet("x"), "flush", Committed()]


async def test_presence_alone_asks_nothing_of_the_store(desk):
    desk.submit(AwaySet("x"), NOWHERE)
    await desk.settle()
    assert desk.store.groups == []


async def test_presence_stays_in_its_place_beside_what_is_kept(desk):
    desk.submit(Said("1"))
    desk.submit(AwaySet("x"), NOWHERE)
    desk.submit(Said("2"))
    await desk.settle()
    assert [body for body in desk.story if not isinstance(body, Committed)] == [
        Said("1"),
        AwaySet("x"),
        Said("2"),
        "flush",
    ]


async def test_presence_does_not_overtake_what_is_being_written(desk):
    desk.store.pause()
    desk.submit(Said("1"))
    await asyncio.sleep(0)
    desk.submit(AwaySet("x"), NOWHERE)
    await asyncio.sleep(0)
    assert desk.story == []
    desk.store.go_on()
    await desk.settle()
    assert [body for body in desk.story if isinstance(body, Said | AwaySet)] == [Said("1"), AwaySet("x")]


async def test_what_is_kept_waits_for_what_is_being_written_and_they_are_delivered_together(desk, monkeypatch):
    monkeypatch.setattr(ledger, "TOGETHER_SECONDS", 60)
    desk.store.pause()
    desk.submit(Said("1"))
    await asyncio.sleep(0)
    desk.submit(Said("2"))
    desk.store.go_on()
    await desk.settle()
    assert desk.story == [Said("1"), Said("2"), "flush", Committed(), Committed()]
    assert len(desk.store.groups) == 2


async def test_what_is_kept_does_not_wait_long_for_what_is_being_written(desk):
    desk.store.pause()
    desk.submit(Said("1"))
    await asyncio.sleep(0)
    desk.submit(Said("2"))
    desk.store.go_on()
    desk.store.pause()
    async with asyncio.timeout(5):
        await desk.flushed.wait()
    assert desk.story == [Said("1"), "flush", Committed()]
    desk.store.go_on()
    await desk.settle()
    assert desk.story[3:] == [Said("2"), "flush", Committed()]


async def test_what_was_kept_before_is_delivered_before_a_failure_is_told(desk):
    desk.store.pause()
    desk.submit(Said("1"))
    await asyncio.sleep(0)
    desk.submit(Said("2"))
    desk.store.go_on()
    desk.store.fail = "The disk is full"
    await desk.settle()
    assert desk.story == [Said("1"), "flush", Committed(), Failed("The disk is full")]


async def test_every_decision_has_its_own_msgid_and_the_time(desk):
    one, two = desk.submit(Said("1")), desk.submit(Said("2"))
    assert one.msgid != two.msgid
    assert one.at > 1_500_000_000_000
    await desk.settle()


async def test_the_units_of_what_is_delivered_are_known_then_and_forgotten_after(desk):
    known = []
    desk.bus.subscribe(lambda events: known.extend(desk.ledger.pending.get(event.msgid) for event in events))
    desk.submit(Said("1"))
    await desk.settle()
    assert len(known) == 1
    assert known[0] is not None
    assert desk.ledger.pending == {}


async def test_a_repeat_is_told_the_first_and_those_around_it_keep_their_order(desk):
    first = desk.submit(Said("1"), nonce="n")
    await desk.settle()
    desk.story.clear()
    desk.submit(Said("2"))
    desk.submit(Said("again"), nonce="n")
    desk.submit(Said("3"))
    await desk.settle()
    assert desk.story == [Said("2"), "flush", Committed(), Repeated(first), Said("3"), "flush", Committed()]


async def test_a_failure_is_told_to_each_and_nothing_is_published(desk):
    desk.store.fail = "The disk is full"
    desk.submit(Said("1"))
    desk.submit(AwaySet("x"), NOWHERE)
    await desk.settle()
    assert desk.story == [Failed("The disk is full"), Failed("The disk is full")]


async def test_a_conflict_is_decided_again_on_what_is_known_then(desk):
    heads = iter([0, 1])
    decisions = []

    def decide():
        decisions.append(next(heads))
        return Append([Event(TEA, ALICE, ModesSet(()))], {TEA: decisions[-1]})

    desk.submit(ModesSet(()))
    kept = await desk.ledger.commit(decide)
    assert decisions == [0, 1]
    assert kept.events[0].seq == 2


async def test_to_decide_on_nothing_is_kept_at_once(desk):
    assert (await desk.ledger.commit(lambda: Append([]))).events == []
    assert desk.store.groups == []


async def test_what_cannot_be_kept_is_raised_with_the_reason(desk):
    desk.store.fail = "The disk is full"
    with pytest.raises(NotKept, match="The disk is full"):
        await desk.ledger.commit(lambda: Append([Event(TEA, ALICE, Said("x"))]))


async def test_a_decision_that_is_refused_the_second_time_is_refused(desk):
    decisions = iter([Append([Event(TEA, ALICE, Said("x"))], {TEA: 0})])

    def decide():
        for decision in decisions:
            return decision
        raise Refusal(Why.FULL, "#tea")

    desk.submit(ModesSet(()))
    with pytest.raises(Refusal):
        await desk.ledger.commit(decide)


async def test_to_wait_for_an_idle_ledger_is_no_wait(desk):
    async with asyncio.timeout(1):
        await desk.ledger.drained()


async def test_the_end_waits_for_what_is_kept_and_not_yet_brought_out(desk):
    desk.store.pause()
    desk.submit(Said("1"))
    await asyncio.sleep(0)
    desk.store.go_on()
    await asyncio.sleep(0)
    assert desk.story == []
    await desk.ledger.drained()
    assert desk.story == [Said("1"), "flush", Committed()]


class Silent:
    """A bus between nodes that brings nothing, not even to the node that publishes, until it is told to."""

    lossy = True

    def __init__(self):
        self.published = []

    def publish(self, events):
        self.published.append(events)


class Node:
    """A ledger that relies on a feed, and what came of what it was given, in order. ``other`` nodes share its store."""

    def __init__(self, store=None, run="r12345"):
        self.store, self.bus, self.story = store or MemoryStore(), Silent(), []
        self.ledger = Ledger(self.store, self.bus, Msgids(run, EventClock()), lambda: self.story.append("flush"))
        self.feed = Feed(self.store, self._apply)
        self.ledger.rely_on(self.feed)

    def _apply(self, event):
        own = "own" if event.msgid in self.ledger.pending else "other"
        self.story.append((own, getattr(event.body, "text", "")))

    def says(self, text, nonce="", msgid=""):
        append = Append([Event(TEA, ALICE, Said(text), msgid, nonce=nonce)])
        self.ledger.submit(PendingAppend(append, lambda _, outcome: self.story.append(outcome)))

    async def written(self):
        """What was submitted is kept and published."""
        while self.ledger.waiting or self.ledger._writing or self.ledger._kept:
            await asyncio.sleep(0)


@pytest.fixture
async def node():
    return Node()


async def test_what_the_bus_has_not_brought_back_is_not_settled(node):
    node.says("1")
    await node.written()
    assert node.story == []
    assert len(node.ledger.pending) == 1


async def test_it_is_settled_after_it_was_applied_as_its_authors_when_the_bus_brings_it(node):
    node.says("1")
    await node.written()
    for events in node.bus.published * 2:
        node.feed.hear(events)
    assert node.story == [("own", "1"), "flush", Committed()]
    assert node.ledger.pending == {}


async def test_and_so_it_is_when_it_comes_from_the_store(node):
    node.says("1")
    node.says("2")
    await node.written()
    await node.feed.poll()
    assert node.story == [("own", "1"), ("own", "2"), "flush", Committed(), Committed()]


async def test_and_when_it_comes_from_the_store_before_its_answer(node, monkeypatch):
    append, answers = node.store.append, []

    def keeps_waiting(appends, done):
        append(appends, lambda outcomes: answers.append((done, outcomes)))

    monkeypatch.setattr(node.store, "append", keeps_waiting)
    node.says("1")
    while not answers:
        await asyncio.sleep(0)
    await node.feed.poll()
    assert node.story == [("own", "1")]
    [(done, outcomes)] = answers
    done(outcomes)
    await node.written()
    assert node.story == [("own", "1"), "flush", Committed()]
    assert node.ledger.pending == {}


@pytest.mark.parametrize("outcome", [Failed("the disk is full"), Vanished()])
async def test_what_was_not_kept_is_not_waited_for(node, monkeypatch, outcome):
    monkeypatch.setattr(node.store, "append", lambda appends, done: done([outcome for _ in appends]))
    node.says("1")
    await node.written()
    assert (node.story, node.ledger.pending) == ([outcome], {})


async def test_what_another_node_has_said_before_is_applied_before(node):
    Node(node.store, "r67890").says("theirs")
    await asyncio.sleep(0)
    node.says("mine")
    await node.written()
    [events] = node.bus.published
    node.feed.hear(events)
    assert node.story == []
    await asyncio.gather(*node.feed._filling.values())
    assert node.story == [("other", "theirs"), ("own", "mine"), "flush", Committed()]


async def test_the_end_waits_for_what_is_not_applied(node):
    node.says("1")
    await node.written()
    waiting = asyncio.ensure_future(node.ledger.drained())
    await asyncio.sleep(0)
    assert not waiting.done()
    await node.feed.poll()
    await waiting


async def test_a_repeat_of_what_has_not_come_here_yet_is_answered_once_when_it_comes(node):
    there = Node(node.store, "r67890")
    there.says("1", nonce="n")
    await there.written()
    node.says("1", nonce="n")
    await node.written()
    assert node.story == []
    await node.feed.poll()
    assert node.story == [("own", "1"), "flush", Committed()]
    node.says("1", nonce="n")
    await node.written()
    assert [type(outcome) for outcome in node.story[3:]] == [Repeated]


async def test_a_conflict_is_decided_again_when_what_it_conflicts_with_is_known_here(node):
    there, decided = Node(node.store, "r67890"), []
    there.ledger.submit(PendingAppend(Append([Event(TEA, ALICE, ModesSet(()))]), lambda *_: None))
    await there.written()

    def decide():
        decided.append(node.feed.applied.get(TEA, 0))
        return Append([Event(TEA, ALICE, ModesSet(()))], {TEA: decided[-1]})

    committing = asyncio.ensure_future(node.ledger.commit(decide))
    while len(node.bus.published) < 1:
        await asyncio.sleep(0)
    node.feed.hear(node.bus.published[0])
    assert (await committing).events[0].seq == 2
    assert decided == [0, 1]


async def test_a_decision_that_cannot_learn_of_what_it_conflicts_with_is_not_kept(node, monkeypatch):
    node.store._keep(Event(TEA, ALICE, ModesSet(())))

    async def gone(log):
        raise StoreError("the database does not answer: start it")

    monkeypatch.setattr(node.store, "heads", gone)
    with pytest.raises(NotKept, match="the database does not answer: start it"):
        await node.ledger.commit(lambda: Append([Event(TEA, ALICE, ModesSet(()))], {TEA: 0}))
