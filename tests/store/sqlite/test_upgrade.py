"""The script that makes a fresh database and the steps from nothing end in the same tables."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from tests.store.making import keep, said

from chover.ports import StoreError
from chover.store.sqlite import database, upgrade


def tables(path):
    """The schema as SQLite has it, without its white space."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name").fetchall()
    return [(kind, name, table, re.sub(r"\s+", "", sql or "")) for kind, name, table, sql in rows]


def stamps(path):
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT version_num FROM alembic_version").fetchall()


def test_the_script_and_the_upgrades_make_the_same_schema(tmp_path):
    fresh, upgraded = tmp_path / "fresh.db", tmp_path / "upgraded.db"
    database.open_writer(fresh, "process").close()
    upgrade.upgrade(upgraded)
    assert tables(fresh) == tables(upgraded)
    assert len(tables(fresh)) > 10
    assert stamps(fresh) == stamps(upgraded) == [(database.VERSION,)]


def test_the_version_of_the_code_is_the_newest_upgrade():
    scripts = ScriptDirectory.from_config(upgrade.configuration())
    assert scripts.get_heads() == [database.VERSION]


def test_upgrades_are_numbered_so_that_the_older_sorts_first():
    scripts = ScriptDirectory.from_config(upgrade.configuration())
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == [f"{number:04}" for number in range(len(revisions), 0, -1)]


async def test_an_older_database_is_upgraded_when_it_is_opened(open_store, tmp_path):
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / database.FILE
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    store = open_store()
    await keep(store, said())
    assert stamps(path) == [(database.VERSION,)]


def test_an_upgrade_that_fails_half_way_leaves_the_old_schema(tmp_path):
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE membership (is_in_the_way)")
    before = tables(path)
    with pytest.raises(StoreError, match=r"table membership already exists.*the older version can still read it"):
        upgrade.upgrade(path)
    assert tables(path) == before


def test_entries_of_lists_that_name_an_account_get_its_id_and_those_of_nobody_go(tmp_path):
    path = tmp_path / "old.db"
    upgrade.upgrade(path, to="0014")
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO account (id, name, folded, created_at) VALUES ('a1', 'Bob', 'bob', 1)")
        masks = ("account:bob", "m:account:bob", "account:gone", "account:b*", "*!*@evil")
        for mask in masks:
            db.execute("INSERT INTO channel_list VALUES ('c1', 'b', ?, 'alice', 5)", (mask,))
        for what in ("bob", "gone"):
            db.execute(
                "INSERT INTO ban (kind, what, by, at, expires_at, reason, note) VALUES"
                " ('account', ?, 'root', 1, 0, '', '')",
                (what,),
            )
        db.commit()
    upgrade.upgrade(path)
    with closing(sqlite3.connect(path)) as db:
        assert dict(db.execute("SELECT mask, account FROM channel_list")) == {
            "account:bob": "a1", "m:account:bob": "a1", "account:b*": "", "*!*@evil": ""
        }  # fmt: skip
        assert db.execute("SELECT what FROM ban").fetchall() == [("bob",)]


def test_events_move_into_their_new_table_and_leave_neither_text_nor_room_behind(tmp_path):
    path = tmp_path / "old.db"
    upgrade.upgrade(path, to="0019")
    rows = [(no, seq, f"text {no}-{seq}." + "x" * 100) for seq in range(1, 12_001) for no in (1, 2, 3)]
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executemany("INSERT INTO event VALUES (?, ?, 1, 'm', 'said', 1, 'g1', NULL, ?)", rows)
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = path.stat().st_size
        upgrade.upgrade(path)
        assert Path(f"{path}-wal").stat().st_size == 0
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT log_no, seq, data FROM event ORDER BY rowid").fetchall() == sorted(rows)
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert path.read_bytes().count(b"text 2-11000.") == 1
    assert path.stat().st_size < before * 1.4


def test_an_ordinary_start_imports_neither_sqlalchemy_nor_alembic(tmp_path):
    script = (
        "import asyncio, sys, pathlib; from chover.store.sqlite.store import SqliteStore;"
        "store = SqliteStore.open(pathlib.Path(sys.argv[1]));"
        "asyncio.run(store.load()); asyncio.run(store.secret('x'));"
        "sys.exit(bool({'sqlalchemy', 'alembic', 'mako'} & set(sys.modules)))"
    )
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", script, str(tmp_path / "data")], check=False).returncode == 0
