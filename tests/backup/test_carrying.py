"""What stands beside the database goes with it into another data directory."""

import hashlib

import pytest

from chover.backup import carrying
from chover.backup.carrying import Carried, carry
from chover.backup.errors import BackupError
from chover.backup.pace import NoProgress
from chover.store.sqlite.backup import SqliteBackup

KEY = b"a private key"
PICTURE = b"a picture" * 1000
DIGEST = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def data(tmp_path):
    """A data directory with a key and an upload."""
    place = tmp_path / "data" / "uploads" / DIGEST[:2] / DIGEST
    place.parent.mkdir(parents=True)
    place.write_bytes(PICTURE)
    (tmp_path / "data" / "tls-key.pem").write_bytes(KEY)
    return tmp_path / "data"


@pytest.fixture
def target(tmp_path):
    made = tmp_path / "target"
    made.mkdir()
    return made


def files(directory):
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_keys_and_uploads_are_copied_and_counted(data, target):
    done = carry(data, target, SqliteBackup(target), NoProgress())
    assert files(target) == files(data)
    assert done == Carried(2, len(KEY) + len(PICTURE))


def test_what_is_there_already_is_not_copied_again(data, target, monkeypatch):
    carry(data, target, SqliteBackup(target), NoProgress())
    monkeypatch.setattr(carrying.copying, "copy", None)
    assert carry(data, target, SqliteBackup(target), NoProgress()).files == 2


def test_what_was_cut_off_is_copied_whole(data, target):
    (target / "tls-key.pem").write_bytes(KEY[:3])
    carry(data, target, SqliteBackup(target), NoProgress())
    assert (target / "tls-key.pem").read_bytes() == KEY


def test_a_directory_is_not_copied_into_itself(data):
    assert carry(data, data, SqliteBackup(data), NoProgress()) == Carried(0, 0)


def test_a_copy_that_reads_otherwise_than_its_original_is_told(data, target, monkeypatch):
    monkeypatch.setattr(carrying.copying, "read_back", lambda *_: (0, ""))
    with pytest.raises(BackupError, match=r"is not what was copied from .*: check the disk"):
        carry(data, target, SqliteBackup(target), NoProgress())
