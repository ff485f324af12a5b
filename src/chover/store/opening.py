"""Opens the storage that the settings choose."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import NamedTuple

import msgspec

from chover.config import Config
from chover.ports import Recovered, Storage, StorageBackup, StoreError
from chover.store.sqlite import database, faults, recovery
from chover.store.sqlite.backup import SqliteBackup
from chover.store.sqlite.search import segments
from chover.store.sqlite.store import SqliteStore


def database_files(directory: Path) -> list[Path]:
    """The files of the database in a data directory, whether they exist or not."""
    return [directory / (database.FILE + suffix) for suffix in ("", "-wal", "-shm")]


def index_files(directory: Path) -> list[Path]:
    """The files of the search index, which may be deleted while no server is running."""
    return [directory / (segments.FILE + suffix) for suffix in ("", "-wal", "-shm")]


class StoreFacts(NamedTuple):
    """What can be learnt about a database without opening it for writing."""

    version: str
    wanted: str
    """The version that this code requires."""
    newest: int
    """The time of the newest event, in ms since 1970; 0 without any."""


def inspect(directory: Path) -> StoreFacts | str | None:
    """Look at a database, even if a server has it open. None: there is none; a string: why it cannot be read."""
    path = directory / database.FILE
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


async def open_storage(config: Config) -> Storage:
    """The storage of ``config.server.data_path``, locked until ``close``. Raises StoreError with one line.

    SQLite is the only one. Another database would be chosen here, by a setting of ``store``.
    """
    return SqliteStore.open(config.server.data_path, durability=config.store.durability)


async def open_existing(config: Config) -> Storage:
    """The same for a storage that exists already. Creates nothing: raises StoreError if there is none."""
    require_data(config.server.data_path)
    return await open_storage(config)


async def open_copy(config: Config, room: Path) -> Storage:
    """A copy of the current storage, made in the directory ``room``; a server may keep running. Raises StoreError."""
    return await open_storage(_copied(config, room))


def _copied(config: Config, room: Path) -> Config:
    source = backup_of(config.server.data_path)
    room.mkdir(mode=0o700)
    source.copy(room / source.name, lambda _done, _total: None)
    server = msgspec.structs.replace(config.server, data_dir=str(room))
    store = msgspec.structs.replace(config.store, durability="process")
    return msgspec.structs.replace(config, server=server, store=store)


def backup_of(directory: Path) -> StorageBackup:
    """Copies the storage of a data directory and checks such copies; a server may be running there."""
    return SqliteBackup(directory)


def recover_database(damaged: Path, target: Path) -> Recovered:
    """Save what can be read of a database into another directory. Raises StoreError, or OSError from the disk."""
    return recovery.recover(damaged / database.FILE, target / database.FILE)


def require_data(directory: Path) -> None:
    """Raises StoreError if the directory has no data yet."""
    if not _holds_data(directory / database.FILE):
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
