"""Files copied to the disk: whole, for their owner alone, and brought there before anybody is told."""

import hashlib
import io
import os
import stat

import pytest

from chover.backup import copying
from chover.backup.copying import CHUNK
from chover.backup.pace import BURST, BackupPace

CONTENT = os.urandom(1000) * 3000
SUM = (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


class Counted:
    """Progress that is counted."""

    def __init__(self):
        self.bytes = 0

    def begin(self, what, total): ...

    def moved(self, count):
        self.bytes += count


@pytest.fixture
def progress():
    return Counted()


@pytest.fixture
def pace(progress):
    return BackupPace(progress, gentle=False)


@pytest.fixture
def synced(monkeypatch):
    """How large each file was when it was brought to the disk; "directory" for one."""
    seen = []

    def fsync(descriptor):
        status = os.fstat(descriptor)
        seen.append("directory" if stat.S_ISDIR(status.st_mode) else status.st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def test_a_copy_is_whole_and_has_the_size_and_the_checksum_of_the_original(tmp_path, pace, progress):
    target = tmp_path / "copy"

    assert copying.copy(io.BytesIO(CONTENT), target, pace) == SUM
    assert target.read_bytes() == CONTENT
    assert progress.bytes == len(CONTENT)


def test_a_copy_and_the_directory_that_it_needs_are_its_owners_alone(tmp_path, pace):
    target = tmp_path / "new" / "copy"
    copying.copy(io.BytesIO(b"secret"), target, pace)

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o700


def test_what_was_there_before_is_replaced_and_not_mixed_in(tmp_path, pace):
    target = tmp_path / "copy"
    target.write_bytes(b"longer than what comes")
    copying.copy(io.BytesIO(b"short"), target, pace)

    assert target.read_bytes() == b"short"


def test_each_burst_is_on_the_disk_before_the_next_and_all_of_it_at_the_end(tmp_path, pace, synced):
    copying.copy(io.BytesIO(CONTENT), tmp_path / "copy", pace)

    assert CHUNK == BURST
    assert synced == [CHUNK, 2 * CHUNK, len(CONTENT)]


class Slow(io.RawIOBase):
    """Takes three bytes at a time, as a file may."""

    def __init__(self):
        self.taken = b""

    def writable(self):
        return True

    def write(self, data):
        self.taken += bytes(data[:3])
        return min(3, len(data))


def test_a_write_that_takes_only_a_part_is_continued():
    slow = Slow()
    copying._write(slow, b"a whole sentence")

    assert slow.taken == b"a whole sentence"


def test_what_is_read_back_is_not_counted_a_second_time(tmp_path, pace, progress):
    path = tmp_path / "file"
    path.write_bytes(CONTENT)

    assert copying.read_back(path, pace) == SUM
    assert progress.bytes == 0


def test_the_checksum_of_what_is_left_in_a_file_is_counted(pace, progress):
    file = io.BytesIO(b"head" + CONTENT)
    file.seek(4)

    assert copying.digest_of(file, pace) == SUM
    assert progress.bytes == len(CONTENT)


def test_the_names_in_a_directory_are_brought_to_the_disk(tmp_path, synced):
    copying.sync(tmp_path)

    assert synced == ["directory"]
