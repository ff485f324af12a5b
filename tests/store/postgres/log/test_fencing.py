"""A node writes as long as its lease holds; a node that has taken it over sees nothing of it any more."""

import asyncio

import pytest
from tests.store.making import TEA, alone, outcome, said, texts, whole_log

from chover.ports import Committed, Failed
from chover.store.postgres.log.talk import NodeLease

JOIN = "INSERT INTO node (id, epoch, expires) VALUES ('n1', 1, clock_timestamp() + $1 * interval '1 s')"
FENCED = Failed(
    "this server has lost its place in the cluster, and others have taken over: connect again; nothing was sent"
)


@pytest.fixture
async def node(open_logs, connections):
    logs = await open_logs()
    appender = logs._writer._appender
    appender.lease = NodeLease("n1", 1)
    logs.lost = []
    appender.lease_lost = lambda: logs.lost.append(True)
    return logs


async def test_with_a_lease_it_writes(node, connections):
    await connections.execute(JOIN, 60)
    assert await outcome(node, alone(said("kept"))) == Committed()
    assert node.lost == []


@pytest.mark.parametrize(
    "ends",
    [
        "DELETE FROM node",
        "UPDATE node SET epoch = 2",
    ],
)
async def test_without_one_it_does_not_and_hears_of_it(node, connections, ends):
    await connections.execute(JOIN, 60)
    await connections.execute(ends)
    assert await outcome(node, alone(said())) == FENCED
    assert node.lost == [True]
    assert await node.head(TEA) == 0


async def test_a_lease_that_nobody_took_over_is_renewed_and_the_message_written(node, connections):
    """So it is after the database was away for longer than a lease."""
    await connections.execute(JOIN, 60)
    await connections.execute("UPDATE node SET expires = clock_timestamp()")
    saying = asyncio.create_task(outcome(node, alone(said("kept"))))
    await asyncio.wait([saying], timeout=0.2)
    assert not saying.done()
    assert await node.head(TEA) == 0
    await connections.execute("UPDATE node SET expires = clock_timestamp() + interval '60 s'")
    assert await saying == Committed()
    assert node.lost == []


async def test_nothing_comes_after_it_was_taken_over(node, connections):
    await connections.execute(JOIN, 60)
    fenced = False

    async def speak():
        nonlocal fenced
        number = 0
        while not fenced:
            fenced = await outcome(node, alone(said(str(number)))) == FENCED
            number += 1
        return number - 1

    for epoch in range(2, 20):
        fenced = False
        before = await node.head(TEA)
        speaking = asyncio.create_task(speak())
        while await node.head(TEA) < before + 5:
            await asyncio.sleep(0)
        async with connections.transaction() as db:
            await db.execute("UPDATE node SET epoch = $1", epoch)
            seen = await db.fetchval("SELECT coalesce(max(seq), 0) FROM event")
        acknowledged = await speaking
        assert await node.head(TEA) == seen == before + acknowledged
        node._writer._appender.lease = NodeLease("n1", epoch)
    assert texts(await whole_log(node))
