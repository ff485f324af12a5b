"""The store on one machine: a SQLite database in a locked directory, with one writing and two reading threads."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import LogId, UserId
from chover.ports import Append, Direction, Going, Outcome, Selector, Snapshot
from chover.ports.bus import Cluster
from chover.ports.measures import Measure
from chover.store.lock import DirectoryLock
from chover.store.retention import steps
from chover.store.single_node import SingleNode
from chover.store.sqlite import database
from chover.store.sqlite.checkpoints import Checkpoints
from chover.store.sqlite.database import Durability
from chover.store.sqlite.heads import SqliteHeads
from chover.store.sqlite.lock_yielding import LockYielding
from chover.store.sqlite.log import edits, pages, retention
from chover.store.sqlite.readers import Readers
from chover.store.sqlite.search.index import SqliteSearch
from chover.store.sqlite.sizes import SqliteSizes
from chover.store.sqlite.tables.hooks import SqliteHooks
from chover.store.sqlite.tables.push import SqlitePush
from chover.store.sqlite.tables.records import SqliteRecords
from chover.store.sqlite.tables.registry import SqliteRegistry
from chover.store.sqlite.tables.reports import SqliteReports
from chover.store.sqlite.tables.uploads import SqliteFileRows
from chover.store.sqlite.writer import Writer

_SECRET_BYTES: Final = 32


class SqliteStore(SqliteHeads):
    """Implements ports.Store; its contract is tests/store/contract.py."""

    def __init__(self, lock: DirectoryLock, path: Path, writer: Writer, yielding: LockYielding) -> None:
        self._lock = lock
        self._writer = writer
        readers = Readers(path, yielding)
        super().__init__(readers)
        self.registry = SqliteRegistry(writer, readers)
        self.records = SqliteRecords(writer, readers)
        self.reports = SqliteReports(writer, readers)
        self.hooks = SqliteHooks(writer, readers)
        self.push = SqlitePush(writer, readers)
        self.uploads = SqliteFileRows(writer, readers)
        self.sizes = SqliteSizes(path.parent)
        self._closed = False
        self.cluster: Cluster = SingleNode()
        self.search = SqliteSearch(path, writer.run(partial(_secret, name="search")).result(), readers, yielding)
        writer.committed = self.search.written

    @classmethod
    def open(cls, data_dir: Path, *, durability: Durability = "power") -> SqliteStore:
        """The store in ``data_dir``, which is created if necessary and stays locked until ``close``.

        ``power``: anything Committed survives a power cut. ``process``: it survives the end of the process in any way.
        Raises StoreError with one line.
        """
        lock = DirectoryLock(data_dir)
        path = data_dir / database.FILE
        try:
            db = database.open_writer(path, durability)
        except BaseException:
            lock.release()
            raise
        yielding = LockYielding()
        return cls(lock, path, Writer(db, Checkpoints(path), yielding), yielding)

    def measures(self) -> list[Measure]:
        """It has none besides its sizes."""
        return []

    async def load(self) -> Snapshot:
        return self._readers.now(pages.load)

    def append(self, group: Sequence[Append], done: Callable[[list[Outcome]], None]) -> None:
        self._writer.append(group, done, asyncio.get_running_loop())

    async def page(
        self,
        log: LogId,
        start: Selector,
        direction: Direction,
        limit: int,
        *,
        messages_only: bool,
        stop: Selector | None = None,
        first: int = 1,
    ) -> list[Event]:
        return await self._readers.run(pages.page, log, start, direction, limit, messages_only, stop, first)

    async def conversations(
        self, user: UserId, channels: Mapping[LogId, int], after: int, until: int, direction: Direction, limit: int
    ) -> list[Event]:
        return await self._readers.run(pages.conversations, user, channels, after, until, direction, limit)

    async def find(self, log: LogId, msgid: str) -> Event | None:
        return await self._readers.run(edits.find, log, msgid)

    async def said_by(self, user: UserId, limit: int) -> list[Event]:
        return await self._readers.run(edits.said_by, user, limit)

    async def reactions(self, log: LogId, first: int, last: int, after: int) -> list[Event]:
        return await self._readers.run(edits.reactions, log, first, last, after)

    async def reacted(self, log: LogId, place: int, user: UserId) -> set[str]:
        return await self._readers.run(edits.reacted, log, place, user)

    async def between(self, log: LogId, after: int, until: int, by: UserId | None = None) -> list[Event]:
        return await self._readers.run(pages.between, log, after, until, by)

    async def log_ids(self) -> list[LogId]:
        return await self._readers.run(pages.log_ids)

    async def retain(self, days: int, now: int, going: Going | None = None) -> int:
        pieces = await self._readers.run(retention.ripe, days, now)
        gone = 0
        for step in steps(pieces):
            if going is not None and (linking := await self._readers.run(retention.linking, step)):
                await going(linking)
            # One after another, so that messages given meanwhile are written in between.
            gone += await asyncio.wrap_future(self._writer.run(partial(retention.drop, pieces=step), logs=True))
        if gone:
            self.search.purge()
        return gone

    async def probe(self) -> None:
        await asyncio.wrap_future(self._writer.run(_probe))

    async def secret(self, name: str) -> bytes:
        return await asyncio.wrap_future(self._writer.run(partial(_secret, name=name)))

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        # Readers first: the log file cannot be truncated while somebody is reading.
        await asyncio.to_thread(self.search.close)
        await asyncio.to_thread(self._readers.close)
        try:
            await asyncio.wrap_future(self._writer.stop())
        finally:
            self._lock.release()


def _probe(db: sqlite3.Connection) -> None:
    db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('probe', randomblob(8))")


def _secret(db: sqlite3.Connection, name: str) -> bytes:
    fresh = secrets.token_bytes(_SECRET_BYTES)
    db.execute("INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)", (name, fresh))
    (value,) = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return bytes(value)
