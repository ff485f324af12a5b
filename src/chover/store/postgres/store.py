"""The storage of a node: a database that other nodes may share, and the lock of this node's data directory."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from chover.ports import Going, StoreError
from chover.ports.bus import Cluster
from chover.ports.measures import Measure
from chover.store.lock import DirectoryLock
from chover.store.postgres import fitness, schema
from chover.store.postgres.cluster import PostgresCluster
from chover.store.postgres.connections import Connections
from chover.store.postgres.log.appender import PostgresAppender
from chover.store.postgres.logs import PostgresLogs
from chover.store.postgres.search.index import PostgresSearch
from chover.store.postgres.sizes import PostgresSizes
from chover.store.postgres.tables.hooks import PostgresHooks
from chover.store.postgres.tables.push import PostgresPush
from chover.store.postgres.tables.records import PostgresRecords
from chover.store.postgres.tables.registry import PostgresRegistry
from chover.store.postgres.tables.reports import PostgresReports
from chover.store.postgres.tables.uploads import PostgresFileRows
from chover.store.postgres.writer import PATIENCE_SECONDS, PostgresWriter


class PostgresStore(PostgresLogs):
    """Implements ports.Storage; the contracts are in tests/store."""

    def __init__(
        self, connections: Connections, appender: PostgresAppender, writer: PostgresWriter, lock: DirectoryLock | None
    ) -> None:
        super().__init__(connections, writer)
        self._lock = lock
        node = node_id(lock.directory) if lock is not None else ""
        home = fitness.home_of(lock.directory) if lock is not None else ""
        self.cluster: Cluster = PostgresCluster(connections, appender, node, home=home)
        self._closed = False
        self.after_close: Callable[[], Awaitable[None]] | None = None
        """What ends with the store, before the directory is unlocked."""
        self.registry = PostgresRegistry(connections)
        self.records = PostgresRecords(connections, node)
        self.reports = PostgresReports(connections)
        self.hooks = PostgresHooks(connections)
        self.push = PostgresPush(connections)
        self.uploads = PostgresFileRows(connections)
        self.sizes = PostgresSizes(connections)
        self.search = PostgresSearch(connections, follows=lock is not None)
        writer.committed = self.search.written

    @classmethod
    async def open(
        cls,
        url: str,
        data_dir: Path,
        *,
        patience: float = PATIENCE_SECONDS,
        create: bool = True,
        lock: DirectoryLock | None = None,
    ) -> PostgresStore:
        """The database at ``url``. ``data_dir`` is locked until ``close``. Raises StoreError with one line.

        ``patience``: seconds for which appends wait while the database is away. ``create``: make the tables in an empty
        database, which is refused otherwise. ``lock``: that of the directory, if it is held already.
        """
        connections = await Connections.open(url)
        try:
            # First, so that nothing is made on this machine where the database is not ours.
            await _require_usable(connections, create=create)
            await require_fit(connections, data_dir)
            held = lock or DirectoryLock(data_dir)
            try:
                fitness.remember_cluster(data_dir, await schema.prepare(connections))
            except BaseException:
                if lock is None:
                    held.release()
                raise
        except BaseException:
            await connections.close()
            raise
        appender = PostgresAppender(connections)
        return cls(connections, appender, PostgresWriter(appender, patience), held)

    @classmethod
    async def open_beside(cls, url: str) -> PostgresStore:
        """The same for somebody who only reads, while servers run. Raises StoreError where none has ever run."""
        connections = await Connections.open(url, most=2)
        try:
            await _require_usable(connections, create=False)
            await schema.prepare(connections)
        except BaseException:
            await connections.close()
            raise
        appender = PostgresAppender(connections)
        return cls(connections, appender, PostgresWriter(appender), None)

    def measures(self) -> list[Measure]:
        return self._db.measures()

    async def retain(self, days: int, now: int, going: Going | None = None) -> int:
        gone = await super().retain(days, now, going)
        if gone:
            self.search.purge()
        return gone

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            await self._writer.stop()
            await self.search.close()
            await super().close()
        finally:
            if self.after_close is not None:
                await self.after_close()
            if self._lock is not None:
                self._lock.release()


async def _require_usable(connections: Connections, *, create: bool) -> None:
    facts = await schema.look(connections)
    if not create and not facts.version:
        raise StoreError("there is no data in the database of store.url: start a server there first: chover serve")


async def require_fit(connections: Connections, directory: Path) -> None:
    """Raises StoreError where a server with this data directory may not be a node of the database. Changes nothing."""
    await fitness.require_clock(connections)
    if (await schema.look(connections)).version:
        await fitness.require_same_cluster(connections, directory)
        await fitness.require_own_id(connections, directory)


def node_id(directory: Path) -> str:
    """The id of the node whose data directory this is: made at its first start, and kept."""
    file = directory / fitness.NODE_FILE
    try:
        if not file.exists():
            file.write_text(secrets.token_hex(4) + "\n", encoding="ascii")
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise StoreError(f"{file} cannot be used ({error.strerror}): make the directory writable") from error
