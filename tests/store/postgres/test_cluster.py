"""Nodes on one database: leases, nicks, jobs."""

import asyncio
import itertools

import pytest
from tests.store.contract_of_cluster import ALICE, BOB, ClusterContract
from tests.store.making import alone, outcome, said

from chover.engine.ids import UserId
from chover.ports import Committed, Failed
from chover.store.postgres.cluster import PostgresCluster
from chover.store.postgres.faults import LeaseLost
from chover.store.postgres.log.appender import PostgresAppender

RACES = 1000
CAROL = UserId("g3")


@pytest.fixture
async def open_node(database, open_connections):
    """A node of the cluster, which has joined."""

    async def opens(name, seconds=60):
        connections = await open_connections(database, most=4)
        node = PostgresCluster(connections, PostgresAppender(connections), name, seconds)
        node.connections = connections
        await node.join("26.11", "chat.test")
        await connections.execute("UPDATE node SET since = since - interval '1 hour'")
        return node

    return opens


async def expire(node, name):
    """The lease of a node has ended, as if time had passed."""
    sql = "UPDATE node SET expires = clock_timestamp() - interval '1 ms' WHERE id = $1"
    await node.connections.execute(sql, name)


class TestPostgresCluster(ClusterContract):
    @pytest.fixture
    async def cluster(self, open_node):
        return await open_node("n1")


async def test_a_nick_on_one_node_is_taken_on_the_other(open_node):
    one, other = await open_node("n1"), await open_node("n2")
    assert await one.claim("alice", "alice", ALICE)
    assert not await other.claim("alice", "alice", BOB)
    assert await other.present() == {ALICE}


async def test_of_two_who_race_for_a_nick_one_gets_it(open_node):
    # The lease is longer than all races take on a busy machine.
    one, other = await open_node("n1", 600), await open_node("n2", 600)
    for number in range(RACES):
        look = f"nick{number % 7}"
        got = await asyncio.gather(one.claim(look, look, ALICE), other.claim(look, look, BOB))
        assert sum(got) == 1, "never two owners, never none"
        await asyncio.gather(one.release(look, ALICE), other.release(look, BOB))


async def test_somebody_on_two_nodes_has_the_nick_until_both_let_go(open_node):
    one, other, third = [await open_node(f"n{number}") for number in range(3)]
    assert await one.claim("alice", "alice", ALICE)
    assert await other.claim("alice", "alice", ALICE)
    assert not await one.release("alice", ALICE)
    assert not await third.claim("alice", "alice", BOB)
    assert await other.release("alice", ALICE)
    assert await third.claim("alice", "alice", BOB)


async def test_the_nicks_of_a_dead_node_are_free_and_it_is_reaped_by_one(open_node):
    dead, one, other = [await open_node(f"n{number}") for number in range(3)]
    await dead.claim("alice", "alice", ALICE)
    await dead.claim("bob", "bob", BOB)
    await one.claim("bob", "bob", BOB)
    await expire(one, "n0")
    assert sorted(itertools.chain(*await asyncio.gather(one.reap(), other.reap()))) == ["n0"]
    assert await one.present() == {BOB}, "a living node holds him"
    assert await other.claim("alice", "alice", CAROL)
    assert [facts.id for facts in await one.nodes()] == ["n1", "n2"]


async def test_a_node_that_was_asleep_claims_nothing_and_writes_nothing(open_node, open_logs):
    logs = await open_logs()
    sleeper, other = await open_node("n1"), await open_node("n2")
    logs._writer._appender.lease = sleeper._appender.lease
    assert await outcome(logs, alone(said())) == Committed()
    await expire(other, "n1")
    assert await other.reap() == ["n1"]
    assert not await sleeper.renew()
    with pytest.raises(LeaseLost):
        await sleeper.claim("alice", "alice", ALICE)
    assert isinstance(await outcome(logs, alone(said())), Failed)
    again = await open_node("n1")
    assert not await sleeper.renew(), "the new run has another epoch"
    assert await again.renew()
    assert isinstance(await outcome(logs, alone(said())), Failed)


async def test_a_node_that_starts_again_has_none_of_its_old_nicks(open_node):
    one = await open_node("n1")
    await one.claim("alice", "alice", ALICE)
    again = await open_node("n1")
    assert await again.present() == set()


async def test_a_job_moves_when_its_node_is_gone(open_node):
    one, other = await open_node("n1"), await open_node("n2")
    assert await one.does("hooks")
    assert not await other.does("hooks")
    await expire(other, "n1")
    assert await other.does("hooks")
    assert not await one.does("hooks")
    assert {facts.id: facts.jobs for facts in await other.nodes()} == {"n1": [], "n2": ["hooks"]}
    await other.leave()
    third = await open_node("n3")
    assert await third.does("hooks")


async def test_a_node_knows_for_how_long_nobody_can_have_taken_over(open_node):
    one = await open_node("n1", seconds=60)
    other = await open_node("n2", seconds=60)
    assert 50 < one.lease_left <= 60
    one.lease_seconds = 600
    assert await one.renew()
    assert 590 < one.lease_left <= 600
    await expire(other, "n1")
    assert await other.reap() == ["n1"]
    one.lease_seconds = 6000
    assert not await one.renew()
    assert one.lease_left <= 600, "a lease that is gone is not prolonged"


async def test_of_two_who_want_a_job_one_gets_it(open_node):
    one, other = await open_node("n1"), await open_node("n2")
    for number in range(50):
        job = f"job{number}"
        assert sum(await asyncio.gather(one.does(job), other.does(job))) == 1


async def test_when_the_database_was_away_for_all_nobody_is_reaped_before_they_had_a_chance(open_node):
    one, other = await open_node("n1"), await open_node("n2")
    await one.claim("alice", "alice", ALICE)
    await expire(one, "n1")
    await expire(one, "n2")
    assert await other.reap() == [], "its own lease has ended, too"
    assert await other.renew()
    assert await other.reap() == [], "it is back for a moment only"
    assert await one.renew()
    assert await one.present() == {ALICE}
