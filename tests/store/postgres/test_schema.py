import asyncio

import pytest

from chover.ports import StoreError
from chover.store.postgres import schema
from chover.store.postgres.schema import STEPS, Step

SECOND = Step("CREATE TABLE second (id INTEGER)")
THIRD = Step("CREATE TABLE third (id INTEGER); INSERT INTO third VALUES (1)")
TABLES = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name"


async def tables(connections):
    return [row[0] for row in await connections.fetch(TABLES)]


@pytest.fixture
async def bare(open_connections, bare_database):
    return await open_connections(bare_database)


async def test_an_empty_database_gets_the_tables_once(bare):
    cluster = await schema.prepare(bare)
    made = await tables(bare)
    assert {"event", "log", "account", "node", "nick_claim"} <= set(made)
    assert len(cluster) == 32
    assert await schema.prepare(bare) == cluster
    assert await tables(bare) == made


async def test_nodes_that_start_at_once_are_one_cluster(open_connections, bare_database):
    nodes = [await open_connections(bare_database) for _ in range(4)]
    clusters = await asyncio.gather(*map(schema.prepare, nodes))
    assert len(set(clusters)) == 1
    assert await nodes[0].value("SELECT count(*) FROM schema_version") == 1


async def test_two_databases_are_two_clusters(bare, connections):
    assert await schema.prepare(bare) != await schema.prepare(connections)


async def test_a_newer_schema_is_refused_and_stays_as_it_is(connections):
    await connections.execute("UPDATE schema_version SET version = 7, oldest = 7")
    with pytest.raises(StoreError, match=r"schema 7, made by a newer version; this one knows up to \d: install that"):
        await schema.prepare(connections)
    assert await connections.value("SELECT version FROM schema_version") == 7


async def test_a_database_of_another_program_is_refused_and_nothing_is_written(bare):
    await bare.execute("CREATE TABLE customer (id INTEGER)")
    with pytest.raises(StoreError, match="holds the tables of another program: name an empty one"):
        await schema.prepare(bare)
    assert await tables(bare) == ["customer"]


EARLY = "CREATE INDEX log_touched ON log (touched)"
"""What databases of the first days have already."""
SHAPE = """
    SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable FROM information_schema.columns
        WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT prosrc FROM pg_proc WHERE proname = 'note_change'
    ORDER BY 1"""


@pytest.mark.parametrize("earlier", ["SELECT 1", EARLY])
async def test_the_first_schema_with_accounts_in_it_becomes_what_a_new_database_has(bare, connections, earlier):
    await schema.prepare(bare, ())
    await bare.execute(earlier)
    await bare.execute(
        "INSERT INTO account (id, name, folded, created_at) VALUES ('a1', 'A', 'a', 1), ('a2', 'B', 'b', 2)"
    )
    assert await bare.value("SELECT version FROM schema_version") == 1
    await schema.prepare(bare)
    assert await bare.value("SELECT version FROM schema_version") == schema.wanted()
    assert await bare.fetch(SHAPE) == await connections.fetch(SHAPE)
    assert await bare.value("SELECT count(*) FROM account") == 2
    # A program of the first schema goes on.
    await bare.execute("INSERT INTO account (id, name, folded, created_at) VALUES ('a3', 'C', 'c', 3)")


async def test_an_older_schema_is_brought_up_by_its_steps_once_and_all_or_nothing(
    open_connections, connections, database
):
    with pytest.raises(StoreError, match="refused it"):
        await schema.prepare(connections, (*STEPS, SECOND, Step("CREATE TABEL third (id INTEGER)")))
    assert "second" not in await tables(connections)
    nodes = [await open_connections(database) for _ in range(2)]
    await asyncio.gather(*(schema.prepare(node, (*STEPS, SECOND, THIRD)) for node in nodes))
    assert {"second", "third"} <= set(await tables(connections))
    assert await connections.value("SELECT version FROM schema_version") == schema.wanted() + 2
    assert await connections.value("SELECT count(*) FROM third") == 1


async def test_a_program_goes_on_with_the_tables_of_the_next_version_unless_that_is_incompatible(connections):
    await schema.prepare(connections, (*STEPS, SECOND))
    cluster = await schema.prepare(connections)
    assert (await schema.look(connections)).version == schema.wanted()
    assert await connections.value("SELECT version FROM schema_version") == schema.wanted() + 1
    assert await schema.prepare(connections, (*STEPS, SECOND, THIRD)) == cluster
    fourth = Step("CREATE TABLE fourth (id INTEGER)", incompatible=True)
    await schema.prepare(connections, (*STEPS, SECOND, THIRD, fourth))
    for steps in ((), STEPS, (*STEPS, SECOND), (*STEPS, SECOND, THIRD)):
        with pytest.raises(StoreError, match="made by a newer version"):
            await schema.prepare(connections, steps)
    assert await connections.value("SELECT version FROM schema_version") == schema.wanted() + 3


@pytest.mark.parametrize("sql", ["DELETE FROM schema_version", "DELETE FROM meta"])
async def test_a_damaged_database_is_refused(connections, sql):
    await connections.execute(sql)
    with pytest.raises(StoreError, match="restore a backup of it"):
        await schema.prepare(connections)


async def test_a_role_that_may_make_no_tables_is_told(open_connections, postgres, bare_database):
    url = bare_database.replace("//chover@", "//locked:right@")
    with pytest.raises(StoreError, match="too few rights: give it those to its tables"):
        await schema.prepare(await open_connections(url))
