"""What a backup holds, what the next one copies, and what is said of what is not well."""

import errno
import hashlib
import os
import tarfile
from contextlib import closing

import msgspec
import pytest
from tests.backup.conftest import MOMENT, texts_in, tree

from chover.backup import copying
from chover.backup.errors import BackupError
from chover.backup.manifest import BackupManifest
from chover.ports import StoreError
from chover.store.sqlite import database
from chover.store.sqlite.backup import SqliteBackup


async def test_a_backup_holds_the_database_keys_uploads_and_settings_with_their_checksums(place):
    digest = await place.upload(b"a picture")
    (place.root / "chover.toml").write_text("[server]\n")
    place.beside = [place.root / "chover.toml", place.root / "not-there.pem"]

    made = place.back_up()

    backup = place.place / "2027-01-15T080000Z"
    assert {p.name for p in place.place.iterdir()} == {backup.name, "files"}
    manifest = msgspec.json.decode((backup / "manifest.json").read_bytes(), type=BackupManifest)
    assert manifest == made.manifest
    names = [entry.name for entry in manifest.entries]
    upload = f"files/{digest[:2]}/{digest}"
    assert names == ["data/chover.db", "data/tls-key.pem", "settings/1-chover.toml", upload]
    assert manifest.entries[2].origin == str(place.root / "chover.toml")
    for entry in manifest.entries:
        content = ((place.place if entry.name.startswith("files/") else backup) / entry.name).read_bytes()
        assert (entry.size, entry.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (backup / "data" / "tls-key.pem").stat().st_mode & 0o077 == 0


async def test_an_upload_is_copied_once_for_all_backups(place):
    first = await place.upload(b"first")
    assert place.back_up().copied == 1
    inode = (place.place / "files" / first[:2] / first).stat().st_ino
    await place.upload(b"second")

    made = place.back_up(MOMENT + 1000)

    assert (made.uploads, made.copied, made.copied_bytes) == (2, 1, 6)
    assert (place.place / "files" / first[:2] / first).stat().st_ino == inode


async def test_an_upload_that_is_cut_off_in_the_backup_is_copied_again(place):
    digest = await place.upload(b"a long picture")
    place.back_up()
    (place.place / "files" / digest[:2] / digest).write_bytes(b"a long")

    assert place.back_up(MOMENT + 1000).copied == 1
    assert place.check().size > 0


async def test_progress_ends_at_what_there_was_to_do(place):
    for number in range(3):
        await place.upload(f"picture {number}".encode() * 1000)
    steps = []

    class Progress:
        def begin(self, what, total):
            steps.append([what, total, 0])

        def moved(self, count):
            steps[-1][2] += count

    place.back_up(progress=Progress())

    counted = {what: (total, done) for what, total, done in steps if total}
    assert set(counted) == {"files", "database"}
    assert all(total == done > 0 for total, done in counted.values()), counted


class Interrupted(Exception):
    pass


async def test_a_backup_that_was_interrupted_is_resumed(place):
    uploads = [await place.upload(f"picture {number}".encode()) for number in range(4)]

    class Storage(SqliteBackup):
        def copy(self, target, progress):
            target.write_bytes(b"half of it")
            raise Interrupted

    with pytest.raises(Interrupted):
        place.back_up(storage=Storage(place.data))
    assert [p.name for p in place.place.iterdir()] == ["files"]

    made = place.back_up()

    assert (made.uploads, made.copied) == (4, 0)
    assert sorted(p.name for p in place.place.glob("files/??/*")) == sorted(uploads)


async def test_what_a_killed_backup_left_is_removed(place):
    (place.place / ".unfinished" / "data").mkdir(parents=True)
    (place.place / ".unfinished" / "data" / "chover.db").write_bytes(b"half of it")

    place.back_up()

    assert [p.name for p in place.place.iterdir()] == ["2027-01-15T080000Z"]
    assert place.check().size > 0


async def test_uploads_that_come_and_go_while_the_database_is_copied(place):
    gone = await place.upload(b"deleted while we copy")

    class Storage(SqliteBackup):
        def copy(self, target, progress):
            (place.data / "files" / gone[:2] / gone).unlink()
            content = b"came while we copy"
            came = hashlib.sha256(content).hexdigest()
            (place.data / "files" / came[:2]).mkdir(exist_ok=True)
            (place.data / "files" / came[:2] / came).write_bytes(content)
            super().copy(target, progress)

    made = place.back_up(storage=Storage(place.data))

    assert (made.uploads, made.copied, made.unsound) == (2, 2, [])


async def test_an_upload_that_is_damaged_at_home_is_named_and_the_rest_is_backed_up(place):
    digest = await place.upload(b"was well")
    missing = await place.upload(b"is missing")
    (place.data / "files" / digest[:2] / digest).write_bytes(b"rots")
    (place.data / "files" / missing[:2] / missing).unlink()

    made = place.back_up()

    assert made.unsound == sorted([digest, missing])
    assert place.check() == made.manifest


async def test_the_copy_is_of_one_moment_while_others_write(place):
    """A commit between the first page and the last is not in it, and the copy is whole."""
    storage = SqliteBackup(place.data)

    with closing(database.open_writer(place.data / "chover.db", "process")) as db:
        db.execute("INSERT INTO meta VALUES ('before', zeroblob(4000000))")
        steps = []

        def write(done, total):
            steps.append((done, total))
            if len(steps) == 1:
                db.execute("INSERT INTO meta VALUES ('meanwhile', zeroblob(4000000))")

        storage.copy(place.root / "copy.db", write)

    assert len(steps) > 3
    assert steps[-1][0] == steps[-1][1] < 6_000_000
    storage.check(place.root / "copy.db")
    with closing(database.open_reader(place.root / "copy.db")) as copy:
        names = {name for (name,) in copy.execute("SELECT name FROM meta")}
    assert "before" in names
    assert "meanwhile" not in names


async def test_the_check_lets_others_work_in_between(place):
    await place.live(*["much to say " * 10] * 4000)
    turns = []
    SqliteBackup(place.data).check(place.data / "chover.db", lambda: turns.append(1) and None)
    assert len(turns) > 3


async def test_a_database_that_is_damaged_is_no_backup(place):
    await place.live(*["much to say " * 50] * 400)
    raw = bytearray((place.data / "chover.db").read_bytes())
    raw[40 * 4096 : 60 * 4096] = os.urandom(20 * 4096)
    (place.data / "chover.db").write_bytes(raw)

    with pytest.raises(StoreError, match="damaged"):
        place.back_up()

    assert [p.name for p in place.place.iterdir()] == []


async def test_a_full_disk_is_one_line_and_leaves_no_half_backup(place, monkeypatch):
    await place.upload(b"a picture")

    def full(_file, _data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(copying, "_write", full)
    with pytest.raises(BackupError, match=r"^the backup to .*/backups was not made: the disk is full; free some space"):
        place.back_up()
    assert list(place.place.rglob("*")) == []


async def test_what_reads_back_differently_is_refused(place, monkeypatch):
    monkeypatch.setattr(copying, "_write", lambda file, data: file.write(data[:-1] + b"?"))
    with pytest.raises(BackupError, match="reads differently: check its disk"):
        place.back_up()


async def test_a_tar_holds_the_same_and_the_manifest_last(place):
    await place.upload(b"a picture")
    made = place.stream(place.root / "backup.tar")

    with tarfile.open(place.root / "backup.tar") as tar:
        assert tar.getnames()[-1] == "manifest.json"
        assert sorted(tar.getnames()[:-1]) == sorted(entry.name for entry in made.manifest.entries)
    assert place.check(place.root / "backup.tar") == made.manifest


async def test_what_was_restored_is_what_was_backed_up(place):
    await place.upload(b"a picture")
    place.back_up()
    place.stream(place.root / "backup.tar")

    by_directory, by_tar = place.restore(), place.restore(place.root / "backup.tar", "by-tar")

    assert await texts_in(by_directory) == await texts_in(by_tar) == await texts_in(place.data) == ["one", "two"]
    for data in (by_directory, by_tar):
        assert (data / "tls-key.pem").read_text() == "the key"
        uploads = tree(place.data / "files")
        assert uploads
        assert tree(data / "files") == uploads
