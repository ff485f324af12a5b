"""The size of the data directory, and the free space on its disk."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from chover.ports import StorageSizes, StoreError
from chover.ports.measures import Measure, single
from chover.ports.status import DataStatus

_log = logging.getLogger(__name__)

COUNT_SECONDS: Final = 600.0
"""How often uploads are counted, which has to look at each of them."""
STORE_MEASURES: Final = 10
"""How often the storage is asked for its size meanwhile."""


class DataSizes:
    """The disk is checked on request; the rest is measured in the background as well, as it takes longer."""

    def __init__(self, directory: Path, uploads: Path, stored: StorageSizes) -> None:
        self._directory = directory
        self._stored = stored
        self._uploads = uploads
        self._uploaded = 0

    async def run(self) -> None:
        """Measure regularly, until it is cancelled."""
        while True:
            await self.count()
            for _ in range(STORE_MEASURES):
                await self.measure()
                await asyncio.sleep(COUNT_SECONDS / STORE_MEASURES)

    async def count(self) -> None:
        self._uploaded = await asyncio.to_thread(_bytes_below, self._uploads)

    async def measure(self) -> None:
        """Ask the storage. What it said last stays while it does not answer."""
        try:
            await self._stored.measure()
        except StoreError as error:
            _log.debug("the storage could not be measured: %s", error)

    def status(self) -> DataStatus:
        stored = self._stored.last()
        return DataStatus(
            str(self._directory),
            stored.database,
            stored.index,
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
