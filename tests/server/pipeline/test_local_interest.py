"""A node hears what its own people need, and knows the state of all the rest."""

import pytest
from tests.bus.faulty import Faults
from tests.doubles.nodes import Nodes

from chover.engine.events import TALK, Said


class TwoNodes:
    """Two servers on one store, with a bus that is good unless told otherwise."""

    def __init__(self, nodes):
        self.nodes, self.bus = nodes, nodes.bus
        self.here, self.there = nodes.stages
        self.end = self.there.node.ledger._bus

    @property
    def heard(self):
        """The texts that the second node was brought."""
        return [event.body.text for event in self.end.heard if isinstance(event.body, Said)]

    async def settle(self):
        for _ in range(2):
            for stage in self.nodes.stages:
                await stage.quiet()
            await self.nodes.rest()
            self.bus.settle()
            await self.nodes.beat()
        for stage in self.nodes.stages:
            await stage.quiet()

    def channel(self, stage, name="#tea"):
        return stage.node.chat.find_channel(name)


@pytest.fixture
async def nodes():
    async with Nodes.open(2) as both:
        yield TwoNodes(both)


@pytest.fixture
async def ann(nodes):
    return await nodes.here.enter("ann", "#tea", caps="echo-message message-tags")


def says(*texts, where="#tea"):
    return [f"PRIVMSG {where} :{text}" for text in texts]


async def test_of_a_channel_without_its_own_people_a_node_hears_nothing_and_knows_the_state(nodes, ann):
    ann.send(*says("1", "2"), "TOPIC #tea :leaves", *says("3"), "MODE #tea +m", *says("4"))
    await nodes.settle()
    assert nodes.heard == []
    here, there = nodes.channel(nodes.here), nodes.channel(nodes.there)
    assert (there.topic, there.modes, there.head, there.said) == (here.topic, here.modes, here.head, True)


async def test_what_changes_there_is_applied_at_once_and_without_asking_the_store(nodes, ann, monkeypatch):
    ann.send(*says("1", "2"))
    await ann.all()

    async def asks(*_):
        raise AssertionError("the store was asked")

    monkeypatch.setattr(nodes.there.node.store, "changes", asks)
    monkeypatch.setattr(nodes.there.node.store, "between", asks)
    ann.send("TOPIC #tea :green", *says("3"), "TOPIC #tea :black")
    await ann.all()
    assert nodes.channel(nodes.there).topic == "black"


async def test_a_change_that_the_bus_has_lost_is_read_before_the_next_one_is_applied(nodes, ann):
    nodes.bus.faults = Faults(1, 0, 0)
    ann.send("MODE #tea +m", *says("1"))
    await ann.all()
    nodes.bus.faults = Faults(0, 0, 0)
    ann.send("MODE #tea -m", "TOPIC #tea :black")
    await ann.all()
    await nodes.settle()
    there = nodes.channel(nodes.there)
    assert ("m" in there.modes, there.topic, there.head) == (False, "black", nodes.channel(nodes.here).head)
    assert there.rules_version == nodes.channel(nodes.here).rules_version


async def test_whoever_joins_hears_everything_from_then_on_and_has_the_rest_as_history(nodes, ann):
    ann.send(*says("early"))
    await ann.all()
    ben = await nodes.there.enter("ben", caps="echo-message")
    ben.send("JOIN #tea")
    await ben.expect(" 366 ")
    ann.send(*says("1", "2"))
    await ann.all()
    assert [line.params[-1] for line in await ben.heard("PRIVMSG")] == ["1", "2"]
    ann.send(*says("3"))
    await ann.all()
    assert nodes.heard[-1] == "3"


async def test_what_was_said_before_the_bus_brings_it_to_a_newcomer_is_read(nodes, ann):
    """The bus takes its time to follow a channel."""
    ben = await nodes.there.enter("ben", caps="echo-message")
    await nodes.settle()
    nodes.end.follow = lambda _whom: None
    ben.send("JOIN #tea")
    await ben.expect(" 366 ")
    ann.send(*says("1", "2"))
    await ann.all()
    assert nodes.heard == []
    await nodes.settle()
    ann.send("TOPIC #tea :green", *says("3"), "TOPIC #tea :black")
    await nodes.settle()
    assert [(line.command, line.params[-1]) for line in ben.log if line.command in {"PRIVMSG", "TOPIC"}] == [
        ("PRIVMSG", "1"),
        ("PRIVMSG", "2"),
        ("TOPIC", "green"),
        ("PRIVMSG", "3"),
        ("TOPIC", "black"),
    ]


async def test_when_the_last_one_has_left_it_is_followed_no_more(nodes, ann, monkeypatch):
    monkeypatch.setattr("chover.server.pipeline.local_interest.SWEEP_SECONDS", 0.001)
    ben = await nodes.there.enter("ben", "#tea", "#other")
    tea = nodes.channel(nodes.there).log
    assert tea in nodes.end._followed
    ben.send("PART #tea")
    while tea in nodes.end._followed:
        await ben.all()
    ann.send(*says("alone again"))
    await nodes.settle()
    assert "alone again" not in nodes.heard
    ben.send("JOIN #tea")
    await ben.expect(" 366 ")
    ann.send(*says("together again"))
    await ann.all()
    assert "together again" in [line.params[-1] for line in await ben.heard("PRIVMSG")]


async def test_private_messages_reach_their_people_on_any_node_and_no_other_node(nodes, ann):
    cat = await nodes.here.enter("cat")
    ann.send(*says("between us", where="cat"))
    await cat.expect("between us")
    ben = await nodes.there.enter("ben")
    await nodes.settle()
    ann.send(*says("to ben", where="ben"))
    await ben.expect("to ben")
    ben.send(*says("to ann", where="ann"))
    await ann.expect("to ann")
    assert nodes.heard == ["to ben"]


async def test_one_who_speaks_from_outside_is_answered_though_the_node_hears_nothing_else(nodes, ann):
    ann.send("MODE #tea -n", *says("1", "2"))
    await ann.all()
    ben = await nodes.there.enter("ben", caps="echo-message")
    ben.send(*says("from outside"))
    await ben.expect("PRIVMSG #tea :from outside")
    await ann.expect("from outside")
    assert nodes.heard == []


async def test_a_channel_with_messages_stays_for_a_node_that_has_heard_none_of_them(nodes, ann):
    ann.send(*says("1"), "PART #tea")
    await nodes.settle()
    assert nodes.channel(nodes.there) is not None
    assert nodes.channel(nodes.here) is not None


async def test_a_node_that_comes_later_knows_the_state_and_says_nothing_of_what_was_said(nodes, ann):
    ann.send("MODE #tea -t", *says("1", "2"), "PART #tea")
    await ann.all()
    third = await nodes.nodes.start()
    end = third.node.ledger._bus
    ann.send("JOIN #tea", *says("3"), "TOPIC #tea :black")
    await nodes.settle()
    assert nodes.channel(third).topic == "black"
    assert [event for event in end.heard if type(event.body) in TALK] == []
