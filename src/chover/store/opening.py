"""Opens the storage that the settings choose."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from chover.config import Config
from chover.ports import Recovered, Storage, StorageBackup, StoreError
from chover.ports.bus import NodeFacts
from chover.store.sqlite import database, faults, recovery
from chover.store.sqlite.backup import SqliteBackup
from chover.store.sqlite.store import SqliteStore

if TYPE_CHECKING:
    from chover.store.postgres.connections import Connections
    from chover.store.postgres.store import PostgresStore


class StoreFacts(NamedTuple):
    """What can be learnt about a database without opening it for writing."""

    version: str
    wanted: str
    """The version that this code requires."""
    newest: int
    """The time of the newest event, in ms since 1970; 0 without any."""


def inspect(config: Config) -> StoreFacts | str | None:
    """Look at a database, even if a server has it open. None: there is none; a string: why it cannot be read."""
    if config.store.url:
        return asyncio.run(_inspect(config))
    path = config.server.data_path / database.FILE
    try:
        if not path.exists() or path.stat().st_size == 0:
            return None
        with contextlib.closing(database.open_spectator(path)) as db:
            version, newest = database.look(db, path)
        return StoreFacts(version, database.VERSION, newest)
    except sqlite3.Error as error:
        return f"{path}: {faults.reason(error)}"
    except (OSError, StoreError) as error:
        return str(error)


async def _inspect(config: Config) -> StoreFacts | str | None:
    try:
        postgres = postgres_parts()
        connections = await postgres.Connections.open(config.store.url)
        try:
            facts = await postgres.schema.look(connections)
        finally:
            await connections.close()
    except StoreError as error:
        return str(error)
    return StoreFacts(str(facts.version), str(postgres.schema.wanted()), facts.newest) if facts.version else None


async def nodes_of(config: Config) -> list[NodeFacts]:
    """The nodes that share the database of ``config``, also those that died lately. Changes nothing. Raises StoreError.

    Only where store.url names one.
    """
    postgres = postgres_parts()
    connections = await postgres.Connections.open(config.store.url, node="status", most=1)
    try:
        if not (await postgres.schema.look(connections)).version:
            return []
        return list(await postgres.roster.everybody(connections))
    finally:
        await connections.close()


async def open_storage(config: Config) -> Storage:
    """The storage that ``config.store`` names. The data directory is locked until ``close``. Raises StoreError."""
    store, directory = config.store, config.server.data_path
    if store.url:
        return await postgres_parts().PostgresStore.open(store.url, directory, patience=store.wait_seconds)
    return SqliteStore.open(directory, durability=store.durability)


async def open_existing(config: Config) -> Storage:
    """The same for a storage that exists already. Creates nothing: raises StoreError if there is none."""
    store = config.store
    if store.url:
        directory = config.server.data_path
        return await postgres_parts().PostgresStore.open(
            store.url, directory, patience=store.wait_seconds, create=False
        )
    require_data(config)
    return await open_storage(config)


async def open_copy(config: Config, room: Path) -> Storage:
    """The current storage, for reading alone; a server may keep running. Raises StoreError.

    Of SQLite a copy is made in the directory ``room``; PostgreSQL is read as it is.
    """
    if config.store.url:
        return await postgres_parts().PostgresStore.open_beside(config.store.url)
    return await open_storage(_copied(config, room))


def _copied(config: Config, room: Path) -> Config:
    source = backup_of(config)
    room.mkdir(mode=0o700)
    source.copy(room / source.name, lambda _done, _total: None)
    server = msgspec.structs.replace(config.server, data_dir=str(room))
    store = msgspec.structs.replace(config.store, durability="process")
    return msgspec.structs.replace(config, server=server, store=store)


def backup_of(config: Config) -> StorageBackup:
    """Copies the storage of a data directory and checks such copies; a server may be running there.

    Raises StoreError where the storage is PostgreSQL, which has its own way.
    """
    directory = config.server.data_path
    if config.store.url:
        raise StoreError(
            "the messages are in PostgreSQL (store.url): back up and restore that with pg_dump and pg_restore,"
            f" and copy {directory}, where the keys and files are"
        )
    return SqliteBackup(directory)


def recover_database(damaged: Path, target: Path) -> Recovered:
    """Save what can be read of a database into another directory. Raises StoreError, or OSError from the disk."""
    return recovery.recover(damaged / database.FILE, target / database.FILE)


def require_data(config: Config) -> None:
    """Raises StoreError if the data directory has no data yet. PostgreSQL says it when it is opened."""
    directory = config.server.data_path
    if not config.store.url and not _holds_data(directory / database.FILE):
        raise StoreError(
            f"there is no data in {directory}: name the server's directory with --data,"
            " or start a server there first: chover serve"
        )


def _holds_data(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreError(f"{file} cannot be read ({error.strerror}): run this as the user of the server") from error


class PostgresParts(NamedTuple):
    PostgresStore: type[PostgresStore]
    Connections: type[Connections]
    schema: ModuleType
    roster: ModuleType


def postgres_parts() -> PostgresParts:
    """What is imported only where the settings name it. Raises StoreError without its packages."""
    try:
        from chover.store.postgres import roster, schema  # noqa: PLC0415
        from chover.store.postgres.connections import Connections  # noqa: PLC0415
        from chover.store.postgres.store import PostgresStore  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise StoreError(
            f"store.url names PostgreSQL, and the package {error.name} is missing: pip install 'chover[cluster]'"
        ) from error
    return PostgresParts(PostgresStore, Connections, schema, roster)
