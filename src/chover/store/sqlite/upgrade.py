"""Upgrades an older schema to this one with Alembic. An ordinary start does not need it: see database.py."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from chover.ports import StoreError
from chover.store.sqlite import faults

_logger: Final = logging.getLogger(__name__)


def upgrade(path: Path, copy: Path | None = None, to: str = "head") -> None:
    """Upgrade the database to the newest schema, or to the given one, in one transaction. Raises StoreError.

    ``copy``: where to keep the previous database first.
    """
    if copy is not None:
        _keep_copy(path, copy)
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    # Python's sqlite3 begins no transaction before DDL. With its own transactions switched off and an explicit BEGIN,
    # an upgrade that fails half-way leaves the old schema.
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            command.upgrade(configuration(connection), to)
    except SQLAlchemyError as error:
        raise StoreError(
            f"cannot upgrade {path}: {error.args[0]}; it is unchanged, and the older version can still read it"
        ) from error
    _empty_log_file(path)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    # A table that is dropped leaves no text in the file, which would outlive the deletion of a message.
    connection.execute("PRAGMA secure_delete = ON").fetchone()


def _empty_log_file(path: Path) -> None:
    """An upgrade may write the whole database. Where somebody reads it, a later checkpoint does this."""
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _keep_copy(path: Path, copy: Path) -> None:
    """The copy gets its name when it is complete and on the disk."""
    draft = copy.with_name(f"{copy.name}.new")
    try:
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _copy(path, draft)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        draft.replace(copy)
    except (OSError, sqlite3.Error) as error:
        draft.unlink(missing_ok=True)
        what = error.strerror if isinstance(error, OSError) else faults.reason(error)
        raise StoreError(
            f"cannot upgrade {path}: it could not be copied first ({what}) and is unchanged:"
            " free as much space as it needs and try again"
        ) from error
    _logger.info("kept a copy of the database as %s before its upgrade", copy)


def _copy(path: Path, target: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        # All in one file.
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()


def configuration(connection: object = None) -> Config:
    """Alembic's configuration, without a file of its own; ``connection`` is the one to work on."""
    config = Config()
    config.set_main_option("script_location", "chover.store.sqlite:upgrades")
    config.attributes["connection"] = connection
    return config
