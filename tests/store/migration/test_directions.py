"""All data goes from SQLite to PostgreSQL and back: equal rows, whatever interrupts it, and nothing else is touched."""

import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from tests.store.making import MILK, keep, opening, outcomes, said, whole_log
from tests.store.migration.filled import fill, postgres_rows, sqlite_rows

from chover.config import Config
from chover.config.server_settings import ServerSettings, StoreSettings
from chover.engine.events import Said
from chover.ports import Append, AuditEntry, Ban, Conflict, Repeated, StoreError
from chover.store.lock import DirectoryLock
from chover.store.migration import side
from chover.store.migration.directions import to_postgres, to_sqlite
from chover.store.migration.postgres_side import PostgresTarget
from chover.store.migration.tables import EVENTS, TABLES
from chover.store.postgres import schema
from chover.store.postgres.store import PostgresStore
from chover.store.sqlite import database
from chover.store.sqlite.store import SqliteStore

OF_RUNNING_NODES = {"node", "nick_claim", "nick_holder", "job", "change"}
MADE_ANEW = {
    "schema_version",
    "alembic_version",
    "channel_name",
    "search_block",
    "search_indexed",
    "search_entry",
    "search_followed",
    "message_span",
    "untimed_msgid",
}


class Stopped(Exception):
    """The power goes."""


class Steps:
    """Implements MigrationProgress; raises Stopped at its step ``at``."""

    def __init__(self, at=None):
        self._at = at
        self.count = 0

    def begin(self, what, total):
        self._step()

    def moved(self, count):
        self._step()

    def _step(self):
        self.count += 1
        if self.count == self._at:
            raise Stopped


def settings(directory, url=""):
    return Config(server=ServerSettings(data_dir=str(directory)), store=StoreSettings(url=url))


async def back(url, directory, old, progress=None):
    async with to_sqlite(settings(old, url), directory, progress or Steps()) as migrated:
        pass
    return migrated


def contents(directory):
    """What is in its files; the lock says who was there last."""
    return {path.name: path.read_bytes() for path in Path(directory).iterdir() if path.name != "chover.pid"}


@pytest.fixture
async def data(tmp_path):
    return await fill(tmp_path / "data")


def test_every_column_of_sqlite_is_moved_or_said_not_to_be():
    package = Path(schema.__file__).parents[1]
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript((package / "sqlite/schema.sql").read_text())
        names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: {row[1] for row in db.execute(f"PRAGMA table_info({name})")} for name in names}
    told = {table.name: {name for _, name in table.written("sqlite")} for table in TABLES}
    assert {name: columns for name, columns in found.items() if name not in MADE_ANEW | {"sqlite_sequence"}} == told


