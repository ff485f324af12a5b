"""A data directory with a database, uploads and keys, and backups of it."""

import hashlib
from pathlib import Path

import pytest
from tests.store.making import keep, opening, outcome, said

from chover.backup import restoring
from chover.backup.contents import Contents
from chover.backup.directory import BackupDirectory
from chover.backup.making import BackupMaker
from chover.backup.pace import BackupPace, NoProgress
from chover.backup.sources import opened
from chover.backup.stream import BackupStream
from chover.engine.ids import UserId
from chover.ports import File
from chover.store.sqlite.backup import SqliteBackup
from chover.store.sqlite.store import SqliteStore

MOMENT = 1_800_000_000_000
"""2027-01-15T08:00:00Z."""
DAY = 86_400_000


class Place:
    """A data directory, with functions to back it up and restore it."""

    def __init__(self, root):
        self.root = root
        self.data = root / "data"
        self.place = root / "backups"
        self.beside = []
        self.kept = 0

    async def live(self, *texts):
        """Start a server on it, say these texts, and stop."""
        store = SqliteStore.open(self.data, durability="process")
        if not await store.head("c1"):
            await outcome(store, opening())
        await keep(store, *map(said, texts))
        await store.close()

    async def upload(self, content):
        """Store an upload. Returns its digest."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.data / "files" / digest[:2] / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        store = SqliteStore.open(self.data, durability="process")
        await store.uploads.add(File(digest[:8], digest, "a.txt", "text/plain", len(content), UserId(""), 1), 0, 0)
        await store.close()
        return digest

    def pace(self, progress=None):
        return BackupPace(progress or NoProgress(), gentle=False)

    def back_up(self, now=MOMENT, progress=None, storage=None):
        pace = self.pace(progress)
        sink = BackupDirectory(self.place, pace)
        sink.prepare()
        sink.begin()
        storage = storage or SqliteBackup(self.data)
        try:
            return BackupMaker(Contents(self.data, self.beside, storage), storage, sink, pace).make(now)
        finally:
            sink.abandon()

    def stream(self, path):
        storage = SqliteBackup(self.data)
        with path.open("wb") as out:
            sink = BackupStream(out, self.pace())
            made = BackupMaker(Contents(self.data, self.beside, storage), storage, sink, self.pace()).make(MOMENT)
            sink.abandon()
        return made

    def restore(self, source=None, name="restored", progress=None):
        data = self.root / name
        with opened(str(source or self.place)) as found:
            self.kept = restoring.restore(found, data, SqliteBackup(data), self.pace(progress)).kept
        return data

    def check(self, source=None):
        with opened(str(source or self.place)) as found:
            return restoring.check(found, SqliteBackup(self.data), self.pace())


@pytest.fixture
async def place(tmp_path):
    made = Place(tmp_path)
    await made.live("one", "two")
    (made.data / "tls-key.pem").write_text("the key")
    return made


def tree(directory: Path):
    """Every file below a directory, with its contents."""
    return {str(p.relative_to(directory)): p.read_bytes() for p in sorted(directory.rglob("*")) if p.is_file()}


async def texts_in(data):
    store = SqliteStore.open(data, durability="process")
    events = await store.between("c1", 0, 1 << 40)
    await store.close()
    return [event.body.text for event in events if hasattr(event.body, "text")]
