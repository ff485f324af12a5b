"""What is saved of a damaged data directory, and what is left alone."""

import pytest
from tests.backup.conftest import texts_in, tree

from chover.backup.errors import BackupError
from chover.backup.recovering import recover
from chover.ports import StoreError
from chover.store.lock import DirectoryLock
from chover.store.sqlite.backup import SqliteBackup


@pytest.fixture
def target(place):
    return place.root / "saved"


def saving(place, target):
    return recover(place.data, target, SqliteBackup(place.data))


async def test_all_that_can_be_read_is_in_the_new_directory_and_the_old_one_is_as_it_was(place, target):
    digest = await place.upload(b"picture")
    before = tree(place.data)

    saved = saving(place, target)

    # The channel was opened, and two messages were said.
    assert (saved.database.events, saved.database.lost, saved.database.incomplete) == (3, 0, ())
    assert (saved.files, saved.unread) == (2, ())
    assert await texts_in(target) == ["one", "two"]
    assert (target / "tls-key.pem").read_text() == "the key"
    assert (target / "files" / digest[:2] / digest).read_bytes() == b"picture"
    assert {name: data for name, data in tree(place.data).items() if "chover.db" not in name} == {
        name: data for name, data in before.items() if "chover.db" not in name
    }


async def test_an_upload_that_holds_something_else_by_now_is_named_and_not_saved(place, target):
    digest = await place.upload(b"picture")
    damaged = place.data / "files" / digest[:2] / digest
    damaged.write_bytes(b"pixture")

    saved = saving(place, target)

    assert (saved.files, saved.unread) == (1, (damaged,))
    assert list(target.rglob(digest)) == []


async def test_a_file_keeps_its_mode(place, target):
    (place.data / "tls-key.pem").chmod(0o640)
    saving(place, target)

    assert (target / "tls-key.pem").stat().st_mode & 0o777 == 0o640


async def test_a_directory_in_use_is_not_touched(place, target):
    lock = DirectoryLock(place.data)
    try:
        with pytest.raises(BackupError, match="stop that server first"):
            saving(place, target)
    finally:
        lock.release()

    assert not target.exists()


async def test_nothing_is_mixed_into_a_directory_that_holds_something(place, target):
    target.mkdir()
    (target / "mine.txt").write_text("precious")

    with pytest.raises(BackupError, match="not empty"):
        saving(place, target)
    assert tree(target) == {"mine.txt": b"precious"}


async def test_a_place_that_cannot_be_written_is_said_in_one_line(place):
    (place.root / "file").write_text("")

    with pytest.raises(BackupError, match="saved cannot be written: a file stands where a directory is needed"):
        saving(place, place.root / "file" / "saved")


async def test_where_nothing_of_the_database_can_be_read_there_is_nothing_to_save(place, target):
    for file in place.data.glob("chover.db*"):
        file.write_bytes(b"nothing of SQLite" * 1000)

    with pytest.raises(StoreError):
        saving(place, target)
