"""A database of the first schema, and of each one since, holds everything after its upgrade; a copy stays beside it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from tests.store.making import keep, said

from chover.engine.ids import LogId
from chover.engine.rows import encode
from chover.ports import Direction, Selector, StoreError
from chover.store.sqlite import database, upgrade
from chover.store.sqlite.store import SqliteStore

FIRST = Path(__file__).with_name("first_schema.sql")
TEA = LogId("c0b5n1v7q8s9")
PAIR = LogId("pa7kq2m9x0c1d:g4w8r5t6y2z1")
REVISIONS = sorted(script.revision for script in ScriptDirectory.from_config(upgrade.configuration()).walk_revisions())


def first_database(data):
    """A data directory as the first version left it."""
    data.mkdir()
    with closing(sqlite3.connect(data / database.FILE)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(FIRST.read_text(encoding="utf-8"))
    return data / database.FILE


def bring_to(path, revision):
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(upgrade.configuration(connection), revision)
    engine.dispose()


def stamp(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT version_num FROM alembic_version").fetchone()[0]


@pytest.fixture
async def opened(tmp_path):
    stores = []

    def opens():
        stores.append(SqliteStore.open(tmp_path / "data", durability="process"))
        return stores[-1]

    yield opens
    for store in stores:
        await store.close()


@pytest.mark.parametrize("revision", REVISIONS)
async def test_everything_is_there_after_the_upgrade_from_each_schema(tmp_path, opened, revision):
    path = first_database(tmp_path / "data")
    bring_to(path, revision)

    store = opened()

    assert stamp(path) == database.VERSION
    events = await store.between(TEA, 0, 100)
    assert [event.seq for event in events] == [*range(1, 10)]
    with closing(sqlite3.connect(":memory:")) as old:
        old.executescript(FIRST.read_text(encoding="utf-8"))
        rows = old.execute("SELECT data FROM event WHERE log_no = 1 ORDER BY seq").fetchall()
    assert [encode(event).decode() for event in events] == [data for (data,) in rows]
    assert [event.body.text for event in await store.between(PAIR, 0, 100)] == ["just between us"]
    snapshot = await store.load()
    (channel,) = snapshot.channels
    assert (channel.name, channel.topic, channel.head, channel.said) == ("#tea", "Tea – and “quotes” 🍵", 9, True)
    assert {(member.nick, member.modes) for member in snapshot.members} == {("alice", "o"), ("bob", "")}
    assert [entry.mask for entry in snapshot.lists] == ["bad!*@*"]
    assert await store.secret("cloak") == bytes(range(32))


async def test_what_came_with_later_versions_works_on_it(tmp_path, opened):
    first_database(tmp_path / "data")
    store = opened()

    await keep(store, said("after the upgrade", TEA))
    page = await store.page(TEA, Selector(), Direction.BEFORE, 2, messages_only=True)

    assert [event.body.text for event in page] == ["a notice", "after the upgrade"]
    # Accounts that were in a channel have read all of it; guests have not.
    assert [(row.account, row.since) for row in (await store.load()).since] == [("a7kq2m9x0c1d", 0)]
    assert await store.registry.tokens.of("a7kq2m9x0c1d") == []


async def test_the_database_as_it_was_stays_beside_it(tmp_path, opened):
    path = first_database(tmp_path / "data")
    opened()

    copy = path.with_name("chover.db.schema-0001")
    assert stamp(copy) == "0001"
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copy)) as old:
        assert old.execute("SELECT count(*) FROM event").fetchone() == (10,)
        assert old.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert sorted(p.name for p in path.parent.glob("*.new")) == []


async def test_without_room_for_a_copy_nothing_is_upgraded(tmp_path, monkeypatch):
    path = first_database(tmp_path / "data")

    def full(_path, _target):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(upgrade, "_copy", full)
    with pytest.raises(StoreError, match=r"it could not be copied first \(the disk is full: free some space\)"):
        SqliteStore.open(tmp_path / "data")

    assert stamp(path) == "0001"
    assert [p.name for p in path.parent.glob("*.schema-*")] == []


async def test_a_database_of_a_newer_version_names_the_copy_to_go_back_to(tmp_path):
    path = first_database(tmp_path / "data")
    store = SqliteStore.open(tmp_path / "data", durability="process")
    await store.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE alembic_version SET version_num = '0999'")
        db.commit()

    with pytest.raises(StoreError) as refused:
        SqliteStore.open(tmp_path / "data")

    line = str(refused.value)
    assert "has schema 0999, made by a newer version" in line
    assert f"go back to {path}.schema-0001, which the upgrade has kept" in line
    assert stamp(path) == "0999"


async def test_the_copy_can_be_gone_back_to(tmp_path, opened):
    path = first_database(tmp_path / "data")
    store = SqliteStore.open(tmp_path / "data", durability="process")
    await store.close()

    path.with_name("chover.db.schema-0001").replace(path)

    assert stamp(path) == "0001"
    assert len(await opened().between(TEA, 0, 100)) == 9
