"""From an older schema to this one, by Alembic. Not on the way of an ordinary start: see database.py."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from chover.ports import StoreError


def upgrade(path: Path) -> None:
    """Bring the database to the newest schema, in one transaction. Raises StoreError."""
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    # Python's sqlite3 begins no transaction before DDL: with its own ways switched off and BEGIN said here, an
    # upgrade that fails half-way leaves the old schema.
    event.listen(engine, "connect", lambda connection, _record: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            command.upgrade(configuration(connection), "head")
    except SQLAlchemyError as error:
        raise StoreError(
            f"cannot upgrade {path}: {error.args[0]}; it is as it was, and the older version still reads it"
        ) from error


def configuration(connection: object = None) -> Config:
    """Alembic's, without a file of its own; ``connection`` is the one to work on."""
    config = Config()
    config.set_main_option("script_location", "chover.store.sqlite:upgrades")
    config.attributes["connection"] = connection
    return config
