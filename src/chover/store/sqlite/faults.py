"""Explains SQLite's errors in words that say what to do."""

from __future__ import annotations

import sqlite3
from typing import Final

_REASONS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full: free some space",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written: check the disk and its free space",
    sqlite3.SQLITE_READONLY: "the database is read-only: give its owner permission to write it",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened: check the permissions of its directory and the open files",
    sqlite3.SQLITE_PERM: "the database cannot be opened: give its owner permission",
    sqlite3.SQLITE_CORRUPT: "the database is damaged: stop the server and restore a backup",
    sqlite3.SQLITE_NOTADB: "the file is not a database: move it away or restore a backup",
    sqlite3.SQLITE_BUSY: "another program has locked the database: close that program",
    sqlite3.SQLITE_LOCKED: "another program has locked the database: close that program",
    sqlite3.SQLITE_PROTOCOL: "another program has locked the database: close that program",
    sqlite3.SQLITE_NOMEM: "the memory is full: free some memory",
}


def _code(error: BaseException) -> int:
    # The low byte is the primary code; the rest makes distinctions that do not matter to people.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def strikes_all(error: BaseException) -> bool:
    """Whether the next transaction would fail for the same reason, whatever it contains."""
    return _code(error) in _REASONS


def reason(error: BaseException) -> str:
    """One line: what happened and what to do."""
    return _REASONS.get(_code(error), "the server could not read or store it: its log says why")
