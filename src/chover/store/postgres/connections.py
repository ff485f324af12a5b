"""The connections of a node to PostgreSQL, and the only place where errors of asyncpg become errors of the store."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final, Literal

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from chover.ports import StoreError
from chover.ports.measures import Measure, Sample, single
from chover.store.postgres import faults

Transaction = PoolConnectionProxy
"""A connection of the pool inside a transaction, with asyncpg's fetch, fetchrow, fetchval, execute, executemany."""

Isolation = Literal["read_committed", "repeatable_read"]

OLDEST: Final = 14
"""The oldest PostgreSQL that is known to do."""
MOST: Final = 8
"""Connections of a node at once."""
CONNECT_SECONDS: Final = 5.0
COMMAND_SECONDS: Final = 60.0
_SETTINGS: Final = {
    # Compiling takes longer than any statement here.
    "jit": "off",
    # The server gives up a little earlier than the client, so that the client hears why.
    "statement_timeout": "55s",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
}
_SHOWN: Final = 63
"""Bytes of an application name."""


class Connections:
    """A pool. Everything raises StoreError with one line, but UniqueViolationError, which callers expect.

    Of those errors Interrupted says that it is not known whether it was done, and Unwilling that nothing would be.
    Settings made with SET stay with a connection: use SET LOCAL in a transaction.
    """

    def __init__(self, pool: asyncpg.Pool, connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
        self._pool = pool
        self._connect = connect
        self._closed = False
        self._waiting = self._taken = 0
        self._waited = 0.0

    @classmethod
    async def open(
        cls, url: str, *, node: str = "", most: int = MOST, connect_seconds: float = CONNECT_SECONDS
    ) -> Connections:
        """``most``: connections at once. ``node``: how this one is called among those of the server."""
        if not url.startswith(("postgresql://", "postgres://")):
            raise faults.not_opened(url, ValueError("this is no URL of PostgreSQL"))
        settings = {**_SETTINGS, "application_name": f"chover {node}".strip()[:_SHOWN]}
        how: dict[str, Any] = {
            "timeout": connect_seconds,
            "command_timeout": COMMAND_SECONDS,
            "server_settings": settings,
        }
        try:
            # Of none at least: asyncpg would try to keep them up, and log a traceback for each time it cannot.
            pool = asyncpg.create_pool(url, min_size=0, max_size=most, init=_begin, reset=_keep, **how)
            await pool
            await _reach(pool)
        except (*faults.ERRORS, ValueError) as error:
            raise faults.not_opened(url, error) from error
        return cls(pool, partial(asyncpg.connect, url, **how))

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        async with self.connection() as db:
            return await db.fetch(sql, *values)

    async def row(self, sql: str, *values: object) -> asyncpg.Record | None:
        async with self.connection() as db:
            return await db.fetchrow(sql, *values)

    async def value(self, sql: str, *values: object) -> Any:
        """The first column of the first row; None without a row."""
        async with self.connection() as db:
            return await db.fetchval(sql, *values)

    async def execute(self, sql: str, *values: object) -> int:
        """How many rows it touched."""
        async with self.connection() as db:
            return _touched(await db.execute(sql, *values))

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Once for each row, all in one transaction."""
        async with self.connection() as db:
            await db.executemany(sql, rows)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Transaction]:
        """A connection on which each statement is a transaction of its own."""
        with self._told():
            connection = await self._take()
            try:
                yield connection
            finally:
                await self._pool.release(connection)

    async def listen(self, channel: str, told: Callable[[], None]) -> None:
        """Have ``told`` called at each notification, and once at the beginning, on a connection beside the pool.

        Until it is cancelled; raises StoreError when the connection is lost.
        """
        ended = asyncio.Event()
        with self._told():
            connection = await self._connect()
            try:
                connection.add_termination_listener(lambda _: ended.set())
                await connection.add_listener(channel, lambda *_: told())
                told()
                await ended.wait()
            finally:
                connection.terminate()
        raise StoreError("the connection on which the database tells of changes was lost")

    async def _take(self) -> PoolConnectionProxy:
        """A connection of the pool, once there is one."""
        began = time.perf_counter()
        self._waiting += 1
        try:
            connection = await self._pool.acquire()
        finally:
            self._waiting -= 1
            self._waited += time.perf_counter() - began
        self._taken += 1
        return connection

    @contextlib.asynccontextmanager
    async def transaction(self, *, isolation: Isolation = "read_committed") -> AsyncIterator[Transaction]:
        """Committed when the block ends, rolled back when it raises. ``repeatable_read`` sees one moment."""
        async with self.connection() as connection, connection.transaction(isolation=isolation):
            yield connection

    def measures(self) -> list[Measure]:
        """Its figures, for ``/metrics``."""
        size, idle = self._pool.get_size(), self._pool.get_idle_size()
        states = [Sample(idle, {"state": "idle"}), Sample(size - idle, {"state": "busy"})]
        return [
            Measure("database_connections", "gauge", "Connections to PostgreSQL, by what they do.", states),
            single("database_waiting", "gauge", "What waits for a connection to PostgreSQL.", self._waiting),
            single("database_taken_total", "counter", "How often a connection to PostgreSQL was taken.", self._taken),
            single("database_wait_seconds_total", "counter", "Time for which that was waited for.", self._waited),
        ]

    async def close(self) -> None:
        """What runs is finished. Closing twice is closing."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._pool.close()
        except faults.ERRORS:
            self._pool.terminate()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        if self._closed:
            raise StoreError("the store is closed")
        try:
            yield
        except asyncpg.UniqueViolationError:
            raise
        except faults.ERRORS as error:
            raise faults.told(error) from error


async def _reach(pool: asyncpg.Pool) -> None:
    """Make the first connection, or leave nothing behind."""
    try:
        await pool.fetchval("SELECT 1")
    except BaseException:
        pool.terminate()
        raise


async def _begin(connection: asyncpg.Connection) -> None:
    if (found := connection.get_server_version().major) < OLDEST:
        raise StoreError(f"the database server is PostgreSQL {found}: version {OLDEST} or newer is needed; upgrade it")
    # A server may be set up to acknowledge what a crash would take; one that waits for more than its disk may go on.
    await connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )


async def _keep(_connection: asyncpg.Connection) -> None:
    """Nothing is left on a connection that would have to be reset: that would be another round trip each time."""


def _touched(status: str) -> int:
    number = status.rpartition(" ")[2]
    return int(number) if number.isdecimal() else 0
