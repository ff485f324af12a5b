"""Opens the storage that the settings choose."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from chover.config import Config
from chover.ports import LocalDatabase, Recovered, Storage, StorageBackup, StoreError
from chover.ports.bus import NodeFacts
from chover.store.lock import DirectoryLock, holder, is_held
from chover.store.sqlite import database, faults, recovery
from chover.store.sqlite.backup import SqliteBackup
from chover.store.sqlite.store import SqliteStore

if TYPE_CHECKING:
    from chover.store.postgres.connections import Connections
    from chover.store.postgres.store import PostgresStore


LOCAL: Final = "postgres"
"""The directory of a PostgreSQL that runs with the workers of a data directory."""
_FEW: Final = 8
"""Connections of a command."""


class StoreFacts(NamedTuple):
    """What can be learnt about a database without opening it for writing."""

    version: str
    wanted: str
    """The version that this code requires."""
    newest: int
    """The time of the newest event, in ms since 1970; 0 without any."""


def inspect(config: Config) -> StoreFacts | str | None:
    """Look at a database, even if a server has it open. None: there is none; a string: why it cannot be read."""
    if config.store.url or local_exists(config):
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
        if not config.store.url and not is_held(config.server.data_path):
            return await _inspect_local(config)
        connections = await postgres.Connections.open(config.store.url or local_postgres(config).url)
        try:
            facts = await postgres.schema.look(connections)
            await postgres.require_fit(connections, config.server.data_path)
        finally:
            await connections.close()
    except StoreError as error:
        return str(error)
    return StoreFacts(str(facts.version), str(postgres.schema.wanted()), facts.newest) if facts.version else None


async def nodes_of(config: Config) -> list[NodeFacts]:
    """The nodes that share the database of ``config``, also those that died lately. Changes nothing. Raises StoreError.

    Only where store.url names one, or workers have one of their own.
    """
    postgres = postgres_parts()
    url = config.store.url or local_postgres(config).url
    connections = await postgres.Connections.open(url, node="status", most=1)
    try:
        if not (await postgres.schema.look(connections)).version:
            return []
        return list(await postgres.roster.everybody(connections))
    finally:
        await connections.close()


async def _inspect_local(config: Config) -> StoreFacts | None:
    store = await open_existing(config)
    await store.close()
    version = str(postgres_parts().schema.wanted())
    return StoreFacts(version, version, 0)


async def open_storage(config: Config, directory: Path | None = None) -> Storage:
    """The storage that ``config.store`` names. The data directory is locked until ``close``. Raises StoreError.

    ``directory``: lock this one instead, as one of several processes of a data directory.
    """
    store, directory = config.store, directory or config.server.data_path
    if store.url:
        return await postgres_parts().PostgresStore.open(store.url, directory, patience=store.wait_seconds)
    if local_exists(config):
        raise StoreError(
            f"the messages of {directory} are in its own PostgreSQL: serve with --workers and a number, 1 or more"
        )
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
    return await (_open_local(config) if local_exists(config) else open_storage(config))


def local_postgres(config: Config) -> LocalDatabase:
    """The PostgreSQL that runs with the workers of a data directory. Raises StoreError without the packages."""
    postgres_parts()
    from chover.store.postgres.local import LocalPostgres  # noqa: PLC0415

    return LocalPostgres(config.server.data_path)


def local_exists(config: Config) -> bool:
    """Whether the data of a directory is in a PostgreSQL of its own."""
    return not config.store.url and (config.server.data_path / LOCAL).exists()


def require_nothing_left_behind(config: Config) -> None:
    """Raises StoreError if a data directory holds messages in SQLite, which several workers would not show."""
    directory = config.server.data_path
    if not local_exists(config) and _holds_data(directory / database.FILE):
        raise StoreError(
            f"{directory} holds the messages of a server with one process, and several need PostgreSQL: move them with"
            " chover upgrade --to workers, or name another directory with --data"
        )


@contextlib.asynccontextmanager
async def running_local(config: Config) -> AsyncIterator[str]:
    """The URL of the PostgreSQL of a data directory, which runs meanwhile. Raises StoreError while a server runs."""
    local, directory = local_postgres(config), config.server.data_path
    if process := holder(directory):
        raise StoreError(f"data directory {directory} is in use by process {process}: stop it first (chover stop)")
    from chover.store.postgres.local import RunningPostgres  # noqa: PLC0415

    running = await RunningPostgres.start(local, _FEW)
    try:
        yield local.url
    finally:
        await running.stop()


async def _open_local(config: Config) -> Storage:
    """Start the PostgreSQL of a directory whose server is stopped, until the storage is closed."""
    local, directory = local_postgres(config), config.server.data_path
    from chover.store.postgres.local import RunningPostgres  # noqa: PLC0415

    lock = DirectoryLock(directory)
    try:
        running = await RunningPostgres.start(local, _FEW)
        try:
            store = await postgres_parts().PostgresStore.open(local.url, directory, create=False, lock=lock)
        except BaseException:
            await running.stop()
            raise
    except BaseException:
        lock.release()
        raise
    store.after_close = running.stop
    return store


async def open_copy(config: Config, room: Path) -> Storage:
    """The current storage, for reading alone; a server may keep running. Raises StoreError.

    Of SQLite a copy is made in the directory ``room``; PostgreSQL is read as it is.
    """
    if config.store.url:
        return await postgres_parts().PostgresStore.open_beside(config.store.url)
    if local_exists(config):
        running = is_held(config.server.data_path)
        url = local_postgres(config).url
        return await (postgres_parts().PostgresStore.open_beside(url) if running else _open_local(config))
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
    if local_exists(config):
        raise StoreError(
            f"the messages are in the PostgreSQL of {directory / LOCAL}: while the server runs, pg_dump makes a copy"
            " (docs/cluster.md, Several processes on one machine)"
        )
    return SqliteBackup(directory)


def recover_database(damaged: Path, target: Path) -> Recovered:
    """Save what can be read of a database into another directory. Raises StoreError, or OSError from the disk."""
    return recovery.recover(damaged / database.FILE, target / database.FILE)


def require_data(config: Config) -> None:
    """Raises StoreError if the data directory has no data yet. PostgreSQL says it when it is opened."""
    directory = config.server.data_path
    if not config.store.url and not local_exists(config) and not _holds_data(directory / database.FILE):
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
    require_fit: Callable[[Any, Path], Awaitable[None]]


def postgres_parts() -> PostgresParts:
    """What is imported only where the settings name it. Raises StoreError without its packages."""
    try:
        from chover.store.postgres import roster, schema  # noqa: PLC0415
        from chover.store.postgres.connections import Connections  # noqa: PLC0415
        from chover.store.postgres.store import PostgresStore, require_fit  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise StoreError(
            f"store.url names PostgreSQL, and the package {error.name} is missing: pip install 'chover[cluster]'"
        ) from error
    return PostgresParts(PostgresStore, Connections, schema, roster, require_fit)
