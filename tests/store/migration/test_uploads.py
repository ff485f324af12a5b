"""A migration reads the contents of uploads, on the way there and back, and names the first that is not what it was."""

import hashlib
import sqlite3
from contextlib import closing

import pytest
from tests.store.migration.filled import fill
from tests.store.migration.test_directions import Steps, settings

from chover.files.blobs import BlobStore
from chover.ports import StoreError
from chover.store.migration import uploads
from chover.store.migration.directions import to_postgres, to_sqlite
from chover.store.sqlite import database

PICTURES = {f"picture {n}.png": f"{n} of tea".encode() * 50_000 for n in range(4)}
LATER = 1 << 50


class CountedBlobs(BlobStore):
    """Counts which contents are looked for."""

    def __init__(self, directory):
        super().__init__(directory)
        self.asked = []

    async def content(self, digest):
        self.asked.append(digest)
        return await super().content(digest)


def digest_of(name):
    return hashlib.sha256(PICTURES[name]).hexdigest()


@pytest.fixture
async def data(tmp_path):
    directory = await fill(tmp_path / "data")
    with closing(sqlite3.connect(directory / database.FILE)) as db:
        for number, (name, content) in enumerate(PICTURES.items()):
            row = (f"id{number}", digest_of(name), name, "image/png", len(content), "a1", 1, LATER)
            columns = "id, digest, name, kind, size, owner, uploaded_at, expires_at"
            db.execute(f"INSERT INTO file ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.commit()
    return directory


@pytest.fixture
def blobs(tmp_path):
    store = CountedBlobs(tmp_path / "files")
    for name, content in PICTURES.items():
        path, file = store.begin()
        with file:
            file.write(content)
        store.put(path, digest_of(name))
    return store


async def back(url, directory, data, blobs, progress=None):
    async with to_sqlite(settings(data, url), directory, progress or Steps(), blobs) as migrated:
        return migrated


async def test_the_contents_of_all_uploads_are_read_on_both_ways(tmp_path, data, blobs, bare_database):
    await to_postgres(settings(data), bare_database, Steps(), blobs)
    wanted = sorted(map(digest_of, PICTURES))
    assert sorted(blobs.asked) == wanted
    blobs.asked.clear()
    await back(bare_database, tmp_path / "new", data, blobs)
    assert sorted(blobs.asked) == wanted
    with closing(sqlite3.connect(tmp_path / "new" / database.FILE)) as db:
        assert not db.execute("SELECT 1 FROM meta WHERE name LIKE 'moving%'").fetchall()


@pytest.mark.parametrize("change", ["other", "shorter", "missing"])
async def test_an_upload_with_other_contents_is_named_and_nothing_is_finished(data, blobs, bare_database, change):
    place = blobs.place(digest_of("picture 2.png"))
    good = place.read_bytes()
    if change == "missing":
        place.unlink()
    else:
        place.write_bytes(good[:-1] + b"X" * (change == "other"))
    said = "is missing" if change == "missing" else "has other contents than were uploaded"
    with pytest.raises(StoreError, match=rf"^the upload 'picture 2\.png' {said}: put the file {place.name} back"):
        await to_postgres(settings(data), bare_database, Steps(), blobs)
    place.write_bytes(good)
    assert (await to_postgres(settings(data), bare_database, Steps(), blobs)).resumed


async def test_on_the_way_back_too(tmp_path, data, blobs, bare_database):
    await to_postgres(settings(data), bare_database, Steps(), blobs)
    blobs.place(digest_of("picture 0.png")).write_bytes(b"tea")
    with pytest.raises(StoreError, match=r"^the upload 'picture 0\.png' has other contents"):
        await back(bare_database, tmp_path / "new", data, blobs)


async def test_contents_that_cannot_be_read_are_told_with_the_reason(data, blobs, bare_database):
    place = blobs.place(digest_of("picture 1.png"))
    place.unlink()
    place.mkdir()
    with pytest.raises(StoreError, match=r"contents of the upload 'picture 1\.png' cannot be read: .*[Dd]irectory"):
        await to_postgres(settings(data), bare_database, Steps(), blobs)


async def test_an_interrupted_comparison_goes_on_where_it_was(tmp_path, data, blobs, bare_database, monkeypatch):
    monkeypatch.setattr(uploads, "_NOTED", 1)
    last = blobs.place(digest_of("picture 3.png"))
    good = last.read_bytes()
    for move in (
        lambda: to_postgres(settings(data), bare_database, Steps(), blobs),
        lambda: back(bare_database, tmp_path / "new", data, blobs),
    ):
        last.unlink()
        with pytest.raises(StoreError, match="is missing"):
            await move()
        last.write_bytes(good)
        blobs.asked.clear()
        assert (await move()).resumed
        assert blobs.asked == [last.name]


async def test_what_has_expired_may_be_gone(data, blobs, bare_database):
    """Its row goes with the next round of the server."""
    with closing(sqlite3.connect(data / database.FILE)) as db:
        db.execute("UPDATE file SET expires_at = 1 WHERE name = 'picture 1.png'")
        db.commit()
    blobs.remove(digest_of("picture 1.png"))
    await to_postgres(settings(data), bare_database, Steps(), blobs)
