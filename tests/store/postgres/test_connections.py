import asyncio

import asyncpg
import pytest
from tests.servers.postgres import LOCKED, PASSWORD

from chover.ports import StoreError
from chover.store.postgres import connections as module
from chover.store.postgres.faults import Interrupted, Unwilling, told


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresq://me:secret@h/d",
            "postgresq://h/d: this is no URL of PostgreSQL; store.url is to",
        ),
        (
            "postgresql://me:secret@h:x/d",
            "of store.url: .*; store.url is to be postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
        ),
        (
            "postgresql://me@127.0.0.1:1/d",
            "127.0.0.1:1/d: Conn.*; start PostgreSQL, or correct the host",
        ),
        ("postgresql://me@nowhere.invalid/d", "nowhere.invalid/d: .*; start PostgreSQL, or correct the host"),
    ],
)
async def test_a_url_that_leads_nowhere_is_told_in_one_line_without_its_password(open_connections, url, expected):
    with pytest.raises(StoreError, match=rf"^cannot open the database .*{expected}") as raised:
        await open_connections(url, connect_seconds=3)
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


async def test_a_wrong_password_and_a_missing_database_are_told(open_connections, postgres):
    url = postgres.url(user=LOCKED)
    await open_connections(url.replace("@", f":{PASSWORD}@"))
    with pytest.raises(StoreError, match='authentication failed for user "locked"; correct the'):
        await open_connections(url.replace("@", ":wrong@"))
    with pytest.raises(StoreError, match='"gone" does not exist; make it with createdb, or correct'):
        await open_connections(postgres.url("gone"))


async def test_a_server_that_never_answers_is_given_up(open_connections):
    writers = []
    server = await asyncio.start_server(lambda _reader, writer: writers.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(StoreError, match="it does not answer; check the host and the port"):
        await open_connections(f"postgresql://me@127.0.0.1:{port}/d", connect_seconds=0.1)
    for writer in writers:
        writer.close()
    server.close()


async def test_an_older_server_is_refused(open_connections, database, monkeypatch):
    monkeypatch.setattr(module, "OLDEST", 99)
    with pytest.raises(StoreError, match=r"PostgreSQL \d+: version 99 or newer is needed; upgrade it"):
        await open_connections(database)


async def test_rows_values_and_counts(connections):
    assert await connections.execute("INSERT INTO meta VALUES ('a', '1'), ('b', '2')") == 2
    await connections.execute_many("INSERT INTO meta VALUES ($1, $2)", [("c", b"3"), ("d", b"4")])
    assert await connections.value("SELECT value FROM meta WHERE name = $1", "c") == b"3"
    assert await connections.value("SELECT value FROM meta WHERE name = 'nothing'") is None
    assert tuple(await connections.row("SELECT name, value FROM meta WHERE name = 'b'")) == ("b", b"2")
    assert [row[0] for row in await connections.fetch("SELECT name FROM meta ORDER BY name")][:2] == ["a", "b"]
    assert await connections.execute("UPDATE meta SET value = '' WHERE name = 'nothing'") == 0


async def two_inserts(connections, name):
    async with connections.transaction() as db:
        await db.execute("INSERT INTO meta VALUES ('lost', '1')")
        await db.execute(f"INSERT INTO meta VALUES ({name}, '2')")


async def test_a_transaction_is_kept_whole_or_not_at_all(connections):
    async with connections.transaction() as db:
        await db.execute("INSERT INTO meta VALUES ('kept', '1')")
    with pytest.raises(asyncpg.UniqueViolationError):
        await two_inserts(connections, "'kept'")
    with pytest.raises(StoreError, match="division by zero"):
        await two_inserts(connections, "repeat('x', 1 / 0)")
    rows = await connections.fetch("SELECT name, value FROM meta WHERE name IN ('kept', 'lost')")
    assert [tuple(row) for row in rows] == [("kept", b"1")]


async def test_a_session_waits_for_its_disk_whatever_the_server_says(open_connections, postgres, database):
    name = database.rpartition("?")[0].rpartition("/")[2]
    postgres.sql(f"ALTER DATABASE {name} SET synchronous_commit = off")
    postgres.sql(f"ALTER DATABASE {name} SET jit = on")
    connections = await open_connections(database, node="n1")
    for _ in range(3):
        row = await connections.row(
            "SELECT current_setting('synchronous_commit'), current_setting('jit'), current_setting('application_name')"
        )
        assert tuple(row) == ("on", "off", "chover n1")


async def test_what_the_server_refuses_and_what_is_lost_are_told_apart(connections):
    with pytest.raises(StoreError, match=r"^the database refused it: .*surrogate") as refused:
        await connections.execute("INSERT INTO meta VALUES ($1, '')", "\ud800")
    assert type(refused.value) is StoreError
    full = told(asyncpg.DiskFullError("could not extend file"))
    assert (type(full), str(full)) == (Unwilling, "the disk is full: free some space")
    for error in (asyncpg.InternalClientError("got result for unknown protocol state 3"), ConnectionResetError()):
        assert type(told(error)) is Interrupted


async def test_a_killed_connection_is_lost_and_the_next_one_is_there(connections):
    with pytest.raises(Interrupted, match=r"^the database cannot be reached: start PostgreSQL, or check"):
        await connections.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
    assert await connections.value("SELECT 1") == 1


async def test_what_is_closed_says_so(connections):
    await connections.close()
    await connections.close()
    with pytest.raises(StoreError, match="the store is closed"):
        await connections.value("SELECT 1")
    with pytest.raises(StoreError, match="the store is closed"):
        await two_inserts(connections, "''")
