"""A backup as a tar for a pipe."""

import hashlib
import io
import tarfile

import pytest

from chover.backup import manifest
from chover.backup.errors import BackupError
from chover.backup.manifest import BackupEntry, BackupManifest
from chover.backup.pace import BackupPace, NoProgress
from chover.backup.stream import BackupStream

MOMENT = 1_800_000_000_000


def digest_of(data):
    return hashlib.sha256(data).hexdigest()


class Pipe(io.RawIOBase):
    """Takes bytes, and none of them back."""

    def __init__(self):
        self.data = b""

    def writable(self):
        return True

    def write(self, data):
        self.data += bytes(data)
        return len(data)


@pytest.fixture
def pipe():
    return Pipe()


@pytest.fixture
def stream(pipe):
    made = BackupStream(pipe, BackupPace(NoProgress(), gentle=False))
    yield made
    made.abandon()


@pytest.fixture
def a_file(tmp_path):
    def with_content(content):
        path = tmp_path / f"{len(content)}-{digest_of(content)[:8]}"
        path.write_bytes(content)
        return path

    return with_content


def members(data):
    with tarfile.open(fileobj=io.BytesIO(data), mode="r|") as tar:
        return [(member.name, tar.extractfile(member).read(), member.mode) for member in tar]


def test_the_manifest_comes_last_and_everything_is_its_owners_alone(stream, pipe, a_file):
    key = stream.keep("data/key.pem", a_file(b"the key"))
    with a_file(b"picture").open("rb") as file:
        upload = stream.keep_upload(digest_of(b"picture"), file)
    made = BackupManifest(1, "chover 1", "1", MOMENT, [key, upload])
    stream.finish(made)

    names, contents, modes = zip(*members(pipe.data), strict=True)
    assert names == ("data/key.pem", manifest.upload_name(digest_of(b"picture")), manifest.NAME)
    assert contents[:2] == (b"the key", b"picture")
    assert manifest.decode(contents[2], "b") == made
    assert set(modes) == {0o600}


def test_an_entry_has_the_size_and_the_checksum_of_what_was_written(stream, a_file):
    content = b"x" * 100_000

    assert stream.keep("settings/1-chover.toml", a_file(content), "/etc/chover.toml") == BackupEntry(
        "settings/1-chover.toml", 100_000, digest_of(content), "/etc/chover.toml"
    )


def test_an_upload_that_is_damaged_does_not_get_into_the_pipe(stream, pipe, a_file):
    with a_file(b"pixture").open("rb") as file:
        assert stream.keep_upload(digest_of(b"picture"), file) is None
    stream.finish(BackupManifest(1, "chover 1", "1", MOMENT, []))

    assert [name for name, _, _ in members(pipe.data)] == [manifest.NAME]


def test_every_upload_has_to_go_through_the_pipe(stream):
    assert not stream.holds(digest_of(b"picture"), 7)


def test_the_copy_of_the_database_waits_in_a_directory_that_is_gone_afterwards(stream):
    room = stream.room("data/chover.db")
    room.write_bytes(b"database")
    assert room.name == "chover.db"

    stream.abandon()
    assert not room.parent.exists()


async def test_what_a_server_has_is_streamed_and_restored(place):
    file = place.root / "backup.tar"
    digest = await place.upload(b"picture")
    place.stream(file)

    data = place.restore(file)
    assert (data / "files" / digest[:2] / digest).read_bytes() == b"picture"
    assert (data / "tls-key.pem").read_text() == "the key"


async def test_a_stream_that_was_abandoned_is_no_backup(place, stream, pipe):
    stream.keep("data/tls-key.pem", place.data / "tls-key.pem")
    stream.abandon()
    file = place.root / "half.tar"
    file.write_bytes(pipe.data)

    with pytest.raises(BackupError):
        place.restore(file)
