"""Copies all tables from one side to the other, then reads both and compares them."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import NamedTuple, Protocol

from chover.ports import StoreError
from chover.store.migration import side as sides
from chover.store.migration.side import MigrationSide, MigrationTarget, TableDigest
from chover.store.migration.tables import EVENTS, TABLES, MigratedTable


class MigrationProgress(Protocol):
    def begin(self, what: str, total: int) -> None:
        """Begin the next step, of so many rows."""

    def moved(self, count: int) -> None:
        """So many more rows are done."""


class Migrated(NamedTuple):
    """What was moved, by table."""

    rows: dict[str, int]
    resumed: bool
    """Whether it went on with a migration that was interrupted."""


async def move(source: MigrationSide, target: MigrationTarget, schemas: str, progress: MigrationProgress) -> Migrated:
    """Fill the target, up to ``finish``, which is left to the caller.

    ``schemas``: an unfinished migration goes on only where they are the same. Raises StoreError.
    """
    state = await sides.fingerprint(source)
    resumed = await target.begin(hashlib.sha256(f"{state} {schemas}".encode()).hexdigest())
    for table in TABLES:
        await _copy(source, target, table, progress)
    await target.complete(await source.numbers())
    rows = {table.name: await _compare(source, target, table, progress) for table in TABLES}
    _require_equal("the last numbers that were given", source, target, await source.numbers(), await target.numbers())
    return Migrated(rows, resumed)


async def _copy(
    source: MigrationSide, target: MigrationTarget, table: MigratedTable, progress: MigrationProgress
) -> None:
    progress.begin(table.what, await source.count(table))
    after = await target.reached(table)
    if after:
        progress.moved(await target.count(table))
    while rows := await source.read(table, after, sides.CHUNK):
        await target.write(table, rows)
        after = table.key(rows[-1])
        progress.moved(len(rows))


async def _compare(
    source: MigrationSide, target: MigrationTarget, table: MigratedTable, progress: MigrationProgress
) -> int:
    """The number of rows, which are equal on both sides."""
    progress.begin(f"comparing {table.what}", await source.count(table))
    rows, by_log = 0, table is EVENTS
    found = sides.digests(target, table, by_log=by_log)
    async for wanted in sides.digests(source, table, by_log=by_log):
        there = await _next(found)
        what = f"{table.what} of conversation {wanted.of}" if by_log else table.what
        _require_equal(what, source, target, wanted, there)
        rows += wanted.rows
        progress.moved(wanted.rows)
    _require_equal(table.what, source, target, None, await _next(found))
    return rows


async def _next(found: AsyncIterator[TableDigest]) -> TableDigest | None:
    return await anext(found, None)


def _require_equal(what: str, source: MigrationSide, target: MigrationSide, wanted: object, found: object) -> None:
    if wanted != found:
        raise StoreError(
            f"the {what} differ between {source.name} and {target.name}: remove what is in {target.name}"
            " and begin again, while no server or command changes either"
        )
