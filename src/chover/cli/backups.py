"""``chover backup`` and ``chover restore``."""
# ruff: noqa: PLC0415 - other commands make no backups

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from chover.cli.errors import CommandError
from chover.cli.options import ConfigFile, DataDir, load_config
from chover.cli.progress import TerminalProgress
from chover.plurals import counted

if TYPE_CHECKING:
    from chover.backup.making import Backup, BackupSink
    from chover.backup.manifest import BackupManifest
    from chover.backup.pace import BackupPace
    from chover.config import Config
    from chover.ports import StorageBackup

PIPE: Final = "-"
_NICE: Final = 10
"""With a server running, a backup uses only processor time that nobody else wants."""


def backup(
    target: Annotated[
        str, typer.Argument(help="The directory of the backups, or - for a tar on standard output.", metavar="DIR|-")
    ],
    keep: Annotated[int, typer.Option(min=0, help="Keep the N newest backups there.", metavar="N")] = 0,
    keep_days: Annotated[int, typer.Option(min=0, help="Keep backups of the last D days.", metavar="D")] = 0,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Back up all data, while the server runs or not.

    Messages, accounts, keys, files and settings. Files that are in an earlier backup there are not copied again.
    With --keep or --keep-days backups that neither of them keeps are removed.
    """
    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
    _give_way(settings.server.data_path)
    with _failing():
        from chover.store.opening import backup_of, require_data

        require_data(settings)
        storage = backup_of(settings)
        began = time.monotonic()
        if target == PIPE:
            made = _streamed(settings, config, storage)
        else:
            made = _stored(Path(target), settings, config, storage)
        seconds = time.monotonic() - began
        _warn(made, settings)
        _note(settings.server.data_path, made, target)
        removed = _pruned(Path(target), keep, keep_days) if target != PIPE else 0
    print(_summary(made, target, seconds, removed), file=sys.stderr if target == PIPE else sys.stdout)
    return 0


def restore(
    source: Annotated[
        str,
        typer.Argument(help="A directory of backups, one of its folders, a tar, or - for one on standard input."),
    ],
    check: Annotated[bool, typer.Option("--check", help="Only read the backup and check it.")] = False,
    data: DataDir = None,
    config: ConfigFile = None,
) -> int:
    """Make a data directory of a backup.

    Everything is checked before anything is in its place. The directory must be new or empty. After an interruption,
    run it again: it goes on where it was.
    """
    settings = load_config(config, {"server.data_dir": None if data is None else str(data)})
    directory = settings.server.data_path
    with _failing():
        from chover.backup import restoring, sources
        from chover.backup.pace import BackupPace
        from chover.store.opening import backup_of

        storage = backup_of(settings)
        with sources.opened(source) as found, TerminalProgress() as progress:
            pace = BackupPace(progress, gentle=False)
            if check:
                known, kept = restoring.check(found, storage, pace), 0
            else:
                known, kept = restoring.restore(found, directory, storage, pace)
    if kept:
        files = counted(len(known.entries), "file")
        print(f"went on with a restore that was interrupted: {kept} of {files} were there")  # noqa: T201
    _tell(known, directory, checked=check)
    if settings.files.directory and not check:
        print(f"uploads are in {directory / 'files'}: move what is in there to {settings.files.directory}")  # noqa: T201
    return 0


def _tell(known: BackupManifest, directory: Path, *, checked: bool) -> None:
    from chover.files.uploads import readable

    of = f"the backup of {time.strftime('%Y-%m-%d %H:%M', time.localtime(known.made_at / 1000))}"
    size = f"{counted(len(known.entries), 'file')}, {readable(known.size)}"
    print(f"{of} is complete: {size}" if checked else f"{of} is in {directory}: {size}")  # noqa: T201
    for entry in known.entries:
        if entry.origin and not checked:
            print(f"{directory / entry.name} was {entry.origin}: put it back if it is not there")  # noqa: T201


@contextmanager
def _failing() -> Iterator[None]:
    """Convert errors into the one line of a CommandError."""
    from chover.backup.errors import BackupError
    from chover.ports import StoreError

    try:
        yield
    except (BackupError, StoreError) as error:
        raise CommandError(str(error)) from error


def _stored(place: Path, settings: Config, config: Path | None, storage: StorageBackup) -> Backup:
    from chover.backup.directory import BackupDirectory
    from chover.backup.errors import BackupError
    from chover.backup.pace import BackupPace
    from chover.store.lock import DirectoryLock, is_held

    data = settings.server.data_path
    if place.resolve().is_relative_to(data.resolve()):
        raise BackupError(f"{place} is inside the data directory {data}: choose a place outside, on another disk")
    if is_held(place):
        raise BackupError(f"another backup to {place} is under way, or a server runs there: wait for its end")
    with TerminalProgress() as progress:
        pace = BackupPace(progress, gentle=_beside_a_server(data))
        sink = BackupDirectory(place, pace)
        sink.prepare()
        lock = DirectoryLock(place)
        try:
            sink.begin()
            return _made(sink, settings, config, storage, pace)
        finally:
            sink.abandon()
            lock.release()


def _streamed(settings: Config, config: Path | None, storage: StorageBackup) -> Backup:
    from chover.backup.pace import BackupPace
    from chover.backup.stream import BackupStream

    if sys.stdout.isatty():
        raise CommandError("a backup is not text: pipe it into a file or a program, as in chover backup - > FILE")
    with TerminalProgress() as progress:
        pace = BackupPace(progress, gentle=_beside_a_server(settings.server.data_path))
        sink = BackupStream(sys.stdout.buffer, pace)
        try:
            return _made(sink, settings, config, storage, pace)
        finally:
            sink.abandon()


def _made(sink: BackupSink, settings: Config, config: Path | None, storage: StorageBackup, pace: BackupPace) -> Backup:
    from chover.backup.contents import Contents, files_of_settings
    from chover.backup.making import BackupMaker
    from chover.config import default_path
    from chover.files.opening import directory_of

    beside = files_of_settings(settings, config or default_path())
    contents = Contents(settings.server.data_path, beside, storage, directory_of(settings))
    return BackupMaker(contents, storage, sink, pace).make(_now())


def _give_way(data: Path) -> None:
    """If a server seems to be running, lower our priority, before the imports, which take some time."""
    if (data / "admin.sock").exists() and hasattr(os, "nice"):
        os.nice(_NICE)


def _beside_a_server(data: Path) -> bool:
    from chover.store.lock import is_held

    return is_held(data)


def _pruned(place: Path, keep: int, days: int) -> int:
    if not (keep or days):
        return 0
    from chover.backup.directory import prune, trusted_now
    from chover.server.pipeline.clock_doubt import synchronised

    return prune(place, keep, days, trusted_now(place, _now(), confirmed=synchronised() is True))


def _now() -> int:
    return time.time_ns() // 1_000_000


def _note(data: Path, made: Backup, target: str) -> None:
    """Note the backup for ``chover status`` and the alarms."""
    from chover.store.last_backup import LastBackup, note

    place = "standard output" if target == PIPE else str(Path(target).absolute())
    try:
        note(data, LastBackup(made.manifest.made_at, place, made.manifest.size))
    except OSError as error:
        print(f"chover: the backup is whole, but {data} cannot note it: {error.strerror}", file=sys.stderr)  # noqa: T201


def _warn(made: Backup, settings: Config) -> None:
    if settings.files.url:
        print(f"chover: uploads are in {settings.files.url} and not in the backup", file=sys.stderr)  # noqa: T201
    elif made.unsound:
        print(  # noqa: T201
            f"chover: damaged or missing in the data directory, and not in the backup: "
            f"{counted(len(made.unsound), 'upload')},"
            f" {', '.join(made.unsound[:5])}",
            file=sys.stderr,
        )


def _summary(made: Backup, target: str, seconds: float, removed: int) -> str:
    from chover.files.uploads import readable

    place = "standard output" if target == PIPE else target
    parts = [f"backed up {readable(made.manifest.size)} to {place} in {seconds:.1f} s"]
    if target != PIPE:
        parts.append(f"{made.copied} of {counted(made.uploads, 'upload')} new ({readable(made.copied_bytes)})")
    if removed:
        parts.append(f"{counted(removed, 'old backup')} removed")
    return "; ".join(parts)
