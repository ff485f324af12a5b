"""The database of the index: one full-text table for each segment, and the tables that say where messages are.

Deleting a message from a full-text index needs the deleted text, and leaves its words in older pages until all are
rewritten. So the index is cut into segments. When a message is deleted, its segment is dirty: it is emptied
and refilled from the log, which is the truth. Nothing here is worth a backup: a file that is missing, damaged, of
another version or of another log is built again.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from chover.store.sqlite import database

FILE: Final = "search.db"
VERSION: Final = 4
"""The version of the tables, the entries and the splitting into words. If it differs, the index is rebuilt."""
SIZE: Final = 65_536
"""Messages in one segment. Refilling it takes about a second."""

_SCHEMA: Final = """
    CREATE TABLE origin (secret BLOB NOT NULL);
    -- Up to where each log was followed.
    CREATE TABLE followed (log_no INTEGER NOT NULL PRIMARY KEY, seq INTEGER NOT NULL);
    -- Which message an entry is. Times never run back: an entry made late has that of the one before it.
    CREATE TABLE entry (
        id INTEGER NOT NULL PRIMARY KEY, log_no INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL
    );
    -- Which part of which log is in which segment.
    CREATE TABLE span (
        log_no INTEGER NOT NULL, segment INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
        entries INTEGER NOT NULL, PRIMARY KEY (log_no, segment)
    ) WITHOUT ROWID;
    -- Segments with messages that were deleted or changed.
    CREATE TABLE dirty (segment INTEGER NOT NULL PRIMARY KEY);
"""
# The text is split into words before it gets here; this tokenizer splits at spaces. The text itself is not kept.
# The last word of a search may be a beginning, from three characters on. Three have the most words: without an index
# of such beginnings, the places of all these words would be merged for each search.
_SEGMENT: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS {name}"
    " USING fts5(words, content = '', columnsize = 0, prefix = '3', tokenize = 'ascii')"
)


def name_of(segment: int) -> str:
    return f"segment_{segment}"


def add(db: sqlite3.Connection, segment: int) -> None:
    db.execute(_SEGMENT.format(name=name_of(segment)))


def segments(db: sqlite3.Connection) -> list[int]:
    sql = "SELECT name FROM main.sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
    return sorted(int(name.partition("_")[2]) for (name,) in db.execute(sql).fetchall())


def open_follower(path: Path, store: Path, origin: bytes) -> sqlite3.Connection:
    """The connection that writes the index, with the log attached as ``store``. Raises sqlite3.Error and OSError.

    ``origin`` identifies the log that the index belongs to.
    """
    try:
        db = _open(path, store)
        if _fits(db, origin):
            return db
        db.close()
    except sqlite3.DatabaseError:
        # A file with any defect can be rebuilt.
        pass
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    db = _open(path, store)
    db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT")
    db.execute("INSERT INTO origin VALUES (?)", (origin,))
    return db


def _open(path: Path, store: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    db = database.connect(f"{path.absolute().as_uri()}", uri=True)
    try:
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        # A power cut may lose the last entries; they are indexed again.
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA secure_delete = ON").fetchone()
        db.execute("PRAGMA temp_store = MEMORY")
        _attach(db, store)
    except BaseException:
        db.close()
        raise
    return db


def open_finder(path: Path, store: Path) -> sqlite3.Connection:
    """A read-only connection to the index and the log."""
    db = database.open_reader(path)
    _attach(db, store)
    return db


def _attach(db: sqlite3.Connection, store: Path) -> None:
    db.execute("ATTACH ? AS store", (f"{store.absolute().as_uri()}?mode=ro",))


def _fits(db: sqlite3.Connection, origin: bytes) -> bool:
    """Whether it is the index of this log: a log restored from a backup may be behind its index."""
    if db.execute("PRAGMA main.user_version").fetchone() != (VERSION,):
        return False
    if db.execute("SELECT secret FROM origin").fetchone() != (origin,):
        return False
    ahead = """
        SELECT 1 FROM followed LEFT JOIN store.log ON no = log_no WHERE no IS NULL
            OR seq > coalesce((SELECT max(seq) FROM store.event WHERE log_no = no), first_seq - 1) LIMIT 1"""
    return db.execute(ahead).fetchone() is None


def empty_log_file(db: sqlite3.Connection) -> bool:
    """Copy the log file into the database and truncate it, unless somebody is reading."""
    (busy, _, _) = db.execute("PRAGMA main.wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
