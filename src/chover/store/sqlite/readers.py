"""Threads that read, each with its own connection, so that a long page does not delay the writer."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

from chover.ports import StoreError
from chover.store.sqlite import database, faults
from chover.store.sqlite.lock_yielding import LockYielding
from chover.thread_names import show_name

THREADS: Final = 2

P = ParamSpec("P")
T = TypeVar("T")


class Readers:
    """Up to THREADS readers of one database, started when they are first needed."""

    def __init__(
        self,
        path: Path,
        yielding: LockYielding,
        connect: Callable[[], sqlite3.Connection] | None = None,
        threads: int = THREADS,
    ) -> None:
        self._yielding = yielding
        self._path = path
        self._connect = connect or partial(database.open_reader, path)
        self._pool = ThreadPoolExecutor(threads, "chover-reader", show_name)
        self._mine = threading.local()
        self._connections: list[sqlite3.Connection] = []

    async def run(self, read: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``read`` on a reader's thread and return its result. It sees everything committed. Raises StoreError."""
        loop = asyncio.get_running_loop()
        self._yielding.begin()
        try:
            return await loop.run_in_executor(self._pool, lambda: self.now(read, *args, **kwargs))
        finally:
            self._yielding.end()

    def now(self, read: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same on the calling thread."""
        try:
            return read(self._connection(), *args, **kwargs)
        except sqlite3.Error as error:
            raise StoreError(f"cannot read {self._path}: {faults.reason(error)}") from error

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._mine, "db", None)
        if db is None:
            db = self._mine.db = self._connect()
            self._connections.append(db)
        return db

    def close(self) -> None:
        """Wait for running reads, then close."""
        self._pool.shutdown(wait=True)
        for db in self._connections:
            db.close()
