"""PostgreSQL as a side of a migration."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Final

import asyncpg

from chover import names
from chover.plurals import counted
from chover.ports import StoreError
from chover.store.migration import side as sides
from chover.store.migration.tables import CHANNELS, NUMBERED, MigratedTable, Row
from chover.store.postgres import faults, schema
from chover.store.postgres.connections import Connections, Transaction

_LOCK: Final = 0x6D6F7665
"""The advisory lock that one migration at a time has."""
_TRY_LOCK: Final = "SELECT pg_try_advisory_lock($1)"
_ALIVE: Final = "SELECT count(*) FROM node WHERE expires > clock_timestamp()"
_RUNS: Final = "SELECT id, epoch FROM node ORDER BY id"
_OPEN_CHANNEL: Final = "INSERT INTO channel_name (folded, channel) VALUES ($1, $2)"
_COUNT_FROM: Final = """
    SELECT setval(pg_get_serial_sequence('{table}', 'no'), greatest(max(no), 1), max(no) IS NOT NULL) FROM {table}"""
_SET_NUMBER: Final = "SELECT setval(pg_get_serial_sequence($1, 'no'), greatest($2::bigint, 1), $2 > 0)"
_CHECKED: Final = """
    INSERT INTO meta (name, value) VALUES ('moving_uploads', $1)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
_UNFIT: Final = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, OverflowError, TypeError, ValueError)
"""What a value brings about that its column cannot hold: a NUL in a text, a number that is too large, ..."""
_BOOLEANS: Final = {("log", "said")}
"""Columns that are booleans there."""


class PostgresSide:
    """Implements MigrationSide over what ``_db`` gives: one connection that sees one moment, or a pool."""

    def __init__(self, db: Transaction, url: str) -> None:
        self.name = faults.shown(url)
        self._db = db

    async def read(self, table: MigratedTable, after: Row, limit: int) -> list[Row]:
        return [tuple(row) for row in await self._db.fetch(_reading(table, behind=bool(after)), *after, limit)]

    async def count(self, table: MigratedTable) -> int:
        return int(await self._db.fetchval(f"SELECT count(*) FROM {table.name} {_where(table)}"))  # noqa: S608 - our own names

    async def numbers(self) -> list[Row]:
        sql = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {table}_no_seq"
        return [(table, await self._db.fetchval(sql.format(table=table))) for table in NUMBERED]


class PostgresSource(PostgresSide):
    """A database as it is at one moment."""

    def __init__(self, db: Transaction, url: str, connections: Connections, runs: list[asyncpg.Record]) -> None:
        super().__init__(db, url)
        self._connections = connections
        self._runs = runs

    async def require_unchanged(self) -> None:
        """Raises StoreError if a server was started since."""
        if await self._connections.fetch(_RUNS) != self._runs:
            raise StoreError("a server was started on the database meanwhile: stop it, and run the same command again")


