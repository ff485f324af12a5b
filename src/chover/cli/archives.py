"""``chover export``: conversations as JSON lines and as a page."""
# ruff: noqa: PLC0415, T201 - other commands export nothing, and what was done is for people

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chover.cli.errors import CommandError
from chover.cli.options import ConfigFile, DataDir, load_config

if TYPE_CHECKING:
    from chover.archive.exporting import Export
    from chover.config import Config


def export(
    directory: Annotated[Path, typer.Argument(help="A new directory for it.", metavar="DIR")],
    what: Annotated[
        str, typer.Argument(help="A channel, as '#tea', or an account; everything without it.", metavar="WHAT")
    ] = "",
    credentials: Annotated[
        bool, typer.Option("--credentials", help="Export the hashes of passwords with accounts.")
    ] = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Export conversations as JSON lines, a page, and files.

    The page can be read and searched without a server. An account's export holds its private conversations and what
    it has said in channels. The server may run.
    """
    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
    from chover.archive.errors import ArchiveError
    from chover.ports import StoreError
    from chover.store.opening import require_data

    try:
        require_data(settings.server.data_path)
        made = _exported(settings, directory, what, credentials=credentials)
    except (ArchiveError, StoreError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"cannot export to {directory}: {error.strerror}; choose another directory") from error
    print(
        f"exported {made.messages} messages of {made.conversations} conversations and {made.files} files;"
        f" open {directory / 'index.html'}"
    )
    return 0


def _exported(settings: Config, directory: Path, what: str, *, credentials: bool) -> Export:
    """All or nothing: what was begun and failed is removed."""
    made_here = not directory.exists()
    if not made_here and any(directory.iterdir()):
        raise CommandError(f"{directory} is not empty: name a new directory")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return asyncio.run(_export(settings, directory, what, credentials=credentials))
    except BaseException:
        for path in directory.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if made_here:
            directory.rmdir()
        raise


async def _export(settings: Config, directory: Path, what: str, *, credentials: bool) -> Export:
    from chover.archive.exporting import Exporter
    from chover.files.blobs import BlobStore
    from chover.store.opening import open_copy

    # Beside the export, because that is where there is room.
    room = directory / ".copy"
    storage = open_copy(settings, room)
    try:
        blobs = BlobStore(settings.server.data_path / "files")
        return await Exporter(storage, blobs, directory).export(
            what, time.time_ns() // 1_000_000, credentials=credentials
        )
    finally:
        await storage.close()
        shutil.rmtree(room)
