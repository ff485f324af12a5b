"""A copy of the database as it is at one moment, while a server writes to it.

SQLite copies page by page inside one read transaction, so it neither sees later changes nor restarts because of them.
Writers do not wait for a reader (WAL); the log file only grows until the copy is done.

The search index is not copied. It can be rebuilt, would make a backup larger by a third, and would have to match the
logs exactly. A server without an index rebuilds it while it serves, at some 60,000 messages a second.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from chover.ports import CopyFacts, StoreError
from chover.store.sqlite import database, faults
from chover.store.sqlite.search import segments

PAGES: Final = 256
"""Pages of 4 KiB copied between two calls of ``progress``: 1 MiB."""
STEPS: Final = 20_000
"""Steps of SQLite's virtual machine between two calls of ``working``: some 2 ms."""


class SqliteBackup:
    """Implements ports.StorageBackup."""

    name = database.FILE
    newest = database.VERSION

    def __init__(self, directory: Path) -> None:
        self._path = directory / database.FILE

    def is_own(self, name: str) -> bool:
        # Includes their log files, and the copies that upgrades keep.
        return name.startswith((database.FILE, segments.FILE))

    def exists(self) -> bool:
        return self._path.exists()

    def schema(self) -> str:
        if not self.exists():
            return ""
        try:
            with closing(database.open_reader(self._path)) as db:
                return database.version_of(db, self._path) or ""
        except sqlite3.Error as error:
            raise StoreError(f"the database {self._path} cannot be read: {faults.reason(error)}") from error

    def require_readable(self) -> None:
        database.require_readable(self._path, self.schema())

    def kept(self, schema: str) -> Path:
        return database.copy_of(self._path, schema)

    def copy(self, target: Path, progress: Callable[[int, int], None]) -> None:
        try:
            with closing(database.open_reader(self._path)) as source, closing(_new(target)) as copy:
                _copy(source, copy, progress)
        except sqlite3.Error as error:
            raise StoreError(
                f"the database {self._path} cannot be copied to {target}: {faults.reason(error)}"
            ) from error

    def check(self, copy: Path, working: Callable[[], None] = lambda: None) -> CopyFacts:
        try:
            with closing(_opened(copy)) as db:
                db.set_progress_handler(working, STEPS)
                return _facts(db, copy)
        except sqlite3.Error as error:
            raise StoreError(f"the copy {copy} cannot be read: {faults.reason(error)}") from error


def _new(target: Path) -> sqlite3.Connection:
    database.touch(target)
    copy = database.connect(target)
    # An incomplete copy is deleted, and the caller flushes the complete one to the disk.
    copy.execute("PRAGMA synchronous = OFF")
    return copy


def _copy(source: sqlite3.Connection, copy: sqlite3.Connection, progress: Callable[[int, int], None]) -> None:
    (page,) = source.execute("PRAGMA page_size").fetchone()
    source.execute("BEGIN")
    # The moment of the copy: from here on the transaction sees no other state.
    source.execute("SELECT count(*) FROM sqlite_master").fetchone()
    source.backup(copy, pages=PAGES, progress=lambda _, left, total: progress((total - left) * page, total * page))
    source.execute("ROLLBACK")
    # All in one file, which can be read even where nothing may be written.
    copy.execute("PRAGMA journal_mode = DELETE").fetchone()


def _opened(copy: Path) -> sqlite3.Connection:
    return database.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _facts(db: sqlite3.Connection, copy: Path) -> CopyFacts:
    version = database.version_of(db, copy)
    if version is None:
        raise StoreError(f"the copy {copy} is empty")
    if version > database.VERSION:
        raise database.too_new(copy, version, "use an older backup")
    problem = db.execute("PRAGMA integrity_check(1)").fetchone()
    if problem != ("ok",):
        raise StoreError(f"the copy {copy} is damaged ({problem[0]}): the database it was made of may be, too")
    has_files = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'file'").fetchone()
    rows = db.execute("SELECT DISTINCT digest FROM file").fetchall() if has_files else []
    return CopyFacts(version, frozenset(str(digest) for (digest,) in rows))
