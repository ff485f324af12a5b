"""The two sides of a migration, as the code that moves and compares sees them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Final, NamedTuple, Protocol

import msgspec

from chover.store.migration.tables import LOGS, META, TABLES, MigratedTable, Row

CHUNK: Final = 5_000
"""Rows that are in memory at once, and in one transaction."""
_encode: Final = msgspec.msgpack.Encoder().encode


class MigrationSide(Protocol):
    """A storage that is read. Raises StoreError with one line."""

    name: str
    """What it is called in messages."""

    async def read(self, table: MigratedTable, after: Row, limit: int) -> list[Row]:
        """The next rows in the order of their keys, behind the key ``after``; from the first if that is empty."""

    async def count(self, table: MigratedTable) -> int: ...

    async def numbers(self) -> list[Row]:
        """The last number that each table of tables.NUMBERED has given: ``(table, number)``, in this order."""


class MigrationTarget(MigrationSide, Protocol):
    """A storage that is filled. Until ``finish`` no server starts on it."""

    async def begin(self, mark: str) -> bool:
        """Make the tables where there is nothing. Returns whether there is an unfinished migration with this mark.

        Raises StoreError if there is anything else.
        """

    async def reached(self, table: MigratedTable) -> Row:
        """The key of its last row; empty without any."""

    async def write(self, table: MigratedTable, rows: list[Row]) -> None:
        """All of them or none."""

    async def complete(self, numbers: list[Row]) -> None:
        """Everything is there: write what follows from it. May be done twice."""

    async def checked(self) -> Row:
        """The key of the last upload whose contents an interrupted migration has compared; empty without any."""

    async def note_checked(self, key: Row) -> None: ...

    async def finish(self) -> None:
        """It is a storage like any other from now on."""


async def every(side: MigrationSide, table: MigratedTable) -> AsyncIterator[list[Row]]:
    """All rows of a table, in chunks."""
    after: Row = ()
    while rows := await side.read(table, after, CHUNK):
        yield rows
        after = table.key(rows[-1])


class TableDigest(NamedTuple):
    """Of the rows of a table, or of those of one log: how many, and their SHA-256."""

    of: int
    """The number of the log; 0 for a whole table."""
    rows: int
    sha256: str


async def digests(side: MigrationSide, table: MigratedTable, *, by_log: bool) -> AsyncIterator[TableDigest]:
    """Computed from the rows as they are read; ``by_log`` one for each log, otherwise one for the table."""
    of, rows, digest = 0, 0, hashlib.sha256()
    async for chunk in every(side, table):
        for row in chunk:
            if by_log and row[0] != of:
                if rows:
                    yield TableDigest(of, rows, digest.hexdigest())
                of, rows, digest = row[0], 0, hashlib.sha256()
            rows += 1
            digest.update(_encode(row))
    if rows or not by_log:
        yield TableDigest(of, rows, digest.hexdigest())


async def fingerprint(side: MigrationSide) -> str:
    """Tells a storage, and the state of its conversations, from any other."""
    digest = hashlib.sha256()
    for table in (META, LOGS):
        async for found in digests(side, table, by_log=False):
            digest.update(found.sha256.encode())
    counts = [await side.count(table) for table in TABLES]
    digest.update(_encode([counts, await side.numbers()]))
    return digest.hexdigest()
