"""Makes a backup: uploads, the database as of one moment, uploads made before that moment, keys; then checks it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from chover.backup.contents import Contents
from chover.backup.errors import explaining
from chover.backup.manifest import DATA, FORMAT, BackupEntry, BackupManifest, upload_name
from chover.backup.pace import BackupPace
from chover.ports import CopyFacts, StorageBackup
from chover.version import __version__


class BackupSink(Protocol):
    """The destination of a backup. Raises BackupError and OSError."""

    place: str
    """Its name for people."""

    def holds(self, digest: str, size: int) -> bool:
        """Whether it already has this upload."""

    def keep_upload(self, digest: str, file: BinaryIO) -> BackupEntry | None:
        """None if the file does not have the digest in its name."""

    def room(self, name: str) -> Path:
        """A new path for a file that others write before it is kept."""

    def keep(self, name: str, path: Path, origin: str = "") -> BackupEntry: ...

    def finish(self, manifest: BackupManifest) -> None:
        """Everything was kept."""


class Backup(NamedTuple):
    """A backup that was made."""

    manifest: BackupManifest
    uploads: int
    copied: int
    """Uploads that had not been there before."""
    copied_bytes: int
    unsound: list[str]
    """The digests of uploads that are damaged or missing in the data directory."""


class BackupMaker:
    """Makes one backup."""

    def __init__(self, contents: Contents, storage: StorageBackup, sink: BackupSink, pace: BackupPace) -> None:
        self._contents = contents
        self._storage = storage
        self._sink = sink
        self._pace = pace
        self._uploads: dict[str, BackupEntry] = {}
        self._damaged: set[str] = set()
        self._copied = 0
        self._copied_bytes = 0

    def make(self, now: int) -> Backup:
        """Make the backup. ``now`` in ms since 1970. Raises BackupError and StoreError."""
        with explaining(f"the backup to {self._sink.place} was not made"):
            # Before the database and after it, so that each row has its file, and little is left to copy after the
            # database.
            self._keep_uploads()
            copy, facts = self._copy_storage()
            self._keep_uploads()
            entries = [self._sink.keep(f"{DATA}/{self._storage.name}", copy), *self._keep_others()]
            entries += self._uploads.values()
            manifest = BackupManifest(FORMAT, __version__, facts.schema, now, entries)
            self._sink.finish(manifest)
        unsound = self._damaged | (facts.files - self._uploads.keys())
        return Backup(manifest, len(self._uploads), self._copied, self._copied_bytes, sorted(unsound))

    # ---- uploads

    def _keep_uploads(self) -> None:
        left = {digest: path for digest, path in self._contents.uploads().items() if digest not in self._known()}
        sizes = {digest: size for digest, path in left.items() if (size := _size(path)) is not None}
        new = {digest: size for digest, size in sizes.items() if not self._sink.holds(digest, size)}
        self._pace.begin("files", sum(new.values()))
        for digest, size in sizes.items():
            if digest in new:
                self._copy_upload(digest, left[digest])
            else:
                self._uploads[digest] = _entry_of(digest, size)

    def _known(self) -> set[str]:
        return self._uploads.keys() | self._damaged

    def _copy_upload(self, digest: str, path: Path) -> None:
        file = _opened(path)
        if file is None:
            return
        with file:
            entry = self._sink.keep_upload(digest, file)
        if entry is None:
            self._damaged.add(digest)
            return
        self._uploads[digest] = entry
        self._copied += 1
        self._copied_bytes += entry.size

    # ---- the rest

    def _copy_storage(self) -> tuple[Path, CopyFacts]:
        path = self._sink.room(f"{DATA}/{self._storage.name}")
        follow = _Follower(path, self._pace)
        self._storage.copy(path, follow)
        follow.sync()
        self._pace.begin("checking the database", 0)
        return path, self._storage.check(path, self._pace.worked)

    def _keep_others(self) -> list[BackupEntry]:
        self._pace.begin("keys and settings", 0)
        return [self._sink.keep(*original) for original in self._contents.others()]


class _Follower:
    """Reports the progress of the storage's copy to the pace, and flushes it to the disk."""

    def __init__(self, path: Path, pace: BackupPace) -> None:
        self._path = path
        self._pace = pace
        self._done = 0
        self._begun = False

    def __call__(self, done: int, total: int) -> None:
        if not self._begun:
            self._begun = True
            self._pace.begin("database", total)
        self._pace.did(done - self._done, self.sync)
        self._done = done

    def sync(self) -> None:
        descriptor = os.open(self._path, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _entry_of(digest: str, size: int) -> BackupEntry:
    return BackupEntry(upload_name(digest), size, digest)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _opened(path: Path) -> BinaryIO | None:
    """None if it was deleted meanwhile: then nobody needs it."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        return None
