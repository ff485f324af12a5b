"""Everything that a server keeps, behind one object: what another database has to implement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from chover.ports.files import FileRows
from chover.ports.hooks import HookRows
from chover.ports.push import PushRows
from chover.ports.registry import Registry
from chover.ports.store import Store


class Storage(Store, Protocol):
    """An open storage. ``Store`` is the part of it that the chat sees: logs, records, reports, search, secrets.

    Every method of every part is asynchronous, except those that a boot calls, before anybody can connect. They may
    wait for the disk: ``load``, ``secret``, ``records.bans``, ``records.last_connection``, ``registry.accounts.all``,
    ``hooks.all`` and ``push.all``. ``append`` returns at once and calls back.

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
    def uploads(self) -> FileRows:
        """The rows of uploads; their bytes are in files.blobs."""


class Recovered(msgspec.Struct, frozen=True):
    """What was saved of a damaged database: events, those that are lost, and tables that are not complete."""

    events: int
    lost: int
    incomplete: tuple[str, ...]


class CopyFacts(msgspec.Struct, frozen=True):
    """What was found in a copy of a storage."""

    schema: str
    files: frozenset[str]
    """The digests of the uploads that it has rows of."""


class StorageBackup(Protocol):
    """Copies of the storage in a data directory, for backups. Its tests: tests/backup/test_making.py.

    It does not need the lock of the directory: a server may run there, and goes on writing meanwhile.
    Everything here waits for the disk. Raises StoreError with one line.
    """

    @property
    def name(self) -> str:
        """What the copy is called in a data directory that is made of it."""

    @property
    def newest(self) -> str:
        """The newest schema that this version can read. Schemas are ordered as text."""

    def is_own(self, name: str) -> bool:
        """Whether a file of the data directory is covered by ``copy``, or made again from what that holds."""

    def exists(self) -> bool:
        """Whether there is anything to copy."""

    def schema(self) -> str:
        """The schema of what is there; empty where nothing is."""

    def require_readable(self) -> None:
        """Raises StoreError, with what to do, where a newer version has made what is there."""

    def kept(self, schema: str) -> Path:
        """Where an upgrade from that schema keeps what was there before."""

    def copy(self, target: Path, progress: Callable[[int, int], None]) -> None:
        """Write everything as it is at one moment to the new file ``target``.

        ``progress`` is told how many bytes are copied and how many there are. It may sleep, and may raise.
        """

    def check(self, copy: Path, working: Callable[[], None] = lambda: None) -> CopyFacts:
        """Read a copy from its beginning to its end. Raises StoreError where it is damaged, or newer than this.

        ``working`` is called every few milliseconds, and may sleep.
        """