async def test_every_column_of_postgresql_is_moved_or_said_not_to_be(database):
    connection = await asyncpg.connect(database)
    rows = await connection.fetch(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    await connection.close()
    found = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    told = {table.name: {name for _, name in table.written("postgres")} for table in TABLES}
    # The moment of a log's growth is on the database's clock; a connection was to a node.
    told["log"].add("touched")
    # What a name looks like is compared for accounts that nodes make at once; these are known to all of them.
    told["account"].add("look")
    told["visit"].add("node")
    assert {name: columns for name, columns in found.items() if name not in MADE_ANEW | OF_RUNNING_NODES} == told


async def test_there_and_back_all_rows_are_equal_and_the_source_is_untouched(tmp_path, data, bare_database):
    before, rows = contents(data), sqlite_rows(data / database.FILE)
    moved = await to_postgres(settings(data), bare_database, Steps())
    assert contents(data) == before
    assert moved.rows["event"] == len(rows["event"])
    assert all(len(rows[name]) for name in moved.rows), rows
    assert not moved.resumed

    in_postgres = await postgres_rows(bare_database)
    await back(bare_database, tmp_path / "new", data)
    assert await postgres_rows(bare_database) == in_postgres
    assert sqlite_rows(tmp_path / "new" / database.FILE) == rows


async def test_servers_go_on_where_the_other_was(tmp_path, data, bare_database):
    store = SqliteStore.open(data)
    snapshot, tea = await store.load(), await whole_log(store)
    ban = Ban("mask", "*!*@x", "op", 1, 0, "", "")
    await store.close()
    await to_postgres(settings(data), bare_database, Steps())

    store = await PostgresStore.open(bare_database, tmp_path / "node")
    try:
        assert await store.load() == snapshot
        assert await whole_log(store) == tea
        [more] = await keep(store, said("more", at=1))
        assert (more.seq, more.at) == (tea[-1].seq + 1, tea[-1].at)
        [again] = await outcomes(store, Append([said("x", nonce="n39")]))
        assert isinstance(again, Repeated)
        added = await store.records.add_ban(ban, AuditEntry(1, "op", "ban", "", ""))
        # Eleven were given, and the last one of them lifted.
        assert added.no == 12
        [taken] = await outcomes(store, Append(opening("c9", "#MILCH-straße").events, {}, "#milch-straße"))
        assert taken == Conflict(MILK)
        [milk] = await keep(store, said("more milk", MILK, at=1))
    finally:
        await store.close()

    await back(bare_database, tmp_path / "new", data)
    store = SqliteStore.open(tmp_path / "new")
    try:
        assert (await whole_log(store))[-1].body == Said("more")
        [last] = await keep(store, said("still more", MILK))
        assert last.seq == milk.seq + 1
    finally:
        await store.close()


async def test_wherever_it_is_interrupted_it_goes_on_and_no_server_starts_meanwhile(
    tmp_path, data, bare_database, monkeypatch
):
    monkeypatch.setattr(side, "CHUNK", 9)
    rows = sqlite_rows(data / database.FILE)
    for at in (1, 2, 5, 30, 90):
        with pytest.raises(Stopped):
            await to_postgres(settings(data), bare_database, Steps(at))
        if at > 1:
            with pytest.raises(StoreError, match="holds an unfinished migration: run the same"):
                await PostgresStore.open(bare_database, tmp_path / "node")
    assert (await to_postgres(settings(data), bare_database, Steps())).resumed

    new = tmp_path / "new"
    for at in (1, 2, 5, 30, 90):
        with pytest.raises(Stopped):
            await back(bare_database, new, data, Steps(at))
        if at > 1:
            with pytest.raises(StoreError, match="is an unfinished migration: run the same"):
                SqliteStore.open(new)
    assert (await back(bare_database, new, data)).resumed
    assert sqlite_rows(new / database.FILE) == rows


async def test_an_unfinished_migration_of_other_data_is_refused(tmp_path, data, bare_database):
    with pytest.raises(Stopped):
        await to_postgres(settings(data), bare_database, Steps(12))
    store = SqliteStore.open(data)
    await keep(store, said("meanwhile"))
    await store.close()
    with pytest.raises(StoreError, match="of other data, or of this data before it changed: make an empty one"):
        await to_postgres(settings(data), bare_database, Steps())


@pytest.mark.parametrize("table", ["event", "credential"])
async def test_a_row_that_is_not_equal_is_found(data, bare_database, monkeypatch, table):
    write = PostgresTarget.write

    async def damaged(self, where, rows):
        if where.name == table:
            rows = [*rows[:-1], (*rows[-1][:-1], rows[-1][-1] + "x")]
        await write(self, where, rows)

    monkeypatch.setattr(PostgresTarget, "write", damaged)
    with pytest.raises(StoreError, match=r"differ between .*chover\.db and postgresql://"):
        await to_postgres(settings(data), bare_database, Steps())


async def test_a_row_that_is_missing_at_the_end_is_found(data, bare_database, monkeypatch):
    write = PostgresTarget.write

    async def short(self, where, rows):
        await write(self, where, rows[:-1] if where is EVENTS else rows)

    monkeypatch.setattr(PostgresTarget, "write", short)
    with pytest.raises(StoreError, match="differ"):
        await to_postgres(settings(data), bare_database, Steps())


async def test_what_cannot_be_is_said_before_anything_is_written(tmp_path, data, bare_database, postgres):
    async def refused(url, expected, directory=data):
        with pytest.raises(StoreError, match=expected) as caught:
            await to_postgres(settings(directory), url, Steps())
        assert "\n" not in str(caught.value)

    await refused("postgresql://chover@127.0.0.1:1/chat", "start PostgreSQL")
    await refused(bare_database, "there is no data in", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    lock = DirectoryLock(data)
    await refused(bare_database, "is in use by process")
    lock.release()
    with closing(sqlite3.connect(data / database.FILE)) as db:
        db.execute("UPDATE alembic_version SET version_num = '0999'")
        db.commit()
        await refused(bare_database, "schema 0999, made by a newer version")
        db.execute("UPDATE alembic_version SET version_num = '0014'")
        db.commit()
    await refused(bare_database, "older schema .0014.: run chover upgrade without --to first")
    assert await postgres_rows(bare_database) == {}
    name = bare_database.rpartition("?")[0].rpartition("/")[2]
    postgres.sql("CREATE TABLE customer (id INTEGER)", database=name)
    with closing(sqlite3.connect(data / database.FILE)) as db:
        db.execute(f"UPDATE alembic_version SET version_num = '{database.VERSION}'")
        db.commit()
    await refused(bare_database, "the database in --to is not empty")


async def test_what_cannot_be_on_the_way_back_is_said_before_anything_is_written(tmp_path, data, bare_database):
    new = tmp_path / "new"

    async def refused(expected, directory=new, url=bare_database):
        with pytest.raises(StoreError, match=expected):
            await back(url, directory, data)
        assert not new.exists()

    await refused("the messages are not in PostgreSQL", url="")
    await refused("there is no data in the database of store.url")
    await to_postgres(settings(data), bare_database, Steps())
    await refused("chover.db is there already: name a new directory", directory=data)
    store = await PostgresStore.open(bare_database, tmp_path / "node")
    await store.cluster.join("1", "")
    await refused("in use by 1 server: stop it first")
    await store.cluster.leave()
    await store.close()
    await back(bare_database, new, data)
    with pytest.raises(StoreError, match="is there already"):
        await back(bare_database, new, data)


async def test_a_server_that_was_started_meanwhile_is_noticed(tmp_path, data, bare_database):
    await to_postgres(settings(data), bare_database, Steps())

    async def goes_on_meanwhile():
        async with to_sqlite(settings(data, bare_database), tmp_path / "new", Steps()):
            store = await PostgresStore.open(bare_database, tmp_path / "node")
            await store.cluster.join("1", "")
            await store.cluster.leave()
            await store.close()

    with pytest.raises(StoreError, match="a server was started on the database meanwhile"):
        await goes_on_meanwhile()
    with pytest.raises(StoreError, match="unfinished migration"):
        SqliteStore.open(tmp_path / "new")
