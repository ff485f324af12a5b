"""Backups in a directory: a folder for each, named by its time, and all uploads once, in ``files``.

Uploads never change and are named by their digest. So the next backup copies only what is new, and also resumes one
that was interrupted. Nothing needs hard links: any disk and any tool that copies directories will do.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from chover.backup import copying, manifest
from chover.backup.errors import BackupError, explaining
from chover.backup.manifest import BackupEntry, BackupManifest
from chover.backup.pace import BackupPace

DRAFT: Final = ".unfinished"
_STAMP: Final = "%Y-%m-%dT%H%M%SZ"
_SILENT_MS: Final = 2 * 86_400_000
"""A backup so long after the one before it may have been made by a clock that is ahead."""


class BackupDirectory:
    """Implements making.BackupSink. One process at a time: it is locked between ``prepare`` and ``begin``."""

    def __init__(self, place: Path, pace: BackupPace) -> None:
        self.place = str(place)
        self._root = place
        self._draft = place / DRAFT
        self._pace = pace

    def prepare(self) -> None:
        """Create the directory, so that it can be locked. Raises BackupError."""
        with explaining(f"the backup to {self.place} was not made"):
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self) -> None:
        """Remove the remains of an interrupted backup, except complete uploads: those count. Raises BackupError."""
        with explaining(f"the backup to {self.place} was not made"):
            shutil.rmtree(self._draft, ignore_errors=True)
            self._draft.mkdir(mode=0o700)

    def abandon(self) -> None:
        """The backup has failed: uploads that were copied stay for the next one."""
        shutil.rmtree(self._draft, ignore_errors=True)

    def holds(self, digest: str, size: int) -> bool:
        try:
            return (self._root / manifest.upload_name(digest)).stat().st_size == size
        except FileNotFoundError:
            return False

    def keep_upload(self, digest: str, file: BinaryIO) -> BackupEntry | None:
        part = self._draft / "upload"
        size, found = copying.copy(file, part, self._pace)
        if found != digest:
            part.unlink()
            return None
        self._require_same(part, size, digest)
        place = self._root / manifest.upload_name(digest)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.replace(place)
        return BackupEntry(manifest.upload_name(digest), size, digest)

    def room(self, name: str) -> Path:
        path = self._draft / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def keep(self, name: str, path: Path, origin: str = "") -> BackupEntry:
        place = self.room(name)
        if path == place:
            return BackupEntry(name, *copying.read_back(place, self._pace), origin)
        with path.open("rb") as file:
            size, digest = copying.copy(file, place, self._pace)
        self._require_same(place, size, digest)
        return BackupEntry(name, size, digest, origin)

    def _require_same(self, path: Path, size: int, digest: str) -> None:
        if copying.read_back(path, self._pace) != (size, digest):
            raise BackupError(f"what was written to {self.place} reads differently: check its disk")

    def finish(self, made: BackupManifest) -> None:
        (self._draft / manifest.NAME).write_bytes(manifest.encode(made))
        for directory in {path.parent for path in self._draft.rglob("*")} | {self._draft}:
            copying.sync(directory)
        self._draft.rename(self._free_name(made.made_at))
        copying.sync(self._root)

    def _free_name(self, at: int) -> Path:
        stamp = datetime.fromtimestamp(at / 1000, UTC).strftime(_STAMP)
        names = (stamp, *(f"{stamp}-{number}" for number in range(2, 100)))
        return next(self._root / name for name in names if not (self._root / name).exists())


def backups_in(root: Path) -> list[Path]:
    """The complete ones, the oldest first."""
    found = [path for path in root.iterdir() if _moment(path) and (path / manifest.NAME).is_file()]
    return sorted(found, key=lambda path: (path.name[:18], len(path.name), path.name))


def _moment(path: Path) -> datetime | None:
    with contextlib.suppress(ValueError):
        return datetime.strptime(path.name[:18], _STAMP).replace(tzinfo=UTC)
    return None


def trusted_now(root: Path, now: int, *, confirmed: bool) -> int:
    """The time by which the age of backups counts, in ms since 1970.

    A clock may have jumped ahead. If nothing confirms it and the backup before the newest is more than two days older,
    the time of that one counts.
    """
    earlier = [at for path in backups_in(root)[:-1] if (at := _moment(path)) is not None]
    last = int(earlier[-1].timestamp() * 1000) if earlier else now
    return last if not confirmed and now - last > _SILENT_MS else now


def prune(root: Path, keep: int, days: int, now: int) -> int:
    """Remove old backups, and uploads that only they contain. Returns how many backups.

    A backup stays if it is among the ``keep`` newest, or younger than ``days`` days; 0 disables a rule. The newest
    always stays. ``now`` in ms since 1970. Raises BackupError.
    """
    with explaining(f"old backups in {root} could not be removed"):
        present = backups_in(root)
        since = datetime.fromtimestamp(now / 1000, UTC) - timedelta(days=days)
        spared = set(present[-max(keep, 1) :]) | {path for path in present if days and (_moment(path) or since) > since}
        gone = [path for path in present if path not in spared]
        for path in gone:
            # Without its manifest it is no longer a backup, wherever this is interrupted.
            (path / manifest.NAME).unlink()
            shutil.rmtree(path)
        if gone:
            _remove_uploads(root)
        return len(gone)


def _remove_uploads(root: Path) -> None:
    used = {name for path in backups_in(root) for name in _uploads_of(path)}
    for path in root.glob(f"{manifest.FILES}/??/*"):
        if path.relative_to(root).as_posix() not in used:
            path.unlink()


def _uploads_of(backup: Path) -> Iterator[str]:
    """Raises BackupError for a damaged manifest: nobody knows which uploads it needs, so all stay."""
    known = manifest.decode((backup / manifest.NAME).read_bytes(), str(backup))
    return (entry.name for entry in known.entries if entry.name.startswith(f"{manifest.FILES}/"))
