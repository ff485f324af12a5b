"""What is found in the data directory: ours, newer, somebody else's, nothing that can be read."""

import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from chover.ports import StoreError
from chover.store.sqlite import database
from chover.store.sqlite.store import SqliteStore

NOBODY = 65534


def refusal(data_dir):
    """What is said when the directory cannot be opened: one line."""
    with pytest.raises(StoreError) as refused:
        SqliteStore.open(data_dir)
    line = str(refused.value)
    assert "\n" not in line
    assert "--data" in line
    return line


def data_with(tmp_path, sql):
    with closing(sqlite3.connect(tmp_path / database.FILE)) as db:
        db.executescript(sql)
    return tmp_path


@pytest.fixture
def as_somebody():
    """Give up the rights of root for the test: they would let it do everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


@pytest.fixture
def foreign():
    """A directory in which only its owner may do something."""
    with tempfile.TemporaryDirectory(prefix="chover-") as name:
        path = Path(name)
        path.chmod(0o500)
        yield path
        path.chmod(0o700)


def test_a_newer_schema_is_named_with_what_to_do(tmp_path):
    data_with(tmp_path, "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('0999')")
    line = refusal(tmp_path)
    assert (
        f"has schema 0999, made by a newer version; this one reads up to {database.VERSION}: install that version or"
        in line
    )


def test_a_database_of_another_program_is_left_alone(tmp_path):
    data_with(tmp_path, "CREATE TABLE cookies (name)")
    assert "is a database of another program: move it away" in refusal(tmp_path)
    with closing(sqlite3.connect(tmp_path / database.FILE)) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("cookies",)]


@pytest.mark.parametrize("stamp", ["('8f3a2c')", "('0001'), ('0002')"])
def test_a_stamp_that_is_not_ours_is_another_program(tmp_path, stamp):
    data_with(tmp_path, f"CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES {stamp}")
    assert "is a database of another program" in refusal(tmp_path)


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / database.FILE).write_bytes(b"Dear diary, " * 1000)
    assert refusal(tmp_path).startswith(
        f"cannot open {tmp_path / database.FILE}: the file is not a database: move it away"
    )
    assert (tmp_path / database.FILE).read_bytes().startswith(b"Dear diary")


def test_a_directory_in_the_place_of_the_database_is_named(tmp_path):
    (tmp_path / database.FILE).mkdir()
    assert "Is a directory" in refusal(tmp_path)


def test_a_file_in_the_place_of_the_directory_is_named(tmp_path):
    (tmp_path / "data").write_text("")
    assert f"cannot use data directory {tmp_path / 'data'}: Not a directory" in refusal(tmp_path / "data")


@pytest.mark.skipif(sys.platform == "win32", reason="rights are other ones there")
def test_a_directory_that_may_not_be_written_is_named(foreign, as_somebody):
    assert f"cannot use data directory {foreign}: Permission denied" in refusal(foreign)
    assert "Permission denied" in refusal(foreign / "below")


def test_a_directory_that_could_not_be_used_is_not_locked_afterwards(tmp_path):
    (tmp_path / database.FILE).mkdir()
    refusal(tmp_path)
    (tmp_path / database.FILE).rmdir()
    SqliteStore.open(tmp_path)._lock.release()


def test_an_empty_file_is_a_database_that_has_not_begun(tmp_path):
    (tmp_path / database.FILE).touch()
    with closing(database.open_writer(tmp_path / database.FILE, "process")) as db:
        assert db.execute("SELECT version_num FROM alembic_version").fetchall() == [(database.VERSION,)]


@pytest.mark.parametrize(("durability", "level"), [("power", 2), ("process", 1)])
def test_durability_is_the_synchronous_setting(tmp_path, durability, level):
    with closing(database.open_writer(tmp_path / database.FILE, durability)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (level,)


def test_a_reader_cannot_write(tmp_path):
    path = tmp_path / "what? a #name%20.db"
    with closing(database.open_writer(path, "process")), closing(database.open_reader(path)) as db:
        assert db.execute("SELECT count(*) FROM event").fetchone() == (0,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM event")


@pytest.mark.parametrize("beside", ["tls-key.pem", "ssh_host_ed25519_key", "files/0a"])
def test_an_empty_database_beside_what_a_server_makes_later_is_refused_and_left_alone(tmp_path, beside):
    (tmp_path / beside).parent.mkdir(exist_ok=True)
    (tmp_path / beside).write_text("x")
    (tmp_path / database.FILE).touch()

    assert "is empty, and" in refusal(tmp_path)
    assert (tmp_path / database.FILE).stat().st_size == 0


def test_a_database_without_tables_beside_what_a_server_makes_later_is_refused(tmp_path):
    (tmp_path / "tls-key.pem").write_text("x")
    data_with(tmp_path, "PRAGMA user_version = 1")

    assert "Restore a backup" in refusal(tmp_path)


async def test_an_empty_file_that_a_first_start_has_left_becomes_a_database(tmp_path):
    (tmp_path / database.FILE).touch()
    (tmp_path / "files").mkdir()

    await SqliteStore.open(tmp_path).close()

    assert (tmp_path / database.FILE).stat().st_size > 0
