"""Opens the database: it is created from schema.sql, upgraded if it is older, and refused if it is not ours."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final, Literal

from chover.ports import StoreError
from chover.store.sqlite import faults
from chover.store.sqlite.log.pages import newest

FILE: Final = "chover.db"
VERSION: Final = "0020"
"""The schema of this code: the newest of upgrades/versions."""

MIGRATING: Final = "moving"
"""Stands in place of a version while ``chover upgrade --to`` fills the database."""

Durability = Literal["power", "process"]
_SYNCHRONOUS: Final[dict[Durability, str]] = {"power": "FULL", "process": "NORMAL"}

CHECKPOINT_PAGES: Final = 16_000
"""From this many pages of 4 KiB in the log file, a commit empties it: 64 MB. See checkpoints.py."""
_LATER: Final = ("tls-key.pem", "ssh_host_ed25519_key", "files")
"""What a server creates in the directory after it has opened its database."""
_BUSY_SECONDS: Final = 5.0
"""How long to wait for another program that has the database open."""


def open_writer(path: Path, durability: Durability) -> sqlite3.Connection:
    """The connection for the writer, on a database of this version.

    ``power``: a commit is on the disk when it returns. ``process``: the operating system has it. Raises StoreError.
    """
    _require_not_emptied(path)
    try:
        touch(path)
        db = _connect_writer(path, durability)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from error
    try:
        _bring_to_version(db, path)
    except sqlite3.Error as error:
        db.close()
        raise _unusable(path, error) from error
    except StoreError:
        db.close()
        raise
    return db


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    return connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def open_spectator(path: Path) -> sqlite3.Connection:
    """The same for a database that may not be open: creates no files next to a closed one."""
    calm = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"
    return connect(f"{path.absolute().as_uri()}?mode=ro{calm}", uri=True)


def look(db: sqlite3.Connection, path: Path) -> tuple[str, int]:
    """The version of its schema, and the time of its newest event in ms since 1970. Raises StoreError."""
    version = version_of(db, path)
    if version is None:
        raise StoreError(f"{path} has no tables: move it away, the next start makes a new one")
    return version, newest(db)


def connect(path: Path | str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection without implicit transactions, for one thread at a time. Raises sqlite3.Error."""
    return sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri)


def _require_not_emptied(path: Path) -> None:
    """Raises StoreError for an empty file that a first start cannot have left, before anything is changed.

    SQLite would take it for a new database, and delete the log file that belongs to the old one.
    """
    try:
        empty = path.exists() and path.stat().st_size == 0
        beside = _beside(path) if empty else ""
    except OSError as error:
        raise _unusable(path, error) from error
    if beside:
        raise _emptied(path, beside)


def _beside(path: Path) -> str:
    """The name of something in the directory that a server creates after its database, or empty."""
    there = (path.with_name(name) for name in _LATER)
    return next((one.name for one in there if one.is_file() or (one.is_dir() and any(one.iterdir()))), "")


def _emptied(path: Path, beside: str) -> StoreError:
    return StoreError(
        f"{path} is empty, and {beside} beside it is of a server that has run: its messages and accounts are gone from"
        " here. Restore a backup; to begin without them, remove the empty file, or choose another directory with --data"
    )


def touch(path: Path) -> None:
    """Create the file if necessary, readable by its owner only. Raises OSError."""
    # SQLite would make it readable for everybody; its other files inherit the permissions of this one.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _connect_writer(path: Path, durability: Durability) -> sqlite3.Connection:
    db = connect(path)
    try:
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        db.execute(f"PRAGMA synchronous = {_SYNCHRONOUS[durability]}")
        # In a transaction of several statements, SQLite copies each page before a statement changes it; otherwise from
        # 64 KB on to a temporary file.
        db.execute("PRAGMA temp_store = MEMORY")
        # Deleted data is overwritten in the file, too.
        db.execute("PRAGMA secure_delete = ON").fetchone()
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _bring_to_version(db: sqlite3.Connection, path: Path) -> None:
    version = version_of(db, path)
    if version is None:
        if beside := _beside(path):
            raise _emptied(path, beside)
        create(db)
        return
    require_readable(path, version)
    if version < VERSION:
        # SQLAlchemy and Alembic take 0.3 s to import, and most starts have nothing to upgrade.
        from chover.store.sqlite import upgrade  # noqa: PLC0415

        upgrade.upgrade(path, copy_of(path, version) if version else None)


def copy_of(path: Path, version: str) -> Path:
    """Where the database is kept before its upgrade from that schema."""
    return path.with_name(f"{path.name}.schema-{version}")


def require_readable(path: Path, version: str) -> None:
    """Raises StoreError, with what to do, if the schema is newer than this version's."""
    if version > VERSION:
        raise too_new(path, version, _way_back(path))


def _way_back(path: Path) -> str:
    """What else can be done with a database that is too new for this version."""
    kept = sorted(path.parent.glob(copy_of(path, "*").name))
    older = [copy for copy in kept if copy.name.rpartition("-")[2] <= VERSION]
    if older:
        return f"go back to {older[-1]}, which the upgrade has kept (see docs/operating.md, Upgrading)"
    return "choose another directory with --data, where a backup from before the upgrade can be restored"


def too_new(path: Path, version: str, instead: str) -> StoreError:
    """The refusal of a database made by a newer version; it is left unchanged."""
    return StoreError(
        f"{path} has schema {version}, made by a newer version; this one reads up to {VERSION}:"
        f" install that version or {instead}"
    )


def version_of(db: sqlite3.Connection, path: Path) -> str | None:
    """The version stamped by Alembic, "" before its first, None for a database without tables."""
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    if not tables:
        return None
    stamps = db.execute("SELECT version_num FROM alembic_version").fetchall() if "alembic_version" in tables else []
    version = str(stamps[0][0]) if stamps else ""
    if version == MIGRATING:
        raise StoreError(
            f"{path} is an unfinished migration: run the same chover upgrade --to again, which goes on with it, or"
            " remove the file"
        )
    if len(stamps) > 1 or "alembic_version" not in tables or not (version == "" or version.isdecimal()):
        raise StoreError(
            f"{path} is a database of another program: move it away or choose another directory with --data"
        )
    return version


def create(db: sqlite3.Connection, version: str = VERSION, more: str = "") -> None:
    """Create the tables of this version in an empty database, and stamp it; ``more`` SQL belongs to it."""
    # This takes some ten milliseconds, and only the first start needs it.
    from importlib.resources import files  # noqa: PLC0415

    schema = files("chover.store.sqlite").joinpath("schema.sql").read_text(encoding="utf-8")
    stamp = f"INSERT INTO alembic_version (version_num) VALUES ('{version}');"  # noqa: S608 - a constant
    db.executescript(f"BEGIN IMMEDIATE; {schema} {stamp} {more} COMMIT;")


def _unusable(path: Path, error: OSError | sqlite3.Error) -> StoreError:
    what = (
        f"{error.strerror}: check its permissions and the free space"
        if isinstance(error, OSError)
        else faults.reason(error)
    )
    return StoreError(f"cannot open {path}: {what}, or choose another directory with --data")
