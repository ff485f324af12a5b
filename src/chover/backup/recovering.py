"""Saves what can be read of a damaged data directory into a new one. The damaged one stays as it is."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from chover.backup.contents import Contents
from chover.backup.errors import BackupError, explaining
from chover.backup.manifest import DATA
from chover.ports import Recovered, StorageBackup
from chover.store.lock import holder
from chover.store.opening import recover_database


class Saved(NamedTuple):
    """``files`` were saved completely; ``unread`` could not be read, or have other contents by now."""

    database: Recovered
    files: int
    unread: tuple[Path, ...]


def recover(damaged: Path, target: Path, storage: StorageBackup) -> Saved:
    """Save what can be read. Raises BackupError, and StoreError if nothing of the database can be read."""
    process = holder(damaged)
    if process:
        raise BackupError(f"process {process} uses {damaged}: stop that server first, as in chover stop")
    if target.exists() and any(target.iterdir()):
        raise BackupError(f"{target} is not empty: name a new directory")
    with explaining(f"{target} cannot be written"):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = recover_database(damaged, target)
    unread, files = [], 0
    for place, source in _files(damaged, storage):
        if _saved(source, target / place):
            files += 1
        else:
            unread.append(source)
    return Saved(database, files, tuple(unread))


def _files(damaged: Path, storage: StorageBackup) -> Iterator[tuple[str, Path]]:
    contents = Contents(damaged, [], storage)
    for original in contents.others():
        yield original.name.removeprefix(f"{DATA}/"), original.path
    for digest, path in contents.uploads().items():
        if _holds(path, digest):
            yield f"files/{digest[:2]}/{digest}", path
        else:
            yield "", path


def _holds(path: Path, digest: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def _saved(source: Path, target: Path) -> bool:
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if target.is_dir():
            return False  # An upload that holds something else than its name says.
        shutil.copyfile(source, target)
        target.chmod(source.stat().st_mode & 0o777)
    except OSError:
        return False
    return True
