"""Sources of backups: a directory, or a tar from a file or a pipe."""

from __future__ import annotations

import sys
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from chover.backup import directory, manifest
from chover.backup.errors import BackupError, explaining
from chover.backup.manifest import BackupManifest

PIPE: Final = "-"
NOT_WHOLE: Final = (tarfile.TarError, EOFError, zlib.error)


class BackupSource(Protocol):
    name: str
    """Its name for people."""
    manifest: BackupManifest | None
    """Known at the latest when everything was read."""

    def pieces(self) -> Iterator[tuple[str, BinaryIO]]:
        """Each file and its name, once. Raises BackupError, and NOT_WHOLE, also while a file is being read."""


class StoredBackup:
    """A folder of a backup directory."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        with explaining(f"the backup {path} cannot be read"):
            self.manifest: BackupManifest | None = manifest.decode((path / manifest.NAME).read_bytes(), self.name)

    def pieces(self) -> Iterator[tuple[str, BinaryIO]]:
        assert self.manifest is not None
        for entry in self.manifest.entries:
            try:
                file = self._place(entry.name).open("rb", buffering=0)
            except FileNotFoundError as error:
                raise damaged(self.name, f"{entry.name} is missing") from error
            with file:
                yield entry.name, file

    def _place(self, name: str) -> Path:
        return (self._path.parent if name.startswith(f"{manifest.FILES}/") else self._path) / name


class TarBackup:
    """A tar archive, compressed or not."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self.name = name
        self._stream = stream
        self.manifest: BackupManifest | None = None

    def pieces(self) -> Iterator[tuple[str, BinaryIO]]:
        with tarfile.open(fileobj=self._stream, mode="r|*") as tar:
            for member in tar:
                yield from self._piece(tar, member)

    def _piece(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[tuple[str, BinaryIO]]:
        file = tar.extractfile(member) if member.isfile() else None
        if file is None:
            raise BackupError(f"{self.name} is not a backup of chover: it contains {member.name!r}")
        if member.name == manifest.NAME:
            self.manifest = manifest.decode(file.read(), self.name)
            return
        manifest.require_inside(member.name, self.name)
        yield member.name, file  # type: ignore[misc]  # a reader of bytes, which is all that is asked of it


@contextmanager
def opened(source: str) -> Iterator[BackupSource]:
    """The backup that ``source`` names: a tar, ``-``, a backup, or a directory of them, of which the newest is used.

    Raises BackupError.
    """
    path = Path(source)
    if source == PIPE:
        yield TarBackup("standard input", sys.stdin.buffer)
    elif path.is_dir():
        yield StoredBackup(_chosen(path))
    else:
        with explaining(f"the backup {path} cannot be read"):
            file = path.open("rb")
        with file:
            yield TarBackup(str(path), file)


def _chosen(path: Path) -> Path:
    if (path / manifest.NAME).is_file():
        return path
    with explaining(f"the backup {path} cannot be read"):
        whole = directory.backups_in(path)
    if not whole:
        raise BackupError(f"there is no backup in {path}: name what `chover backup` was given, or one of its folders")
    return whole[-1]


def damaged(backup: str, how: str) -> BackupError:
    return BackupError(f"the backup {backup} is damaged: {how}; use another backup")
