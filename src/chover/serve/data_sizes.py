"""The size of the data directory, and the free space on its disk."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from chover.ports.measures import Measure, single
from chover.ports.status import DataStatus
from chover.store.opening import database_files, index_files

_log = logging.getLogger(__name__)

COUNT_SECONDS: Final = 600.0
"""How often uploads are counted, which has to look at each of them."""


class DataSizes:
    """The database, its index and the disk are checked on request; uploads are counted in the background."""

    def __init__(self, directory: Path, uploads: Path) -> None:
        self._directory = directory
        self._uploads = uploads
        self._uploaded = 0

    async def run(self) -> None:
        """Count uploads regularly, until it is cancelled."""
        while True:
            await self.count()
            await asyncio.sleep(COUNT_SECONDS)

    async def count(self) -> None:
        self._uploaded = await asyncio.to_thread(_bytes_below, self._uploads)

    def status(self) -> DataStatus:
        return DataStatus(
            str(self._directory),
            sum(map(_bytes_of, database_files(self._directory))),
            sum(map(_bytes_of, index_files(self._directory))),
            self._uploaded,
            free_bytes(self._directory),
        )

    def measures(self) -> list[Measure]:
        held = self.status()
        return [
            single("disk_free_bytes", "gauge", "What is free on the disk of the data directory.", held.free),
            single("database_bytes", "gauge", "Size of the database with its log file.", held.database),
            single("index_bytes", "gauge", "Size of the search index.", held.index),
            single("files_bytes", "gauge", "Size of all uploads, counted every ten minutes.", held.files),
        ]


def free_bytes(directory: Path) -> int:
    return shutil.disk_usage(directory).free


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _bytes_below(directory: Path) -> int:
    return sum(_sizes(directory))


def _sizes(directory: Path) -> Iterable[int]:
    """Files that disappear meanwhile are not counted."""
    for folder, _, names in os.walk(directory):
        yield from (_bytes_of(Path(folder, name)) for name in names)
