"""Copies what is in a data directory beside its database into another one: keys, certificates, uploads."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from chover.backup import copying
from chover.backup.contents import Contents, Original
from chover.backup.errors import BackupError, explaining
from chover.backup.manifest import DATA, upload_name
from chover.backup.pace import BackupPace, NoProgress, Progress
from chover.ports import StorageBackup


class Carried(NamedTuple):
    """How many files there are now, and their bytes."""

    files: int
    size: int


def carry(data: Path, target: Path, storage: StorageBackup, progress: Progress) -> Carried:
    """Copy them, and read each copy again. What is there already is not copied again. Raises BackupError."""
    if target.resolve() == data.resolve():
        return Carried(0, 0)
    contents = Contents(data, [], storage)
    files = [Original(upload_name(digest), path) for digest, path in sorted(contents.uploads().items())]
    files += [Original(other.name.removeprefix(f"{DATA}/"), other.path) for other in contents.others()]
    with explaining(f"the files of {data} were not copied to {target}"):
        size = sum(each.path.stat().st_size for each in files)
        pace = BackupPace(progress, gentle=False)
        pace.begin("bytes of keys and uploads", size)
        for each in files:
            _carry(each.path, target / each.name, pace)
    return Carried(len(files), size)


def _carry(source: Path, place: Path, pace: BackupPace) -> None:
    with source.open("rb", buffering=0) as file:
        wanted = copying.digest_of(file, pace)
        if place.exists() and copying.read_back(place, pace) == wanted:
            return
        file.seek(0)
        draft = place.with_name(f"{place.name}.new")
        copying.copy(file, draft, BackupPace(NoProgress(), gentle=False))
    if copying.read_back(draft, pace) != wanted:
        raise BackupError(f"{draft} is not what was copied from {source}: check the disk, and run it again")
    draft.replace(place)
    copying.sync(place.parent)
