"""``chover upgrade``: upgrades the database to this version's schema, or moves it to PostgreSQL and back."""
# ruff: noqa: PLC0415, T201 - other commands upgrade nothing, and what was done is for people

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from chover.cli.errors import WRONG_USAGE, CommandError
from chover.cli.options import ConfigFile, DataDir, load_config
from chover.version import __version__

if TYPE_CHECKING:
    from chover.config import Config
    from chover.ports import StorageBackup


def upgrade(
    check: Annotated[bool, typer.Option("--check", help="Only say what would be done.")] = False,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="Move all data to an empty database (postgresql://…), to that of several workers (workers), or back to"
            " a new directory (sqlite:DIR).",
            metavar="URL|workers|sqlite:DIR",
        ),
    ] = "",
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Bring the database to the schema of this version.

    A copy of it is kept first. The server must be stopped; it would do the same at its next start. With --to the data
    is moved to PostgreSQL, or back, and compared; what it is moved from stays as it is. After an interruption, run the
    same command again: it goes on where it was.
    """
    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
    if to:
        from chover.cli.migrating import migrate

        if check:
            raise CommandError("--check and --to do not go together: leave one out", WRONG_USAGE)
        return migrate(settings, to)
    from chover.ports import StoreError
    from chover.store.opening import backup_of, require_data

    try:
        require_data(settings)
        print(_upgraded(settings, backup_of(settings), only_check=check))
    except StoreError as error:
        raise CommandError(str(error)) from error
    return 0


def _upgraded(settings: Config, storage: StorageBackup, *, only_check: bool) -> str:
    """The result in one line. Raises StoreError."""
    before, path = storage.schema(), settings.server.data_path / storage.name
    if before == storage.newest:
        return f"nothing to do: {path} has schema {before}, as version {__version__} wants it"
    storage.require_readable()
    if only_check:
        return f"{path} has schema {before or 'none'}; version {__version__} would upgrade it to {storage.newest}"
    began = time.monotonic()
    import asyncio

    asyncio.run(_open_and_close(settings))
    storage.check(path)
    kept = f"; as it was it stays in {storage.kept(before)}: delete that when all is well" if before else ""
    return (
        f"upgraded {path} from schema {before or 'none'} to {storage.newest} in {time.monotonic() - began:.1f} s{kept}"
    )


async def _open_and_close(settings: Config) -> None:
    from chover.store.opening import open_existing

    await (await open_existing(settings)).close()
