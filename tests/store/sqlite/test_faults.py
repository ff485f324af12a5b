"""Killed, cut off, out of space: what was acknowledged is there.

What ``power`` promises: a commit is acknowledged after the log file was brought to the disk up to and including it.
A power cut may take, cut or garble whatever was written behind that, and nothing before it. So the log file is cut
and garbled here at arbitrary points behind each acknowledgement. (That the file is really brought to the disk before
the outcome is told is what test_power.py sees.) A cut before it, by a disk that lied, must still open, and hold a
beginning of what was said without a hole.
"""

import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from tests.store import appending
from tests.store.making import keep, said, whole_log

from chover.ports import StoreError
from chover.store.sqlite import faults
from chover.store.sqlite.store import SqliteStore

ALONE = 1
FRAME = 24 + 4096


def start(directory, *words, **options):
    command = [sys.executable, appending.__file__, str(directory), *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)


def killed_while_appending(directory, durability, lines, *words):
    """What a process acknowledged until it was killed after so many lines: (msgids, size of the log file) each."""
    with start(directory, durability, 1_000_000, *words or [ALONE]) as process:
        said = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        said += process.stdout.readlines()
    return [(msgids.split(","), int(length)) for msgids, length in map(str.split, said)]


async def found(directory):
    """The msgids of the messages in a store, which has to be whole: no hole, state as the events say."""
    store = SqliteStore.open(directory, durability="process")
    try:
        log = await whole_log(store, appending.LOG)
        assert [event.seq for event in log] == list(range(1, len(log) + 1))
        snapshot = await store.load()
        assert [channel.head for channel in snapshot.channels] == ([len(log)] if log else [])
        assert len(snapshot.members) == len(snapshot.channels)
        return [event.msgid for event in log[2:]]
    finally:
        await store.close()


def copy(directory, target, length, tail=b""):
    """The directory as a cut left it: the log file has ``length`` bytes of its own, then what the disk made up."""
    shutil.copytree(directory, target, ignore=shutil.ignore_patterns("*-shm"))
    log_file = target / "chover.db-wal"
    log_file.write_bytes(log_file.read_bytes()[:length] + tail)
    return target


@pytest.mark.parametrize("durability", ["power", "process"])
async def test_a_killed_process_loses_nothing_acknowledged_and_repeats_nothing(tmp_path, durability):
    acknowledged = []
    for _ in range(3):
        acknowledged += killed_while_appending(tmp_path / "data", durability, 40, 7, 0.005)
        present = await found(tmp_path / "data")
        told = [msgid for msgids, _ in acknowledged for msgid in msgids]
        assert set(told) <= set(present)
        assert present == [f"m{number}" for number in range(len(present))]


async def test_a_log_file_cut_behind_an_acknowledgement_holds_all_that_was_acknowledged(tmp_path):
    acknowledged = killed_while_appending(tmp_path / "data", "power", 30)
    whole = (tmp_path / "data" / "chover.db-wal").stat().st_size
    chance = random.Random(1)
    for number, (_, length) in enumerate(acknowledged):
        following = acknowledged[number + 1][1] if number + 1 < len(acknowledged) else whole
        cut = chance.randint(length, max(length, following - 1))
        present = await found(copy(tmp_path / "data", tmp_path / f"cut{number}", cut))
        assert present[: number + 1] == [f"m{n}" for n in range(number + 1)], f"{cut} bytes of {whole}"
        assert len(present) <= number + 2


@pytest.mark.parametrize("made_up", ["zeros", "noise", "old"])
async def test_a_tail_that_the_disk_made_up_is_not_taken_for_events(tmp_path, made_up):
    acknowledged = killed_while_appending(tmp_path / "data", "power", 30)
    log = (tmp_path / "data" / "chover.db-wal").read_bytes()
    chance = random.Random(2)
    for number in range(0, len(acknowledged), 6):
        length = acknowledged[number][1]
        tail = {"zeros": bytes(9000), "noise": chance.randbytes(9000), "old": log[32 : 32 + 2 * FRAME]}[made_up]
        present = await found(copy(tmp_path / "data", tmp_path / f"cut{number}", length, tail))
        assert present == [f"m{n}" for n in range(number + 1)]


async def test_a_log_file_cut_anywhere_opens_and_holds_a_beginning(tmp_path):
    killed_while_appending(tmp_path / "data", "process", 30)
    whole = (tmp_path / "data" / "chover.db-wal").stat().st_size
    chance = random.Random(3)
    most = 0
    for number, cut in enumerate(sorted(chance.randrange(whole) for _ in range(30))):
        present = await found(copy(tmp_path / "data", tmp_path / f"cut{number}", cut))
        assert present == [f"m{n}" for n in range(len(present))]
        assert len(present) >= most, "a longer file holds no less"
        most = len(present)
    assert most > 10


async def test_a_file_that_may_not_grow_fails_messages_until_it_may(tmp_path):
    limit = 600_000
    with start(
        tmp_path / "data",
        "power",
        300,
        20,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    ) as process:
        lines = process.stdout.read().splitlines()
    told = [msgid for line in lines for msgid in line.split(" ")[0].split(",") if msgid]
    failed = [line for line in lines if "Failed" in line]
    assert 0 < len(failed) < 300
    assert "the disk cannot be read or written: check the disk and its free space; nothing was sent" in failed[0]
    assert await found(tmp_path / "data") == told


def test_every_reason_is_one_line_that_says_what_to_do():
    for reason in {*faults._REASONS.values(), faults.reason(ValueError())}:
        assert ": " in reason
        assert "\n" not in reason
        assert not reason.endswith(".")


def test_what_strikes_one_append_is_told_from_what_strikes_all():
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE t (x UNIQUE)")
        db.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(sqlite3.IntegrityError) as constraint:
            db.execute("INSERT INTO t VALUES (1)")
        db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError) as full:
            db.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert not faults.strikes_all(constraint.value)
    assert not faults.strikes_all(ValueError())
    assert faults.strikes_all(full.value)
    assert faults.reason(full.value) == "the disk is full: free some space"


async def test_a_database_that_breaks_under_a_reader_is_a_store_error(open_store):
    store = open_store()
    await keep(store, said())
    store._writer.run(lambda db: db.execute("DROP TABLE event")).result()
    with pytest.raises(
        StoreError, match=r"cannot read .*chover.db: the server could not read or store it: its log says why"
    ):
        await whole_log(store)
