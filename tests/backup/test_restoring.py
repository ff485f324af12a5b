"""What is refused, each with one line, and that nothing is in its place then."""

import io
import json
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest
from tests.backup.conftest import texts_in

from chover.backup.errors import BackupError
from chover.ports import StoreError
from chover.store.lock import DirectoryLock


def refusal(place, source=None, name="restored"):
    with pytest.raises((BackupError, StoreError)) as refused:
        place.restore(source, name)
    line = str(refused.value)
    assert "\n" not in line
    return line


@pytest.fixture
async def backup(place):
    await place.upload(b"a picture")
    place.back_up()
    return next(place.place.glob("2*"))


def flip(path):
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("pattern", ["2*/data/tls-key.pem", "2*/data/chover.db", "files/??/*"])
async def test_a_flipped_bit_anywhere_is_found(place, backup, pattern):
    (path,) = place.place.glob(pattern)
    flip(path)

    assert "does not match its checksum; use another backup" in refusal(place)
    assert not (place.root / "restored").exists()
    with pytest.raises(BackupError, match="damaged"):
        place.check()


async def test_a_missing_file_is_named(place, backup):
    (backup / "data" / "tls-key.pem").unlink()
    assert "data/tls-key.pem is missing; use another backup" in refusal(place)


async def test_a_damaged_manifest_is_named(place, backup):
    (backup / "manifest.json").write_text('{"format": 1')
    assert "is damaged: its manifest.json cannot be read; use another backup" in refusal(place, backup)


def edit(backup, **changes):
    path = backup / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


async def test_a_newer_schema_is_refused_with_what_to_install(place, backup):
    edit(backup, schema="0999", program="99.1.0")
    assert "has schema 0999, made by version 99.1.0" in refusal(place)
    assert refusal(place).endswith("install version 99.1.0 or newer")


async def test_a_newer_format_is_refused(place, backup):
    edit(backup, format=2)
    assert "made by a newer version: restore it with that" in refusal(place)


async def test_a_schema_that_hides_behind_an_older_manifest_is_refused(place, backup):
    """What counts is the database."""
    with sqlite3.connect(place.data / "chover.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '0999'")
    db.close()
    with pytest.raises(StoreError, match="has schema 0999, made by a newer version"):
        place.back_up()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "elsewhere/x", "data", "files/../../x"])
async def test_nothing_is_written_outside(place, backup, name):
    entries = json.loads((backup / "manifest.json").read_text())["entries"]
    edit(backup, entries=[*entries, {"name": name, "size": 0, "sha256": ""}])
    assert "is not a backup of chover" in refusal(place)

    tar = place.root / "evil.tar"
    with tarfile.open(tar, "w") as out:
        out.addfile(tarfile.TarInfo(name), io.BytesIO())
    assert "is not a backup of chover" in refusal(place, tar)


async def test_a_link_in_a_tar_is_refused(place):
    tar = place.root / "evil.tar"
    with tarfile.open(tar, "w") as out:
        link = tarfile.TarInfo("data/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        out.addfile(link)
    assert "is not a backup of chover: it contains 'data/link'" in refusal(place, tar)


async def test_a_tar_that_was_cut_off_is_damaged(place, backup):
    tar = place.root / "cut.tar"
    place.stream(tar)
    whole = tar.read_bytes()
    for size in (0, 100, len(whole) // 2, len(whole) - 12_000):
        tar.write_bytes(whole[:size])
        assert "is damaged" in refusal(place, tar), size
        assert not (place.root / "restored").exists()


async def test_what_is_no_backup_is_named(place, tmp_path):
    assert "there is no such file" in refusal(place, tmp_path / "nothing")
    assert "there is no backup in" in refusal(place, tmp_path)


async def test_a_directory_that_holds_anything_is_refused(place, backup):
    (place.root / "restored").mkdir()
    (place.root / "restored" / "notes.txt").write_text("mine")

    assert "is not empty: name a new directory with --data" in refusal(place)
    assert [path.name for path in (place.root / "restored").iterdir()] == ["notes.txt"]


async def test_a_directory_in_use_is_refused(place, backup):
    lock = DirectoryLock(place.root / "restored")
    try:
        assert "is in use: stop its server" in refusal(place)
    finally:
        lock.release()
    place.restore()


async def test_a_restore_that_was_interrupted_in_the_middle_of_a_file_goes_on(place, backup):
    draft = place.root / "restored" / ".restoring"
    (draft / "data").mkdir(parents=True)
    (draft / "data" / "chover.db").write_bytes(b"half of it")
    (draft / "data" / "of-another-backup").write_bytes(b"x")
    shutil.copy(backup / "data" / "tls-key.pem", draft / "data")

    data = place.restore()

    assert place.kept == 1
    assert {path.name for path in data.iterdir()} == {"chover.db", "chover.pid", "files", "tls-key.pem"}
    assert await texts_in(data) == ["one", "two"]


async def test_a_file_of_the_right_size_that_reads_differently_is_copied_again(place, backup):
    draft = place.root / "restored" / ".restoring" / "data"
    draft.mkdir(parents=True)
    shutil.copy(backup / "data" / "tls-key.pem", draft)
    flip(draft / "tls-key.pem")

    data = place.restore()
    assert (data / "tls-key.pem").read_text() == "the key"
    assert place.kept == 0


class Interrupted(BaseException):
    """The process was killed: nothing is cleaned up."""


@pytest.mark.parametrize("after", range(4))
@pytest.mark.parametrize("tar", [False, True])
async def test_a_restore_that_was_killed_while_it_put_files_in_place_goes_on(place, backup, monkeypatch, after, tar):
    rename, done = Path.rename, []

    def counted(path, target):
        if ".restoring" in str(path):
            if len(done) == after:
                raise Interrupted
            done.append(path)
        return rename(path, target)

    source = place.root / "whole.tar" if tar else place.place
    place.stream(place.root / "whole.tar")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", counted)
        patched.setattr(shutil, "rmtree", lambda *_, **__: None)
        if after < 3:
            with pytest.raises(Interrupted):
                place.restore(source)
        else:
            place.restore(source)
    if after < 3:
        data = place.restore(source)
        assert place.kept == (0 if tar else 3)
    else:
        # It was whole, and a server may have run since.
        data = place.root / "restored"
        assert "is not empty" in refusal(place, source)
    assert await texts_in(data) == ["one", "two"]
    assert (data / "tls-key.pem").read_text() == "the key"


async def test_ctrl_c_leaves_what_was_copied_for_the_next_restore(place, backup):
    class Impatient:
        moves = 0

        def begin(self, what, total):
            if what == "checking the database":
                raise KeyboardInterrupt

        def moved(self, count):
            pass

    with pytest.raises(KeyboardInterrupt):
        place.restore(progress=Impatient())
    assert {path.name for path in (place.root / "restored").iterdir()} == {".restoring", "chover.pid"}
    data = place.restore()
    assert place.kept == 3
    assert {path.name for path in data.iterdir()} == {"chover.db", "chover.pid", "files", "tls-key.pem"}
