"""From SQLite to PostgreSQL, and back."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec

from chover.config import Config
from chover.ports import BlobStorage, StoreError
from chover.store.migration.moving import Migrated, MigrationProgress, move
from chover.store.migration.postgres_side import filled, read_only
from chover.store.migration.sqlite_side import SqliteSource, SqliteTarget
from chover.store.migration.uploads import compare_contents
from chover.store.opening import postgres_parts, require_data
from chover.store.sqlite import database

_NO_URL: Final = "the messages are not in PostgreSQL: --to sqlite:DIRECTORY moves what is in the database of store.url"


async def to_postgres(
    config: Config, url: str, progress: MigrationProgress, contents: BlobStorage | None = None
) -> Migrated:
    """Move a data directory's database to the empty one at ``url``. Raises StoreError.

    ``contents``: of the uploads, which are compared with their rows.
    """
    without = _sqlite(config)
    require_data(without)
    schemas = _schemas()
    source = SqliteSource.open(config.server.data_path)
    try:
        async with filled(url, config.server.casemapping) as target:
            migrated = await move(source, target, schemas, progress)
            if contents is not None:
                await compare_contents(target, contents, progress)
            await target.finish()
            return migrated
    finally:
        await source.close()


@contextlib.asynccontextmanager
async def to_sqlite(
    config: Config, directory: Path, progress: MigrationProgress, contents: BlobStorage | None = None
) -> AsyncIterator[Migrated]:
    """Move the database of ``store.url`` into a data directory that has none. Raises StoreError.

    It is a server's when the block ends without an exception; until then no server starts there. ``contents``: of the
    uploads as they are at the end of the block; they are compared with their rows.
    """
    if not config.store.url:
        raise StoreError(_NO_URL)
    schemas = _schemas()
    async with read_only(config.store.url) as source:
        target = SqliteTarget.open(directory)
        try:
            yield await move(source, target, schemas, progress)
            await source.require_unchanged()
            if contents is not None:
                await compare_contents(target, contents, progress)
            await target.finish()
        finally:
            await target.close()


def _schemas() -> str:
    return f"{database.VERSION} {postgres_parts().schema.wanted()}"


def _sqlite(config: Config) -> Config:
    """The settings of the data directory alone, whether or not they name PostgreSQL already."""
    return msgspec.structs.replace(config, store=msgspec.structs.replace(config.store, url=""))
