import os
import subprocess
import sys

import pytest

from chover.ports import StoreError
from chover.store.lock import FILE, DirectoryLock

HOLD = """
import sys
from pathlib import Path
from chover.store.lock import DirectoryLock
lock = DirectoryLock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the directory until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.stdin.close()


def test_a_second_server_is_told_whose_the_directory_is(tmp_path, holder):
    with pytest.raises(StoreError) as refused:
        DirectoryLock(tmp_path)
    assert str(refused.value) == (
        f"data directory {tmp_path} is in use by process {holder.pid}; stop it or choose another with --data"
    )


def test_a_killed_server_leaves_no_lock_behind(tmp_path, holder):
    holder.kill()
    holder.wait()
    DirectoryLock(tmp_path).release()


def test_the_same_process_cannot_hold_it_twice(tmp_path):
    lock = DirectoryLock(tmp_path)
    with pytest.raises(StoreError, match=f"in use by process {os.getpid()};"):
        DirectoryLock(tmp_path)
    lock.release()


def test_what_was_released_can_be_held_again(tmp_path):
    for _ in range(3):
        DirectoryLock(tmp_path).release()
    assert (tmp_path / FILE).read_text() == f"{os.getpid()}\n"


def test_the_number_of_a_longer_pid_leaves_no_digits_behind(tmp_path):
    (tmp_path / FILE).write_text("99999999999\n")
    lock = DirectoryLock(tmp_path)
    assert (tmp_path / FILE).read_text() == f"{os.getpid()}\n"
    lock.release()


def test_a_holder_that_has_not_written_its_number_yet_is_another_process(tmp_path, holder):
    (tmp_path / FILE).write_text("")
    with pytest.raises(StoreError, match="is in use by another process;"):
        DirectoryLock(tmp_path)


def test_directories_are_made_on_the_way(tmp_path):
    DirectoryLock(tmp_path / "a" / "b").release()
    assert (tmp_path / "a" / "b" / FILE).exists()
