"""Opens the storage that the settings choose."""

from __future__ import annotations

from chover.config import Config
from chover.ports import Storage
from chover.store.sqlite.store import SqliteStore


def open_storage(config: Config) -> Storage:
    """The storage of ``config.server.data_path``, locked until ``close``. Raises StoreError with one line.

    SQLite is the only one: another database is chosen here, by a setting of ``store``.
    """
    return SqliteStore.open(config.server.data_path, durability=config.store.durability)
