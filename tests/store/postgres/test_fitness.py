"""What keeps a machine from being a node: its clock, another cluster, a rival with the same id."""

import asyncio

import pytest
from tests.servers.postgres import database, postgres

from chover.ports import StoreError
from chover.store.postgres import faults, fitness
from chover.store.postgres.connections import Connections

__all__ = ["database", "postgres"]

_NODE = """
    INSERT INTO node (id, epoch, expires, address, home)
    VALUES ('n1', 1, clock_timestamp() + interval '6 s', 'one.test', $1)"""


@pytest.fixture
async def connections(database):
    connections = await Connections.open(database)
    yield connections
    await connections.close()


@pytest.fixture
def directory(tmp_path):
    (tmp_path / fitness.NODE_FILE).write_text("n1\n")
    return tmp_path


@pytest.mark.parametrize(("seconds", "way"), [(600, "ahead of"), (-600, "behind")])
async def test_clocks_that_are_apart_are_told_with_the_way(connections, monkeypatch, seconds, way):
    await fitness.require_clock(connections)
    clock = fitness.time.time
    monkeypatch.setattr(fitness.time, "time", lambda: clock() + seconds)
    with pytest.raises(StoreError, match=rf"is (599|600|601) seconds {way} the database's: set both, as by"):
        await fitness.require_clock(connections)


async def test_a_directory_belongs_to_the_cluster_that_it_was_first_used_with(connections, directory):
    await fitness.require_same_cluster(connections, directory)
    fitness.remember_cluster(directory, await connections.value(fitness._CLUSTER))
    await fitness.require_same_cluster(connections, directory)
    await connections.execute("UPDATE meta SET value = 'another cluster!' WHERE name = 'cluster'")
    with pytest.raises(StoreError, match=r"correct store\.url, or remove cluster-id from the directory"):
        await fitness.require_same_cluster(connections, directory)


async def test_the_same_directory_is_no_rival(connections, directory):
    await connections.execute(_NODE, fitness.home_of(directory))
    await fitness.require_own_id(connections, directory)


async def test_a_rival_that_renews_its_lease_is_told(connections, directory, monkeypatch):
    monkeypatch.setattr(fitness, "LOOK_SECONDS", 0.01)
    await connections.execute(_NODE, "elsewhere")
    asked = asyncio.create_task(fitness.require_own_id(connections, directory))
    while not asked.done():
        await connections.execute("UPDATE node SET expires = clock_timestamp() + interval '6 s'")
        await asyncio.sleep(0.01)
    with pytest.raises(
        StoreError, match=r"the server at one\.test has the same node id as this one .n1., so .* a copy"
    ):
        await asked


async def test_a_rival_that_is_dead_is_waited_for_until_its_lease_has_ended(connections, directory, monkeypatch):
    monkeypatch.setattr(fitness, "LOOK_SECONDS", 0.01)
    await connections.execute(_NODE, "elsewhere")
    asked = asyncio.create_task(fitness.require_own_id(connections, directory))
    await asyncio.sleep(0.05)
    assert not asked.done()
    await connections.execute("UPDATE node SET expires = clock_timestamp()")
    await asked


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:secret@db.test:5432/chat?password=secret", "postgresql://db.test:5432/chat"),
        ("postgresq://u:secret@db.test/chat", "postgresq://db.test/chat"),
        ("postgresql:/u:secret@db.test/chat", "of store.url"),
        ("postgresql://u:secret", "of store.url"),
        ("postgresql://u:se@cret@[::1]:5432/chat", "postgresql://[::1]:5432/chat"),
    ],
)
def test_a_url_is_shown_without_its_password(url, expected):
    assert faults.shown(url) == expected
