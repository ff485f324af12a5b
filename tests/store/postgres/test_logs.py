"""The contract of a store over PostgreSQL, and what several nodes on one database see."""

import contextlib
from importlib.resources import files

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.servers.postgres import apart
from tests.store.contract import StoreContract
from tests.store.contract_of_sharing import SharedStoreContract
from tests.store.contract_of_state_tables import StateTablesContract
from tests.store.stories import as_snapshot, stories, told

from chover.ports import Append, Committed
from chover.store.edits import EventChange
from chover.store.postgres.connections import Connections
from chover.store.postgres.log import edits, pages, state_tables
from chover.store.postgres.log.appender import PostgresAppender
from chover.store.projection import StateChange

FULL = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse()"""


@pytest.fixture
async def store(open_logs):
    return await open_logs()


@pytest.fixture
def reopen(open_logs):
    async def opens_again(store):
        await store.close()
        return await open_logs()

    return opens_again


@pytest.fixture
def full(database):
    """PostgreSQL says that the disk is full when an event is inserted."""

    async def change(sql):
        connection = await asyncpg.connect(database)
        await connection.execute(sql)
        await connection.close()

    @contextlib.contextmanager
    def no_space(_store):
        apart(change(FULL))
        yield
        apart(change("DROP FUNCTION refuse CASCADE"))

    return no_space


class TestPostgresLogs(StoreContract, SharedStoreContract, StateTablesContract):
    pass


EMPTY = """
    TRUNCATE log, event, reaction, channel, channel_mode, channel_list, membership, channel_since, channel_access,
        channel_metadata, channel_former, channel_name RESTART IDENTITY"""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories, st.integers(1, 70))
def test_boot_finds_the_state_that_the_engine_had(database, story, group):
    """The same as SQLite's own: what each change of the state does to the tables."""

    async def loaded():
        connections = await Connections.open(database)
        async with connections.transaction() as db:
            await db.execute(EMPTY)
        appender = PostgresAppender(connections)
        for at in range(0, len(story), group):
            appends = [Append([one]) for one in story[at : at + group]]
            assert await appender.keep(appends) == [Committed()] * len(appends)
        async with connections.transaction() as db:
            found = await pages.load(db)
        await connections.close()
        return found

    found = apart(loaded())
    assert found.newest == max((one.at for one in story if one.seq), default=0)
    found.newest = 0
    assert found == as_snapshot(told(story))


def test_each_change_has_statements():
    assert state_tables.STATEMENTS.keys() == set(StateChange)
    assert edits.STATEMENTS.keys() == set(EventChange)


def test_pages_of_messages_use_the_index_that_the_store_has():
    # Word for word, or PostgreSQL does not use it (schema.sql).
    schema = files("chover.store.postgres").joinpath("schema.sql").read_text(encoding="utf-8")
    assert f"CREATE INDEX event_told ON event (log_no, seq) WHERE {pages.TOLD};" in schema
