"""``chover export`` and ``chover import``: conversations as JSON lines and as a page, and exports of other programs."""
# ruff: noqa: PLC0415, T201 - other commands export nothing, and what was done is for people

from __future__ import annotations

import enum
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chover.cli.errors import WRONG_USAGE, CommandError
from chover.cli.options import ConfigFile, DataDir, load_config
from chover.plurals import counted

if TYPE_CHECKING:
    from chover.archive.exporting import Export
    from chover.archive.formats.message import LogFormat
    from chover.archive.importing import ImportedArchive, ImportPlan
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
        require_data(settings)
        made = _exported(settings, directory, what, credentials=credentials)
    except (ArchiveError, StoreError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"cannot export to {directory}: {error.strerror}; choose another directory") from error
    print(
        f"exported {counted(made.messages, 'message')} of {counted(made.conversations, 'conversation')}"
        f" and {counted(made.files, 'file')};"
        f" open {directory / 'index.html'}"
    )
    return 0


def _exported(settings: Config, directory: Path, what: str, *, credentials: bool) -> Export:
    """All or nothing: an export that failed is removed."""
    made_here = not directory.exists()
    if not made_here and any(directory.iterdir()):
        raise CommandError(f"{directory} is not empty: name a new directory")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        import asyncio

        return asyncio.run(_export(settings, directory, what, credentials=credentials))
    except BaseException:
        for path in directory.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if made_here:
            directory.rmdir()
        raise


async def _export(settings: Config, directory: Path, what: str, *, credentials: bool) -> Export:
    from chover.archive.exporting import Exporter
    from chover.files.opening import open_blobs
    from chover.store.opening import open_copy

    # Next to the export, because there is room.
    room = directory / ".copy"
    storage = await open_copy(settings, room)
    blobs = open_blobs(settings)
    try:
        exporter = await Exporter.open(storage, blobs, directory)
        return await exporter.export(what, time.time_ns() // 1_000_000, credentials=credentials)
    finally:
        await blobs.close()
        await storage.close()
        shutil.rmtree(room, ignore_errors=True)


class Format(enum.StrEnum):
    """The formats that can be imported."""

    CHOVER = "chover"
    SLACK = "slack"
    MATTERMOST = "mattermost"
    IRSSI = "irssi"
    WEECHAT = "weechat"
    ZNC = "znc"
    ERGO = "ergo"


def import_(
    source: Annotated[Path, typer.Argument(help="A file or a directory.", metavar="SOURCE")],
    kind: Annotated[Format, typer.Option("--format", help="Where it comes from.")],
    write: Annotated[bool, typer.Option("--write", help="Import it; without this only say what would be.")] = False,
    founder: Annotated[
        str, typer.Option("--founder", help="The account that owns the channels.", metavar="ACCOUNT")
    ] = "",
    channel: Annotated[
        str, typer.Option("--channel", help="The channel of a log whose name does not say it.", metavar="NAME")
    ] = "",
    private: Annotated[
        bool, typer.Option("--private", help="Import private conversations between accounts of these names, too.")
    ] = False,
    zone: Annotated[
        str, typer.Option("--zone", help="The time zone of a log; this machine's by default.", metavar="ZONE")
    ] = "",
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Import channels from exports and logs of other programs.

    It reads exports of chover, Slack and Mattermost, logs of irssi, WeeChat and ZNC, and the history of ergo. Without
    --write it only says what would be imported. The server must be stopped. What was imported before is not imported
    twice.
    """
    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
    from chover.archive.errors import ArchiveError
    from chover.ports import StoreError
    from chover.store.opening import require_data

    if write and not founder:
        raise CommandError("a channel without an owner would end soon: name its account with --founder", WRONG_USAGE)
    try:
        if write:
            require_data(settings)
        archive = _read(source, kind, channel, zone)
        print("\n".join(_planned(archive.plan(), private=private)))
        import asyncio

        print(
            asyncio.run(_import(settings, archive, founder, private=private))
            if write
            else "nothing was imported: add --write"
        )
    except (ArchiveError, StoreError) as error:
        raise CommandError(str(error)) from error
    return 0


import_.__name__ = "import"


def _read(source: Path, kind: Format, channel: str, zone: str) -> ImportedArchive:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from chover.archive.formats import structured, text_logs
    from chover.archive.formats.ergo import ergo
    from chover.archive.importing import ImportedArchive

    readers: dict[Format, LogFormat] = {
        Format.CHOVER: structured.own,
        Format.SLACK: structured.slack,
        Format.MATTERMOST: structured.mattermost,
        Format.IRSSI: text_logs.irssi,
        Format.WEECHAT: text_logs.weechat,
        Format.ZNC: text_logs.znc,
        Format.ERGO: ergo,
    }
    try:
        where = ZoneInfo(zone) if zone else None
        return ImportedArchive(readers[kind](source, channel, where))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CommandError(f"there is no time zone {zone}: give one like Europe/Berlin", WRONG_USAGE) from error
    except OSError as error:
        raise CommandError(f"{source} cannot be read: {error.strerror}") from error


def _planned(plan: ImportPlan, *, private: bool) -> list[str]:
    from chover.cli.asking import moment, table

    rows = [
        (row.name, str(row.messages), str(row.people), moment(row.first), moment(row.last))
        for row in [*plan.channels, *(plan.private if private else ())]
    ]
    found = table(("CHANNEL", "MESSAGES", "PEOPLE", "FIRST", "LAST"), rows) if rows else ["there are no messages in it"]
    if plan.private and not private:
        count = sum(row.messages for row in plan.private)
        left_out = f"{len(plan.private)}, with {counted(count, 'message')}"
        found.append(f"private conversations are left out: {left_out}; --private adds them")
    return [*found, *([f"lines that were not understood and are left out: {plan.unread}"] if plan.unread else [])]


async def _import(settings: Config, archive: ImportedArchive, founder: str, *, private: bool) -> str:
    from chover.archive.importing import Importer
    from chover.store.opening import open_existing

    storage = await open_existing(settings)
    try:
        importer = await Importer.open(storage)
        done = await importer.write(archive, importer.account(founder), private=private)
    finally:
        await storage.close()
    left_out = "".join(f"left out: {each}\n" for each in done.left_out)
    return (
        f"{left_out}imported {counted(done.added, 'message')}; {done.known} had been imported before."
        f" The channels are invite-only and secret,"
        f" and {founder} is their founder: /mode to open them"
    )
