"""``chover upgrade --to``: moves all data to PostgreSQL, or back, and says what to do then."""
# ruff: noqa: PLC0415, T201 - other commands move nothing, and what was done is for people

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chover.cli.errors import WRONG_USAGE, CommandError
from chover.cli.progress import TerminalProgress
from chover.plurals import counted

if TYPE_CHECKING:
    from chover.config import Config
    from chover.ports import BlobStorage
    from chover.store.migration.moving import Migrated

SQLITE: Final = "sqlite:"
WORKERS: Final = "workers"
"""The PostgreSQL that several processes of the data directory have of their own."""
_POSTGRES: Final = ("postgresql://", "postgres://")
_PASSWORD: Final = re.compile(r"(?<=:)[^:@/]+(?=@)|(?<=[?&]password=)[^&]+")
_TOLD: Final = (("event", "event"), ("log", "conversation"), ("account", "account"), ("file", "upload"))
"""The tables whose rows are told at the end."""


def migrate(settings: Config, to: str) -> int:
    """Move the data to where ``to`` says. Raises CommandError."""
    if to == WORKERS or to.startswith(_POSTGRES):
        return _told(settings, to, Path())
    if to.startswith(SQLITE) and (place := to.removeprefix(SQLITE)):
        return _told(settings, "", Path(place).expanduser())
    raise CommandError(
        "--to is postgresql://USER:PASSWORD@HOST:PORT/DATABASE, workers, or sqlite:DIRECTORY for the way back",
        WRONG_USAGE,
    )


def _told(settings: Config, url: str, directory: Path) -> int:
    from chover.backup.errors import BackupError
    from chover.ports import StoreError

    began = time.monotonic()
    try:
        with TerminalProgress(lines=True, written="{:,}".format) as progress:
            work = _to_postgres(settings, url, progress) if url else _to_sqlite(settings, directory, progress)
            migrated = asyncio.run(work)
    except (StoreError, BackupError) as error:
        raise CommandError(str(error)) from error
    if migrated.resumed:
        print("went on with a migration that was interrupted")
    rows = ", ".join(counted(migrated.rows[table], noun) for table, noun in _TOLD)
    print(f"moved {rows} in {time.monotonic() - began:.1f} s; both sides were read again and are equal")
    print("the contents of all uploads were read and have the SHA-256 of their rows")
    print(_after_postgres(settings, url) if url else _after_sqlite(settings, directory))
    return 0


async def _to_postgres(settings: Config, url: str, progress: TerminalProgress) -> Migrated:
    from chover.files.opening import open_blobs
    from chover.store.migration.directions import to_postgres
    from chover.store.opening import require_data, running_local

    async with _closing(open_blobs(settings)) as contents:
        if url != WORKERS:
            return await to_postgres(settings, url, progress, contents)
        require_data(settings)
        async with running_local(settings) as own:
            return await to_postgres(settings, own, progress, contents)


async def _to_sqlite(settings: Config, directory: Path, progress: TerminalProgress) -> Migrated:
    """The keys and files come along, so that the new directory is whole."""
    from chover.backup.carrying import carry
    from chover.files.blobs import BlobStore
    from chover.files.opening import is_shared, open_blobs
    from chover.store.migration.directions import to_sqlite
    from chover.store.sqlite.backup import SqliteBackup

    contents = open_blobs(settings) if is_shared(settings) else BlobStore(directory / "files")
    async with (
        _closing(contents),
        _with_url(settings) as named,
        to_sqlite(named, directory, progress, contents) as migrated,
    ):
        carry(settings.server.data_path, directory, SqliteBackup(directory), progress)
    return migrated


@contextlib.asynccontextmanager
async def _closing(contents: BlobStorage) -> AsyncIterator[BlobStorage]:
    try:
        yield contents
    finally:
        await contents.close()


@contextlib.asynccontextmanager
async def _with_url(settings: Config) -> AsyncIterator[Config]:
    """The settings with the URL of the database, which runs meanwhile if it is that of workers."""
    import msgspec

    from chover.store.opening import local_exists, running_local

    if not local_exists(settings):
        yield settings
        return
    async with running_local(settings) as own:
        yield msgspec.structs.replace(settings, store=msgspec.structs.replace(settings.store, url=own))


def _after_postgres(settings: Config, url: str) -> str:
    if url == WORKERS:
        return f"""The database chover.db in {settings.server.data_path} is as it was.
Start the server with --workers and a number. Delete chover.db and search.db when all is well."""
    return f"""The database in {settings.server.data_path} is as it was; keys and uploads stay there.
Put this into the settings:

[store]
url = "{_PASSWORD.sub("PASSWORD", url)}"

Then start the server; it builds the search index by itself. Delete chover.db and search.db when all is well."""


def _after_sqlite(settings: Config, directory: Path) -> str:
    return f"""The database of store.url is as it was. Keys and uploads were copied from {settings.server.data_path}.
Take store.url and bus.url out of the settings, and put this into them:

[server]
data_dir = "{directory.absolute()}"

Then start the server; it builds the search index by itself."""
