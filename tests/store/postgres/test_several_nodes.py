"""Nodes on one database: each log has one order, and of those who race for something one gets it."""

import asyncio
import itertools
import random
from unittest.mock import ANY

import pytest
from tests.store.making import (
    ALICE,
    BOB,
    MILK,
    PAIR,
    TEA,
    alone,
    event,
    keep,
    opening,
    outcome,
    outcomes,
    said,
    texts,
    whole_log,
)

from chover.engine.events import Edited, Joined, ModeChange, ModesSet, Opened, Redacted, Said
from chover.engine.ids import LogId
from chover.ports import Append, Committed, Conflict, Repeated, Vanished
from chover.store.retention import DAY

ROUNDS = 40


@pytest.fixture
async def nodes(open_logs):
    return [await open_logs() for _ in range(2)]


async def both(nodes, make):
    """What becomes of the same append of each node, given at once."""
    return await asyncio.gather(*(outcome(node, make(number)) for number, node in enumerate(nodes)))


async def test_one_hot_log_has_one_order_without_holes(nodes, caplog):
    async def speak(number, node):
        for first in range(0, 300, 3):
            await keep(node, *(said(f"{number} {first + n}") for n in range(3)))

    await asyncio.gather(*(speak(number, node) for number, node in enumerate(nodes)))
    log = await whole_log(nodes[0])
    assert log == await whole_log(nodes[1])
    assert [one.seq for one in log] == list(range(1, 601))
    assert [one.at for one in log] == sorted(one.at for one in log)
    for number in range(2):
        mine = [int(text.split()[1]) for text in texts(log) if text.startswith(f"{number} ")]
        assert mine == list(range(300))
    assert "wait for the database" not in caplog.text


async def test_groups_over_the_same_logs_in_any_order_never_stand_in_each_others_way(nodes, caplog):
    """New logs among them: beginning and locking them in different orders would be a deadlock."""
    chance = random.Random(14)
    logs = [LogId(f"c{number}") for number in range(60)]

    async def speak(node):
        for _ in range(ROUNDS):
            chosen = chance.sample(logs, 12)
            told = await outcomes(
                node,
                *(Append([said(log=log), said(log=other)]) for log, other in itertools.pairwise(chosen)),
            )
            assert set(told) == {Committed()}

    await asyncio.gather(*(speak(node) for node in nodes for _ in range(2)))
    heads = await nodes[0].heads(logs)
    assert sum(heads.values()) == 4 * ROUNDS * 22
    for log, head in heads.items():
        assert [one.seq for one in await whole_log(nodes[1], log)] == list(range(1, head + 1))
    assert "wait for the database" not in caplog.text


async def test_of_two_for_the_last_place_one_gets_it(nodes):
    await outcome(nodes[0], opening())
    for rules in range(1, ROUNDS):
        told = await both(
            nodes,
            lambda number, rules=rules: Append(
                [event(Joined(contested=True), TEA, (ALICE, BOB)[number])], {TEA: rules}
            ),
        )
        assert sorted(map(repr, told)) == sorted(map(repr, [Committed(), Conflict(TEA)]))
    assert await nodes[0].head(TEA) == ROUNDS


async def test_a_decision_on_what_another_node_has_changed_is_a_conflict(nodes):
    here, there = nodes
    await outcome(here, opening())
    await keep(there, said(), event(ModesSet((ModeChange(add=True, mode="i"),))))
    assert await outcome(here, Append([said()], expect={TEA: 1})) == Conflict(TEA)
    assert await outcome(here, Append([said()], expect={TEA: 3})) == Committed()


async def test_a_nonce_is_unique_over_all_nodes(nodes):
    for number in range(ROUNDS):
        sent = [said(f"{number} {n}", nonce=f"n{number}") for n in range(2)]
        told = await both(nodes, lambda n, sent=sent: alone(sent[n]))
        [original] = [one for one, became in zip(sent, told, strict=True) if became == Committed()]
        assert Repeated(original) in told
    assert await nodes[0].head(TEA) == ROUNDS


async def test_what_one_node_has_deleted_another_does_not_change(nodes):
    [message] = await keep(nodes[0], said("secret"))
    await keep(nodes[0], event(Redacted(message.msgid, message.seq, "")))
    assert await outcome(nodes[1], alone(event(Edited(message.msgid, message.seq, "new")))) == Vanished()


@pytest.mark.parametrize("body", [Said("x"), Joined()])
async def test_a_log_that_grows_after_a_long_rest_has_moved(nodes, connections, body):
    await keep(nodes[0], said(), said(log=MILK))
    await connections.execute("UPDATE log SET touched = touched - interval '1 hour'")
    _, mark = await nodes[1].moved("")
    assert await nodes[1].moved(mark) == ({}, ANY)
    await keep(nodes[0], event(body))
    assert (await nodes[1].moved(mark))[0] == {TEA: 2}


async def test_time_does_not_run_back_when_clocks_differ(nodes):
    await keep(nodes[0], said(at=60_000))
    [later] = await keep(nodes[1], said(at=5))
    assert (later.seq, later.at) == (2, 60_000)


async def test_retention_on_one_node_and_messages_on_another_pass_each_other(nodes, caplog):
    old, new = nodes
    for log in (TEA, MILK, PAIR):
        await keep(old, *(said(log=log, at=1) for _ in range(4000)))

    async def speak():
        for number in range(ROUNDS):
            await keep(new, *(said(str(number), log, at=1000 * DAY) for log in (PAIR, MILK, TEA)))

    gone, also, _ = await asyncio.gather(old.retain(1, 1000 * DAY), new.retain(1, 1000 * DAY), speak())
    assert gone + also == 12_000
    for log in (TEA, MILK, PAIR):
        assert [one.seq for one in await whole_log(old, log)] == list(range(4001, 4001 + ROUNDS))
        assert {type(one.body) for one in await whole_log(old, log)} == {Said}
    assert "wait for the database" not in caplog.text


async def test_of_two_channels_that_begin_with_one_name_at_once_one_does(nodes):
    def begins(node, number):
        log = LogId(f"c{node}{number}")
        return Append([event(Opened(f"#tea{number}"), log)], {log: 0}, f"#tea{number}")

    told = await asyncio.gather(
        *(outcome(store, begins(node, number)) for number in range(30) for node, store in enumerate(nodes))
    )
    for number in range(0, len(told), len(nodes)):
        race = told[number : number + len(nodes)]
        assert race.count(Committed()) == 1
        assert {type(one) for one in race} == {Committed, Conflict}
    assert len(await nodes[0].log_ids()) == 30
