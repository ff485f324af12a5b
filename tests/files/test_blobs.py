import os
import stat

import pytest

from chover.files.blobs import BlobStore, digest_of
from chover.ports import StoreError
from tests.files.contract_of_blobs import BlobsContract, nothing


def arrived(blobs, data):
    path, file = blobs.begin()
    with file:
        file.write(data)
    return path


def test_a_content_lies_once_under_its_hash(tmp_path):
    blobs = BlobStore(tmp_path / "files")
    for _ in range(2):
        path = arrived(blobs, b"hello")
        blobs.put(path, digest_of(path))
    (one,) = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert one == blobs.place(one.name)
    assert one.read_bytes() == b"hello"


def test_nobody_else_on_the_machine_reads_uploads(tmp_path):
    blobs = BlobStore(tmp_path / "files")
    path = arrived(blobs, b"hello")
    blobs.put(path, digest_of(path))
    for entry in [tmp_path / "files", *(tmp_path / "files").rglob("*")]:
        assert not stat.S_IMODE(entry.stat().st_mode) & 0o077


def test_what_is_removed_twice_is_gone(tmp_path):
    blobs = BlobStore(tmp_path / "files")
    path = arrived(blobs, b"hello")
    digest = digest_of(path)
    blobs.put(path, digest)
    blobs.remove(digest)
    blobs.remove(digest)
    assert not blobs.place(digest).exists()


def test_what_lies_there_for_long_is_found_whole_or_not(tmp_path):
    blobs = BlobStore(tmp_path / "files")
    old, new = arrived(blobs, b"old"), arrived(blobs, b"new")
    os.utime(old, (1000, 1000))
    assert list(blobs.older(2000)) == [old]
    assert new.exists()


def test_the_free_space_is_known_before_the_directory_is(tmp_path):
    assert BlobStore(tmp_path / "not" / "yet").free_bytes() > 0


class TestBlobStore(BlobsContract):
    @pytest.fixture
    def open_blobs(self, tmp_path):
        (tmp_path / "files").mkdir()
        return lambda: BlobStore(tmp_path / "files")

    @pytest.fixture
    def count(self, tmp_path):
        return lambda: sum(path.is_file() for path in (tmp_path / "files").rglob("*"))

    async def test_a_directory_that_is_not_mounted_is_not_made(self, tmp_path):
        with pytest.raises(StoreError, match="cannot be used: it is no directory; make it, mount it"):
            await BlobStore(tmp_path / "nowhere").claim("aa", nothing)
        assert not (tmp_path / "nowhere").exists()
