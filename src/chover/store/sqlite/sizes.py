"""The sizes of the files of a database and of its search index."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from chover.ports import StorageBytes
from chover.store.sqlite import database
from chover.store.sqlite.search import segments

_BESIDE: Final = ("", "-wal", "-shm")
"""What SQLite adds to the name of a database for its log file and its shared memory."""


class SqliteSizes:
    """Implements ports.StorageSizes. Measured whenever it is asked for: it looks at six files."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def last(self) -> StorageBytes:
        return StorageBytes(self._bytes(database.FILE), self._bytes(segments.FILE))

    async def measure(self) -> StorageBytes:
        return self.last()

    def _bytes(self, name: str) -> int:
        return sum(_size(self._directory / f"{name}{suffix}") for suffix in _BESIDE)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
