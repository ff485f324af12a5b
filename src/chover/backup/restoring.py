"""Restores a backup: everything is read and checked in a draft before anything is put in place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from chover.backup import copying, manifest
from chover.backup.errors import BackupError, explaining
from chover.backup.manifest import DATA, BackupManifest
from chover.backup.pace import BackupPace
from chover.backup.sources import NOT_WHOLE, BackupSource, damaged
from chover.ports import StorageBackup, StoreError
from chover.store.lock import FILE, DirectoryLock, is_held

DRAFT: Final = ".restoring"


def restore(source: BackupSource, data: Path, storage: StorageBackup, pace: BackupPace) -> BackupManifest:
    """Create a data directory from a backup. Raises BackupError and StoreError; then nothing is put in place.

    Refuses a directory that is in use or not empty.
    """
    _require_readable(source.manifest, source.name, storage)
    with explaining(f"the backup was not restored to {data}"), _claimed(data) as draft:
        known = _received(source, draft, storage, pace)
        _put_in_place(draft, data, storage.name)
    return known


def check(source: BackupSource, storage: StorageBackup, pace: BackupPace) -> BackupManifest:
    """Read a complete backup, and keep nothing. Raises BackupError and StoreError."""
    _require_readable(source.manifest, source.name, storage)
    with explaining(f"the backup {source.name} cannot be checked"), tempfile.TemporaryDirectory() as room:
        return _received(source, Path(room), storage, pace, only=f"{DATA}/{storage.name}")


def _received(
    source: BackupSource, draft: Path, storage: StorageBackup, pace: BackupPace, only: str = ""
) -> BackupManifest:
    """Copy the files of a backup, or ``only`` one of them, and check all."""
    pace.begin("reading the backup", source.manifest.size if source.manifest else 0)
    found = {}
    try:
        for name, file in source.pieces():
            kept = not only or name == only
            found[name] = copying.copy(file, draft / name, pace) if kept else copying.digest_of(file, pace)
    except NOT_WHOLE as error:
        raise damaged(source.name, f"it is not a complete tar ({error})") from error
    known = source.manifest
    if known is None:
        raise damaged(source.name, f"it ends before its {manifest.NAME}")
    _require_readable(known, source.name, storage)
    _require_same(known, found, source.name)
    pace.begin("checking the database", 0)
    try:
        storage.check(draft / DATA / storage.name)
    except StoreError as error:
        raise damaged(source.name, str(error)) from error
    return known


def _require_readable(known: BackupManifest | None, name: str, storage: StorageBackup) -> None:
    if known is not None and known.schema > storage.newest:
        raise BackupError(
            f"the backup {name} has schema {known.schema}, made by version {known.program}; this one reads up to"
            f" {storage.newest}: install version {known.program} or newer"
        )


def _require_same(known: BackupManifest, found: dict[str, tuple[int, str]], name: str) -> None:
    for entry in known.entries:
        if entry.name not in found:
            raise damaged(name, f"{entry.name} is missing")
        if found[entry.name] != (entry.size, entry.sha256):
            raise damaged(name, f"{entry.name} does not match its checksum")
    if f"{DATA}/" not in "".join(found):
        raise damaged(name, "it holds no database")


@contextmanager
def _claimed(data: Path) -> Iterator[Path]:
    """A draft inside the locked directory; it is removed if it was not used."""
    made = not data.exists()
    _require_free(data)
    lock = DirectoryLock(data)
    draft = data / DRAFT
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        nothing = {path.name for path in data.iterdir()} == {FILE}
        lock.release()
        if made and nothing:
            shutil.rmtree(data)


def _require_free(data: Path) -> None:
    if is_held(data):
        raise BackupError(f"the data directory {data} is in use: stop its server, or name another with --data")
    if data.exists() and {path.name for path in data.iterdir()} - {FILE, DRAFT}:
        raise BackupError(f"{data} is not empty: name a new directory with --data, or move away what is there")


def _put_in_place(draft: Path, data: Path, last: str) -> None:
    """The storage comes last, because without it the directory is not a server's."""
    arrived = [*(draft / DATA).iterdir(), *(path for path in draft.iterdir() if path.name != DATA)]
    for path in sorted(arrived, key=lambda path: path.name == last):
        path.rename(data / path.name)
    copying.sync(data)
