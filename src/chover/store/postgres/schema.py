"""The tables of the database: made by schema.sql when it is empty, upgraded when older, refused when not ours."""

from __future__ import annotations

import secrets
from typing import Final, NamedTuple

import asyncpg

from chover.ports import StoreError
from chover.store.postgres.connections import Connections, Transaction
from chover.store.postgres.upgrades import STEPS, Step

_FIRST: Final = 1
_LOCK: Final = 0x63686F766572
"""The advisory lock under which nodes that start at once make or upgrade the tables one after the other."""
CLUSTER_BYTES: Final = 16
_NEW_CLUSTER: Final = "INSERT INTO meta (name, value) VALUES ('cluster', $1) ON CONFLICT (name) DO NOTHING"
_MIGRATING: Final = -1
"""The version of a database that ``chover upgrade --to`` has not filled yet."""
_UNFINISHED: Final = (
    "the database holds an unfinished migration: run the same chover upgrade --to again, which goes on with it, or"
    " make an empty database"
)


class SchemaFacts(NamedTuple):
    """What is seen of a database without changing it."""

    version: int
    """0 for a database without tables; of a newer one that this program may use, the version that it knows."""
    newest: int
    """The time of the newest event, in ms since 1970; 0 without any."""


async def look(connections: Connections) -> SchemaFacts:
    """Raises StoreError for a database that is not ours, or newer than this version can use."""
    async with connections.transaction() as db:
        version = min(await _usable_version(db, wanted()), wanted())
        newest = await db.fetchval("SELECT coalesce(max(last_at), 0) FROM log") if version else 0
        return SchemaFacts(version, newest)


def wanted() -> int:
    """The version that this code works with."""
    return _FIRST + len(STEPS)


async def prepare(connections: Connections, steps: tuple[Step, ...] = STEPS) -> str:
    """Bring the tables to this version, all or nothing; the id of the cluster. Raises StoreError.

    Tables of a newer version that may be used stay as they are.
    """
    newest = _FIRST + len(steps)
    async with connections.transaction() as db:
        await db.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        found = await _usable_version(db, newest)
        if not found:
            await _create(db)
        await _upgrade(db, max(found, _FIRST), steps)
        return await _cluster(db)


async def _upgrade(db: Transaction, found: int, steps: tuple[Step, ...]) -> None:
    """Bring the tables from the schema ``found`` to that of the last step."""
    for number, step in enumerate(steps[found - _FIRST :], found + 1):
        await db.execute(step.sql)
        if step.incompatible:
            await db.execute("UPDATE schema_version SET oldest = $1", number)
        await db.execute("UPDATE schema_version SET version = $1", number)


async def _usable_version(db: Transaction, newest: int) -> int:
    """0 for a database without tables. Raises StoreError if a program that knows up to ``newest`` may not use it."""
    found = await _version(db)
    if found > newest and newest < await db.fetchval("SELECT max(oldest) FROM schema_version"):
        raise StoreError(
            f"the database has schema {found}, made by a newer version; this one knows up to {newest}:"
            " install that version, or name another database in store.url"
        )
    return found


async def _version(db: Transaction) -> int:
    """0 for a database without tables."""
    tables = await _tables(db)
    if not tables:
        return 0
    if not {"schema_version", "meta", "event"} <= tables:
        raise StoreError(
            "the database holds the tables of another program: name an empty one in store.url (createdb makes one)"
        )
    version = await db.fetchval("SELECT max(version) FROM schema_version")
    if version is None:
        raise StoreError("the database does not say which schema it has: restore a backup of it")
    if version == _MIGRATING:
        raise StoreError(_UNFINISHED)
    return int(version)


async def begin_migration(db: Transaction, mark: bytes) -> bool:
    """Make the tables in an empty database, for a migration to fill. True: it was begun before, under ``mark``.

    Raises StoreError if anything else is there.
    """
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        tables = await _tables(db)
        if not tables:
            await _create(db)
            await _upgrade(db, _FIRST, STEPS)
            await db.execute("UPDATE schema_version SET version = $1", _MIGRATING)
            # The data keeps its id: its uploads and its nodes go by it.
            await db.execute("DELETE FROM meta WHERE name = 'cluster'")
            await db.execute("INSERT INTO meta (name, value) VALUES ('moving', $1)", mark)
            return False
        found = await db.fetchval("SELECT value FROM meta WHERE name = 'moving'") if "meta" in tables else None
        if found is None:
            raise StoreError("the database in --to is not empty: name an empty one (createdb makes one)")
        if bytes(found) != mark:
            raise StoreError(
                "the database in --to holds an unfinished migration of other data, or of this data before it changed:"
                " make an empty one (dropdb, createdb) and begin again"
            )
        return True


async def end_migration(db: Transaction) -> None:
    """From now on servers may start on it."""
    async with db.transaction():
        await db.execute("DELETE FROM meta WHERE name IN ('moving', 'moving_uploads')")
        await db.execute(_NEW_CLUSTER, secrets.token_bytes(CLUSTER_BYTES))
        await db.execute("UPDATE schema_version SET version = $1", wanted())


async def _tables(db: Transaction) -> set[str]:
    sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    return {row[0] for row in await db.fetch(sql)}


async def _create(db: Transaction) -> None:
    from importlib.resources import files  # noqa: PLC0415 - only the first start needs it

    try:
        await db.execute(files("chover.store.postgres").joinpath("schema.sql").read_text(encoding="utf-8"))
    except asyncpg.InvalidSchemaNameError as error:
        raise StoreError("the role of store.url has no schema to make tables in: grant it one") from error
    await db.execute("INSERT INTO schema_version (version) VALUES ($1)", _FIRST)
    await db.execute(_NEW_CLUSTER, secrets.token_bytes(CLUSTER_BYTES))


async def _cluster(db: Transaction) -> str:
    value = await db.fetchval("SELECT value FROM meta WHERE name = 'cluster'")
    if value is None:
        raise StoreError("the database does not say which cluster it belongs to: restore a backup of it")
    return bytes(value).hex()
