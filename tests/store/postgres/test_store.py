import asyncio
import random
import subprocess
import sys

import pytest
from tests.store.making import TEA, alone, keep, outcome, said, texts, whole_log

from chover.config import load
from chover.ports import Failed, StoreError
from chover.ports.search import Query, Scope
from chover.store.opening import inspect, open_copy, open_existing, open_storage
from chover.store.postgres import schema
from chover.store.postgres.store import PostgresStore


@pytest.fixture
async def open_store(tmp_path, database):
    """Open the storage of this test as the settings name it; what is still open at its end is closed."""
    opened = []

    async def opens(way=open_storage, *words, url=database, data="data"):
        flags = {"store.url": url, "server.data_dir": str(tmp_path / data), "store.wait_seconds": 7}
        opened.append(await way(load(environ={}, flags=flags), *words))
        return opened[-1]

    yield opens
    for store in opened:
        await store.close()


async def test_the_settings_name_it(open_store, tmp_path):
    store = await open_store()
    assert isinstance(store, PostgresStore)
    assert store._writer._patience == 7
    assert {path.name for path in (tmp_path / "data").iterdir()} == {"chover.pid", "cluster-id", "node-id"}
    secret = await store.secret("cloak")
    await store.close()
    assert await (await open_store(open_existing)).secret("cloak") == secret


async def test_its_size_is_that_of_its_tables(open_store):
    store = await open_store()
    assert store.sizes.last().database == 0
    before = await store.sizes.measure()
    chance = random.Random(1)  # PostgreSQL compresses what repeats itself.
    await keep(store, *(said(chance.randbytes(1000).hex(" ", 4)) for _ in range(500)))
    await store.search.settled()
    after = await store.sizes.measure()
    assert before.database + 100_000 < after.database
    assert before.index < after.index
    assert store.sizes.last() == after


async def test_a_data_directory_has_one_server(open_store):
    store = await open_store()
    with pytest.raises(StoreError, match="is in use by process"):
        await open_store()
    await store.close()
    await store.close()
    assert await outcome(store, alone(said())) == Failed(
        "the server is stopping: try again when it is back; nothing was sent"
    )
    await open_store()


async def test_it_is_read_while_a_server_runs(open_store, tmp_path):
    store = await open_store()
    await keep(store, said("hello"))
    beside = await open_store(open_copy, tmp_path / "room")
    assert texts(await whole_log(beside)) == ["hello"]
    assert not (tmp_path / "room").exists()


async def test_a_command_beside_a_server_does_not_index_and_finds_what_is_not_indexed(open_store, tmp_path):
    store = await open_store()
    await keep(store, said("indexed or not"))
    await store.search.close()
    beside = await open_store(open_copy, tmp_path / "room")
    assert [task for task in asyncio.all_tasks() if "SearchFollower" in repr(task)] == []
    await beside.search.settled()
    assert texts(await beside.search.find(Query("not "), Scope({TEA: 1}), 5)) == ["indexed or not"]


@pytest.mark.parametrize("way", [open_existing, lambda config: open_copy(config, None)])
async def test_only_a_server_makes_tables(open_store, open_connections, bare_database, tmp_path, way):
    with pytest.raises(StoreError, match=r"no data in the database of store.url: start a server there first"):
        await open_store(way, url=bare_database)
    connections = await open_connections(bare_database)
    assert await connections.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_seen_without_opening_it(tmp_path, database, bare_database):
    def look(url):
        return inspect(load(environ={}, flags={"store.url": url, "server.data_dir": str(tmp_path)}))

    assert look(database) == (str(schema.wanted()), str(schema.wanted()), 0)
    assert look(bare_database) is None
    assert "start PostgreSQL" in look("postgresql://me@127.0.0.1:1/chat")


OPENED = """
import asyncio, sys
from chover.config import load
from chover.store.opening import open_storage
from chover.ports import StoreError
if len(sys.argv) > 2:
    sys.modules["asyncpg"] = None
url = sys.argv[2] if len(sys.argv) > 2 else ""
try:
    asyncio.run(open_storage(load(environ={}, flags={"server.data_dir": sys.argv[1], "store.url": url})))
except StoreError as error:
    print(error)
print(sorted({"asyncpg", "nats"} & {name for name, module in sys.modules.items() if module}))
"""


def test_its_packages_are_imported_only_where_it_is_named(tmp_path):
    def run(*words):
        command = [sys.executable, "-c", OPENED, str(tmp_path / "data"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert run() == "[]\n"
    assert run("postgresql://me@db/chat") == (
        "store.url names PostgreSQL, and the package asyncpg is missing: pip install 'chover[cluster]'\n[]\n"
    )
