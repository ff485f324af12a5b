import asyncio
import contextlib
import sqlite3
import threading
from contextlib import closing
from types import SimpleNamespace

import pytest
from tests.store.making import event, keep, said

from chover.engine.events import Redacted
from chover.engine.ids import UserId
from chover.ports import Account
from chover.ports.records import ConnectionRecord
from chover.store.sqlite import checkpoints, database
from chover.store.sqlite.checkpoints import Checkpoints


@pytest.fixture
def copied(monkeypatch):
    """Set when the log file was copied; checkpoints come at once."""
    happened = threading.Event()

    class Watched:
        def __init__(self, path):
            self._db = database.connect(path)

        def execute(self, sql):
            result = self._db.execute(sql)
            happened.set()
            return result

        def close(self):
            self._db.close()

    monkeypatch.setattr(checkpoints, "SECONDS", 0)
    monkeypatch.setattr(checkpoints, "database", SimpleNamespace(connect=Watched))
    return happened


def test_nothing_is_copied_before_something_was_written(tmp_path, copied):
    copying = Checkpoints(tmp_path / "a.db")
    copying.stop()
    assert not copied.is_set()
    assert not (tmp_path / "a.db").exists()


def test_anyone_who_ends_it_in_the_moment_before_it_copies_does_not_wait_for_ever(tmp_path, monkeypatch):
    copying = Checkpoints(tmp_path / "a.db")

    def stopped_too_late(_seconds):
        copying._stopped.set()
        copying._written.set()
        return False

    monkeypatch.setattr(copying._stopped, "wait", stopped_too_late)
    copying.written()
    copying._thread.join(10)
    assert not copying._thread.is_alive()


def test_what_was_written_is_copied_into_the_database(tmp_path, copied):
    path = tmp_path / "a.db"
    writer = database.open_writer(path, "process")
    size = path.stat().st_size
    copying = Checkpoints(path)
    writer.execute("INSERT INTO meta VALUES ('x', zeroblob(100000))")
    copying.written()
    assert copied.wait(10)
    copying.stop()
    assert path.stat().st_size > size + 100_000
    writer.close()


@pytest.mark.parametrize("copied_before", [True, False])
async def test_a_deleted_text_leaves_the_files(open_store, tmp_path, monkeypatch, copied, copied_before):
    monkeypatch.setattr(checkpoints, "SECONDS", 0 if copied_before else 0.2)
    store = open_store()
    message = said("an embarrassing thing")
    await keep(store, message)
    if copied_before:
        assert copied.wait(10)
    await keep(store, event(Redacted(message.msgid, message.seq)))
    await no_file_holds(b"embarrassing", tmp_path)
    await keep(store, message := said("another embarrassing thing"), said("a tea"))
    assert holding(b"another embarrassing", tmp_path)
    await keep(store, event(Redacted(message.msgid, message.seq)))
    await no_file_holds(b"embarrassing", tmp_path)


async def test_what_is_known_of_a_person_leaves_the_files_with_the_account_and_the_record(open_store, tmp_path, copied):
    store = open_store()
    account = Account(UserId("a1"), "alice", "alice", 1, email="alice@secret.example")
    await store.registry.accounts.create(account, {"password": ["$the-first-hash"]})
    await store.registry.credentials.replace(account.id, {"password": ["$the-second-hash"]})
    await no_file_holds(b"$the-first-hash", tmp_path)
    await store.registry.accounts.delete(account.id)
    await no_file_holds(b"alice@secret.example", tmp_path)
    await no_file_holds(b"$the-second-hash", tmp_path)
    await store.records.keep_connections(
        [ConnectionRecord(1, "bob", "bob", "192.0.2.77", "home.example", "irc", until=2, no=1)]
    )
    assert holding(b"192.0.2.77", tmp_path)
    await store.records.retain(now=10, audit_before=0, connections_before=10)
    await no_file_holds(b"192.0.2.77", tmp_path)


async def test_a_log_file_that_somebody_reads_is_emptied_when_they_are_done(open_store, tmp_path, copied):
    store = open_store()
    message = said("an embarrassing thing")
    await keep(store, message)
    with closing(database.open_reader(tmp_path / "data" / "chover.db")) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM event").fetchone() == (1,)
        await keep(store, event(Redacted(message.msgid, message.seq)))
        copied.clear()
        assert copied.wait(10)
        await keep(store, said("nobody waits for the reader"))
        assert holding(b"embarrassing", tmp_path)
    await no_file_holds(b"embarrassing", tmp_path)


def holding(text, folder):
    found = []
    for path in folder.rglob("*"):
        # The index is made anew while a store opens.
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            found += [path] if text in path.read_bytes() else []
    return found


async def no_file_holds(text, folder):
    async with asyncio.timeout(20):
        while holding(text, folder):
            await asyncio.sleep(0)


async def test_a_checkpoint_that_fails_is_reported_and_takes_nothing(open_store, monkeypatch, caplog):
    tried = threading.Event()

    def fails(path):
        tried.set()
        raise sqlite3.OperationalError("no")

    monkeypatch.setattr(checkpoints, "SECONDS", 0)
    store = open_store()
    monkeypatch.setattr(checkpoints, "database", SimpleNamespace(connect=fails))
    await keep(store, said())
    assert tried.wait(10)
    await keep(store, said())
    await store.close()
    assert "the log file could not be copied into the database: no" in caplog.text
