"""Everything that a server keeps, behind one object: what another database has to implement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from chover.ports.files import FileRows
from chover.ports.hooks import HookRows
from chover.ports.measures import Measure
from chover.ports.push import PushRows
from chover.ports.registry import Registry
from chover.ports.store import Store


class StorageBytes(msgspec.Struct, frozen=True):
    """What a storage takes: its tables with what is not in them yet, and the search index."""

    database: int = 0
    index: int = 0


class StorageSizes(Protocol):
    """How much a storage takes."""

    def last(self) -> StorageBytes:
        """As it was measured last. Does not wait."""

    async def measure(self) -> StorageBytes:
        """As it is now. Raises StoreError."""


class Storage(Store, Protocol):
    """An open storage. ``Store`` is the part of it that the chat sees: logs, records, reports, search, secrets.

    Every method of every part is asynchronous, except ``append``, which returns at once and calls back.

    Each part has its contract in tests/store/contract*.py.
    """

    @property
    def registry(self) -> Registry:
        """Accounts and what belongs to them."""

    @property
    def hooks(self) -> HookRows:
        """Incoming and outgoing hooks."""

    @property
    def push(self) -> PushRows:
        """Push subscriptions."""

    @property
    def sizes(self) -> StorageSizes:
        """How much it takes."""

    def measures(self) -> list[Measure]:
        """Its figures, for ``/metrics``."""

    @property
    def uploads(self) -> FileRows:
        """The rows of uploads; their bytes are in files.blobs."""


class LocalDatabase(Protocol):
    """A database server that runs for one data directory, as a process of whoever holds the directory's lock."""

    @property
    def url(self) -> str:
        """What ``store.url`` is for its clients."""

    def require_usable(self) -> None:
        """Raises StoreError if it cannot run here, or not with the files that there are. Blocks; changes nothing."""

    def prepare(self) -> None:
        """Make its files at the first start, and end a process that was left behind. Blocks. Raises StoreError."""

    def command(self, connections: int) -> list[str]:
        """How its process is started, for so many connections."""

    async def ready(self, is_alive: Callable[[], bool]) -> None:
        """Wait until it answers. Raises StoreError when its process has ended."""


class Recovered(msgspec.Struct, frozen=True):
    """What was saved from a damaged database: events, how many of them are lost, and tables that are incomplete."""

    events: int
    lost: int
    incomplete: tuple[str, ...]


class CopyFacts(msgspec.Struct, frozen=True):
    """What was found in a copy of a storage."""

    schema: str
    files: frozenset[str]
    """The digests of the uploads that it has rows for."""


class StorageBackup(Protocol):
    """Copies of the storage in a data directory, for backups. Its tests: tests/backup/test_making.py.

    It does not need the lock of the directory: a server may be running there, and continues to write. Everything here
    waits for the disk. Raises StoreError with one line.
    """

    @property
    def name(self) -> str:
        """What the copy is called in a restored data directory."""

    @property
    def newest(self) -> str:
        """The newest schema that this version can read. Schemas are ordered as text."""

    def is_own(self, name: str) -> bool:
        """Whether a file of the data directory is included in ``copy``, or can be rebuilt from it."""

    def exists(self) -> bool:
        """Whether there is anything to copy."""

    def schema(self) -> str:
        """The schema of the storage; empty if there is none."""

    def require_readable(self) -> None:
        """Raises StoreError, with what to do, if the storage was made by a newer version."""

    def kept(self, schema: str) -> Path:
        """Where an upgrade from that schema keeps the previous storage."""

    def copy(self, target: Path, progress: Callable[[int, int], None]) -> None:
        """Write a consistent copy, as of one moment, to the new file ``target``.

        ``progress`` is called with the number of bytes copied and the total. It may sleep, and may raise.
        """

    def check(self, copy: Path, working: Callable[[], None] = lambda: None) -> CopyFacts:
        """Read a copy from beginning to end. Raises StoreError if it is damaged, or newer than this version.

        ``working`` is called every few milliseconds, and may sleep.
        """
