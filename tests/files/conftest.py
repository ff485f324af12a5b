"""Uploads over a real store, in a directory of their own."""

import msgspec
import pytest

from chover.config import FilesSettings
from chover.engine.ids import UserId
from chover.files.blobs import BlobStore
from chover.files.uploads import Uploads
from chover.ports import Account
from chover.store.sqlite.store import SqliteStore

ALICE = UserId("a0001")


class Clock:
    now = 1_800_000_000_000

    def __call__(self):
        return self.now


@pytest.fixture
async def store(tmp_path):
    opened = SqliteStore.open(tmp_path / "data", durability="process")
    await opened.registry.accounts.create(Account(ALICE, "alice", "alice", 1), {})
    yield opened
    await opened.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def uploads(store, tmp_path, clock):
    return Uploads(FilesSettings(), store.uploads, BlobStore(tmp_path / "files"), clock)


def given(uploads, /, **settings):
    uploads.settings = msgspec.structs.replace(uploads.settings, **settings)
    return uploads


async def upload(uploads, data, name="x.bin", owner=ALICE):
    arriving = await uploads.begin(owner, name, len(data), "192.0.2.7")
    try:
        await arriving.write(data)
        return await arriving.keep()
    finally:
        await arriving.drop()


def lying(tmp_path):
    return sorted(path for path in (tmp_path / "files").rglob("*") if path.is_file())
