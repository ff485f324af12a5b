"""SQLite as a side of a migration."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chover.ports import StoreError
from chover.store.lock import DirectoryLock
from chover.store.migration.tables import NUMBERED, MigratedTable, Row
from chover.store.sqlite import database, faults
from chover.store.sqlite.log.places import find_again

_NUMBER: Final = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)"
_FOREIGN: Final = (
    "{path} is there already: name a new directory in --to, or move it away (an unfinished migration goes on only from"
    " the same, unchanged database)"
)


class SqliteSide:
    """Implements MigrationSide on an open database, and locks its directory until ``close``."""

    def __init__(self, db: sqlite3.Connection, path: Path, lock: DirectoryLock) -> None:
        self.name = str(path)
        self._db = db
        self._path = path
        self._lock = lock

    async def read(self, table: MigratedTable, after: Row, limit: int) -> list[Row]:
        with _told(self._path):
            return self._db.execute(_reading(table, behind=bool(after)), (*after, limit)).fetchall()

    async def count(self, table: MigratedTable) -> int:
        where = f"WHERE {table.where}" if table.where else ""
        with _told(self._path):
            [(count,)] = self._db.execute(f"SELECT count(*) FROM {table.name} {where}")  # noqa: S608 - our own names
            return int(count)

    async def numbers(self) -> list[Row]:
        with _told(self._path):
            return [(table, *self._db.execute(_NUMBER, (table,)).fetchone()) for table in NUMBERED]

    async def close(self) -> None:
        self._db.close()
        self._lock.release()


class SqliteSource(SqliteSide):
    """A data directory that is only read."""

    @classmethod
    def open(cls, directory: Path) -> SqliteSource:
        """Raises StoreError if a server runs there, or for a schema other than this version's."""
        path = directory / database.FILE
        lock = DirectoryLock(directory)
        try:
            with _told(path):
                db = database.open_spectator(path)
                _require_current(database.version_of(db, path), path)
                # All of it is read as of one moment.
                db.execute("BEGIN")
        except BaseException:
            lock.release()
            raise
        return cls(db, path, lock)


class SqliteTarget(SqliteSide):
    """Implements MigrationTarget: a new database, or one that a migration was filling."""

    @classmethod
    def open(cls, directory: Path) -> SqliteTarget:
        """Writes nothing where there is something else. Raises StoreError."""
        path = directory / database.FILE
        with _told(path):
            if not _is_free(path):
                raise StoreError(_FOREIGN.format(path=path))
        lock = DirectoryLock(directory)
        try:
            with _told(path):
                database.touch(path)
                db = database.connect(path)
                db.execute("PRAGMA journal_mode = WAL").fetchone()
                db.execute("PRAGMA synchronous = NORMAL")
        except BaseException:
            lock.release()
            raise
        return cls(db, path, lock)

    async def begin(self, mark: str) -> bool:
        with _told(self._path):
            found = _mark(self._db)
            if found not in {None, mark}:
                raise StoreError(_FOREIGN.format(path=self._path))
            if found is None:
                database.create(self._db, database.MIGRATING, f"INSERT INTO meta VALUES ('moving', '{mark}');")  # noqa: S608 - a digest
            return found is not None

    async def reached(self, table: MigratedTable) -> Row:
        keys = table.reading("sqlite")[: table.keys]
        order = ", ".join(f"{key} DESC" for key in keys)
        where = f"WHERE {table.where}" if table.where else ""
        with _told(self._path):
            sql = f"SELECT {', '.join(keys)} FROM {table.name} {where} ORDER BY {order} LIMIT 1"  # noqa: S608 - our own names
            return self._db.execute(sql).fetchone() or ()

    async def write(self, table: MigratedTable, rows: list[Row]) -> None:
        places, names = zip(*table.written("sqlite"), strict=True)
        marks = ", ".join("?" * len(names))
        sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608 - our own names
        with _told(self._path), _transaction(self._db):
            self._db.executemany(sql, ([row[place] for place in places] for row in rows))

    async def complete(self, numbers: list[Row]) -> None:
        with _told(self._path), _transaction(self._db):
            for table, number in numbers:
                self._db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
                if number:
                    self._db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))
            find_again(self._db)

    async def checked(self) -> Row:
        with _told(self._path):
            found: Row | None = self._db.execute("SELECT value FROM meta WHERE name = 'moving_uploads'").fetchone()
            return found or ()

    async def note_checked(self, key: Row) -> None:
        with _told(self._path):
            self._db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('moving_uploads', ?)", key)

    async def finish(self) -> None:
        with _told(self._path):
            self._db.execute("PRAGMA synchronous = FULL")
            with _transaction(self._db):
                self._db.execute("DELETE FROM meta WHERE name IN ('moving', 'moving_uploads')")
                self._db.execute("UPDATE alembic_version SET version_num = ?", (database.VERSION,))
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _reading(table: MigratedTable, *, behind: bool) -> str:
    columns = table.reading("sqlite")
    keys = columns[: table.keys]
    conditions = [table.where] if table.where else []
    if behind:
        conditions.append(f"({', '.join(keys)}) > ({', '.join('?' * len(keys))})")
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {', '.join(columns)} FROM {table.name} {where} ORDER BY {', '.join(keys)} LIMIT ?"  # noqa: S608 - our own names


def _require_current(version: str | None, path: Path) -> None:
    database.require_readable(path, version or "")
    if version != database.VERSION:
        raise StoreError(f"{path} has an older schema ({version or 'none'}): run chover upgrade without --to first")


def _is_free(path: Path) -> bool:
    """Whether there is no database, or one of a migration."""
    if not path.exists() or path.stat().st_size == 0:
        return True
    with contextlib.closing(database.open_spectator(path)) as db:
        [(tables,)] = db.execute("SELECT count(*) FROM sqlite_master")
        return not tables or _mark(db) is not None


def _mark(db: sqlite3.Connection) -> str | None:
    """The mark of the migration that fills this database; None where there are no tables."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    found = db.execute("SELECT value FROM meta WHERE name = 'moving'").fetchone()
    return str(found[0]) if found else None


@contextlib.contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {faults.reason(error)}, and run the same command again") from error
    except OSError as error:
        raise StoreError(
            f"{path} cannot be used ({error.strerror}): check its permissions and the free space"
        ) from error
