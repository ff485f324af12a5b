"""Restores a backup: everything is read and checked in a draft before anything is put in place."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from chover.backup import copying, manifest
from chover.backup.errors import BackupError, explaining
from chover.backup.manifest import DATA, BackupManifest
from chover.backup.pace import BackupPace
from chover.backup.sources import NOT_WHOLE, BackupSource, damaged
from chover.ports import StorageBackup, StoreError
from chover.store.lock import FILE, DirectoryLock, is_held

DRAFT: Final = ".restoring"
PLACING: Final = "placing"
"""A file in the draft: which of its files are on their way to their place."""


class Restored(NamedTuple):
    """``kept``: files that an interrupted restore had brought already."""

    manifest: BackupManifest
    kept: int


def restore(source: BackupSource, data: Path, storage: StorageBackup, pace: BackupPace) -> Restored:
    """Create a data directory from a backup. Raises BackupError and StoreError; then nothing is put in place.

    Refuses a directory that is in use or not empty. One that an interrupted restore has left is gone on with: what is
    there and matches the backup is not copied again.
    """
    _require_readable(source.manifest, source.name, storage)
    with explaining(f"the backup was not restored to {data}"), _claimed(data, storage.name) as draft:
        receiving = _Receiving(source, draft, storage, pace)
        known = receiving.received()
        _put_in_place(draft, data, storage.name)
    return Restored(known, receiving.kept)


def check(source: BackupSource, storage: StorageBackup, pace: BackupPace) -> BackupManifest:
    """Read a complete backup, and keep nothing. Raises BackupError and StoreError."""
    _require_readable(source.manifest, source.name, storage)
    with explaining(f"the backup {source.name} cannot be checked"), tempfile.TemporaryDirectory() as room:
        return _Receiving(source, Path(room), storage, pace, only=f"{DATA}/{storage.name}").received()


class _Receiving:
    """Copies the files of a backup, or ``only`` one of them, and checks all."""

    def __init__(
        self, source: BackupSource, draft: Path, storage: StorageBackup, pace: BackupPace, only: str = ""
    ) -> None:
        self._source = source
        self._draft = draft
        self._storage = storage
        self._pace = pace
        self._only = only
        # A tar has its manifest at the end, so what was copied of one is copied again.
        self._entries = {entry.name: entry for entry in source.manifest.entries} if source.manifest else {}
        self.kept = 0

    def received(self) -> BackupManifest:
        """Raises BackupError and StoreError."""
        source = self._source
        self._pace.begin("reading the backup", source.manifest.size if source.manifest else 0)
        found = {}
        try:
            for name, file in source.pieces():
                found[name] = self._piece(name, file)
        except NOT_WHOLE as error:
            raise damaged(source.name, f"it is not a complete tar ({error})") from error
        known = source.manifest
        if known is None:
            raise damaged(source.name, f"it ends before its {manifest.NAME}")
        _require_readable(known, source.name, self._storage)
        _require_same(known, found, source.name)
        _remove_others(self._draft, found)
        self._pace.begin("checking the database", 0)
        try:
            self._storage.check(self._draft / DATA / self._storage.name)
        except StoreError as error:
            raise damaged(source.name, str(error)) from error
        return known

    def _piece(self, name: str, file: BinaryIO) -> tuple[int, str]:
        if self._only and name != self._only:
            return copying.digest_of(file, self._pace)
        if (there := self._there(name)) is not None:
            self.kept += 1
            return there
        return copying.copy(file, self._draft / name, self._pace)

    def _there(self, name: str) -> tuple[int, str] | None:
        """Size and checksum of a file that an earlier restore has copied whole."""
        entry, path = self._entries.get(name), self._draft / name
        if entry is None or not path.is_file() or path.stat().st_size != entry.size:
            return None
        with path.open("rb", buffering=0) as file:
            found = copying.digest_of(file, self._pace)
        return found if found == (entry.size, entry.sha256) else None


def _remove_others(draft: Path, found: Container[str]) -> None:
    """What an interrupted restore of another backup has left."""
    for path in draft.rglob("*"):
        if path.is_file() and path.relative_to(draft).as_posix() not in found:
            path.unlink()


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
def _claimed(data: Path, storage: str) -> Iterator[Path]:
    """A draft inside the locked directory. It is removed unless it was interrupted: then the next restore goes on."""
    made = not data.exists()
    _require_free(data, storage)
    lock = DirectoryLock(data)
    draft = data / DRAFT
    interrupted = False
    try:
        draft.mkdir(mode=0o700, exist_ok=True)
        _take_back(draft, data)
        yield draft
    except KeyboardInterrupt:
        interrupted = True
        raise
    finally:
        if not interrupted:
            shutil.rmtree(draft, ignore_errors=True)
        nothing = {path.name for path in data.iterdir()} == {FILE}
        lock.release()
        if made and nothing:
            shutil.rmtree(data)


def _require_free(data: Path, storage: str) -> None:
    if is_held(data):
        raise BackupError(f"the data directory {data} is in use: stop its server, or name another with --data")
    if not data.exists():
        return
    there = {path.name for path in data.iterdir()}
    # The storage comes last: where it is, the restore was complete, and a server may have run since.
    ours = set() if storage in there else {Path(name).name for name in _placing(data / DRAFT)}
    if there - {FILE, DRAFT} - ours:
        raise BackupError(f"{data} is not empty: name a new directory with --data, or move away what is there")


def _placing(draft: Path) -> list[str]:
    try:
        return (draft / PLACING).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _take_back(draft: Path, data: Path) -> None:
    """Bring back into the draft what an interrupted restore had put in place already."""
    for name in _placing(draft):
        if (placed := data / Path(name).name).exists():
            placed.rename(draft / name)


def _put_in_place(draft: Path, data: Path, last: str) -> None:
    """The storage comes last, because without it the directory is not a server's."""
    arrived = [*(draft / DATA).iterdir(), *(path for path in draft.iterdir() if path.name != DATA)]
    names = "".join(f"{path.relative_to(draft).as_posix()}\n" for path in arrived)
    (draft / PLACING).write_text(names, encoding="utf-8")
    copying.sync(draft)
    for path in sorted(arrived, key=lambda path: path.name == last):
        path.rename(data / path.name)
    copying.sync(data)
