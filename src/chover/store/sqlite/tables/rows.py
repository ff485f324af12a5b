"""Rows that are not events: read on a reader's thread, changed in transactions of the writer."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from chover.store.sqlite.readers import Readers
from chover.store.sqlite.writer import Writer

T = TypeVar("T")


class Rows:
    """Each write is one transaction, as durable as an append. Raises StoreError."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def _write(self, work: Callable[[sqlite3.Connection], T], *, erases: bool = False) -> T:
        """``erases``: it deletes what shall leave the files, too."""
        return await asyncio.wrap_future(self._writer.run(partial(_in_transaction, work=work), erases=erases))

    async def _change(self, sql: str, *values: object) -> int:
        """Run a statement. Returns the number of rows that it changed."""
        return await self._write(lambda db: db.execute(sql, values).rowcount, erases=sql.startswith("DELETE"))

    async def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return await self._readers.run(_select, sql, values)

    async def _first(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        return next(iter(await self._rows(sql, *values)), None)

    def _rows_now(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Read on the calling thread, for what is asked once, at the start."""
        return self._readers.now(_select, sql, values)


def _in_transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    db.execute("BEGIN IMMEDIATE")
    try:
        done = work(db)
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
    return done


def _select(db: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    return db.execute(sql, values).fetchall()