class PostgresTarget(PostgresSide):
    """Implements MigrationTarget."""

    def __init__(self, db: Transaction, url: str, mapping: names.Mapping) -> None:
        super().__init__(db, url)
        self._mapping = mapping

    async def begin(self, mark: str) -> bool:
        return await schema.begin_migration(self._db, mark.encode())

    async def reached(self, table: MigratedTable) -> Row:
        keys = table.reading("postgres")[: table.keys]
        order = ", ".join(f"{key} DESC" for key in keys)
        sql = f"SELECT {', '.join(keys)} FROM {table.name} {_where(table)} ORDER BY {order} LIMIT 1"  # noqa: S608 - our own names
        row = await self._db.fetchrow(sql)
        return tuple(row) if row else ()

    async def write(self, table: MigratedTable, rows: list[Row]) -> None:
        columns = list(table.written("postgres"))
        truths = [place for place, name in columns if (table.name, name) in _BOOLEANS]
        places = [place for place, _ in columns]
        records = (
            [bool(row[place]) if place in truths else row[place] for place in places]
            if truths
            else _picked(row, places)
            for row in rows
        )
        try:
            await self._db.copy_records_to_table(table.name, records=records, columns=[name for _, name in columns])
        except _UNFIT as error:
            raise StoreError(
                f"the {table.what} cannot be kept in {self.name}: {' '.join(str(error).split())}"
            ) from error

    async def complete(self, numbers: list[Row]) -> None:
        async with self._db.transaction():
            await self._db.execute("DELETE FROM channel_name")
            async for chunk in sides.every(self, CHANNELS):
                await self._name_channels(chunk)
            for table in ("log", "audit"):
                await self._db.execute(_COUNT_FROM.format(table=table))
            for row in numbers:
                await self._db.execute(_SET_NUMBER, *row)
            # Nodes that start read everything anyway.
            await self._db.execute("DELETE FROM change")

    async def _name_channels(self, chunk: list[Row]) -> None:
        for channel, name, _, closed_at, *_ in chunk:
            if closed_at is not None:
                continue
            try:
                await self._db.execute(_OPEN_CHANNEL, self._folded(name), channel)
            except asyncpg.UniqueViolationError as error:
                raise StoreError(f"two open channels have the name {name}: rename one with the server first") from error

    def _folded(self, name: str) -> str:
        try:
            return names.fold_channel(name, self._mapping, len(name.encode()))
        except names.BadName:
            # From before a setting was changed: nobody can ask for it.
            return name

    async def checked(self) -> Row:
        found = await self._db.fetchval("SELECT value FROM meta WHERE name = 'moving_uploads'")
        return (bytes(found).decode(),) if found is not None else ()

    async def note_checked(self, key: Row) -> None:
        await self._db.execute(_CHECKED, str(key[0]).encode())

    async def finish(self) -> None:
        await self._db.execute("ANALYZE")
        await schema.end_migration(self._db)


@contextlib.asynccontextmanager
async def filled(url: str, mapping: names.Mapping) -> AsyncIterator[PostgresTarget]:
    """The database to fill; ``mapping`` folds the names of channels. Raises StoreError."""
    connections = await Connections.open(url, node="upgrade", most=1)
    try:
        async with connections.connection() as db:
            if not await db.fetchval(_TRY_LOCK, _LOCK):
                raise StoreError(f"another migration to {faults.shown(url)} is under way: wait for its end")
            yield PostgresTarget(db, url, mapping)
    finally:
        await connections.close()


@contextlib.asynccontextmanager
async def read_only(url: str) -> AsyncIterator[PostgresSource]:
    """The database to read. Raises StoreError if a server runs on it."""
    connections = await Connections.open(url, node="upgrade", most=2)
    try:
        facts = await schema.look(connections)
        if facts.version != schema.wanted():
            raise StoreError(_not_current(facts.version))
        await _require_stopped(connections)
        runs = await connections.fetch(_RUNS)
        async with connections.transaction(isolation="repeatable_read") as db:
            await db.execute("SET TRANSACTION READ ONLY")
            await db.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield PostgresSource(db, url, connections, runs)
    finally:
        await connections.close()


def _not_current(version: int) -> str:
    if not version:
        return "there is no data in the database of store.url"
    return f"the database has an older schema ({version}): start a server of this version on it once, and stop it"


async def _require_stopped(connections: Connections) -> None:
    if alive := await connections.value(_ALIVE):
        them = "it" if alive == 1 else "them"
        raise StoreError(f"the database is in use by {counted(alive, 'server')}: stop {them} first")


def _where(table: MigratedTable) -> str:
    return f"WHERE {table.where}" if table.where else ""


def _reading(table: MigratedTable, *, behind: bool) -> str:
    columns = table.reading("postgres")
    keys = columns[: table.keys]
    conditions = [table.where] if table.where else []
    if behind:
        places = ", ".join(f"${number}" for number in range(1, len(keys) + 1))
        conditions.append(f"({', '.join(keys)}) > ({places})")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    limit = f"${len(keys) + 1 if behind else 1}"
    return f"SELECT {', '.join(columns)} FROM {table.name} {where} ORDER BY {', '.join(keys)} LIMIT {limit}"  # noqa: S608 - our own names


def _picked(row: Row, places: list[int]) -> Row:
    return row if len(places) == len(row) else tuple(row[place] for place in places)
