"""``chover upgrade``: what it says of a database that is older, of this version, newer, in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chover.store.lock import DirectoryLock
from chover.store.sqlite import database

FIRST = Path(__file__).parent.parent / "store/sqlite/first_schema.sql"


@pytest.fixture
def old(tmp_path):
    """A data directory as the first version left it."""
    data = tmp_path / "old"
    data.mkdir()
    with closing(sqlite3.connect(data / database.FILE)) as db:
        db.executescript(FIRST.read_text(encoding="utf-8"))
    return data


def stamp(data, file=database.FILE):
    with closing(sqlite3.connect(data / file)) as db:
        return db.execute("SELECT version_num FROM alembic_version").fetchone()[0]


def test_an_older_database_is_upgraded_and_its_copy_named(chover_says, old):
    status, out, err = chover_says("upgrade", "--data", str(old))

    assert (status, err) == (0, "")
    assert out.startswith(f"upgraded {old}/chover.db from schema 0001 to {database.VERSION} in ")
    assert f"as it was it stays in {old}/chover.db.schema-0001: delete that when all is well" in out
    assert (stamp(old), stamp(old, "chover.db.schema-0001")) == (database.VERSION, "0001")

    status, out, _ = chover_says("upgrade", "--data", str(old))
    assert (status, out.startswith(f"nothing to do: {old}/chover.db has schema {database.VERSION}")) == (0, True)


def test_check_says_what_would_be_done_and_does_nothing(chover_says, old):
    before = (old / database.FILE).read_bytes()
    status, out, _ = chover_says("upgrade", "--check", "--data", str(old))
    assert (status, "has schema 0001; version" in out, f"would upgrade it to {database.VERSION}" in out) == (
        0,
        True,
        True,
    )
    assert (old / database.FILE).read_bytes() == before


@pytest.mark.parametrize("flags", [[], ["--check"]])
def test_a_newer_database_is_refused_with_what_to_do(chover_says, old, flags):
    with closing(sqlite3.connect(old / database.FILE)) as db:
        db.execute("UPDATE alembic_version SET version_num = '0999'")
        db.commit()
    status, out, err = chover_says("upgrade", *flags, "--data", str(old))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "has schema 0999, made by a newer version" in err
    assert "install that version or choose another directory with --data, where a backup from before" in err
    assert stamp(old) == "0999"


def test_while_a_server_runs_nothing_is_upgraded(chover_says, old):
    lock = DirectoryLock(old)
    status, _, err = chover_says("upgrade", "--data", str(old))
    lock.release()
    assert (status, "is in use by process" in err, stamp(old)) == (1, True, "0001")
