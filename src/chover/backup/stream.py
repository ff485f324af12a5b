"""A backup as one tar for a pipe. The manifest comes last, because the checksums are only known then."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
from pathlib import Path
from typing import BinaryIO

from chover.backup import copying, manifest
from chover.backup.manifest import BackupEntry, BackupManifest
from chover.backup.pace import BackupPace


class BackupStream:
    """Implements making.BackupSink. The copy of the database waits in the directory for temporary files."""

    place = "standard output"

    def __init__(self, out: BinaryIO, pace: BackupPace) -> None:
        # Closed by ``finish``: closing it earlier would make an incomplete backup look complete.
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._pace = pace
        self._room = tempfile.TemporaryDirectory(prefix="chover-backup-")

    def holds(self, digest: str, size: int) -> bool:  # noqa: ARG002 - as in BackupSink
        return False

    def keep_upload(self, digest: str, file: BinaryIO) -> BackupEntry | None:
        # Data in a pipe cannot be taken back, so the file is checked first.
        if copying.digest_of(file, self._pace)[1] != digest:
            return None
        file.seek(0)
        return self._add(manifest.upload_name(digest), file)

    def room(self, name: str) -> Path:
        return Path(self._room.name, Path(name).name)

    def keep(self, name: str, path: Path, origin: str = "") -> BackupEntry:
        with path.open("rb") as file:
            return self._add(name, file, origin)

    def _add(self, name: str, file: BinaryIO, origin: str = "") -> BackupEntry:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = os.fstat(file.fileno()).st_size, 0o600, int(os.fstat(file.fileno()).st_mtime)
        reading = _Hashing(file, self._pace)
        self._tar.addfile(info, reading)
        return BackupEntry(name, info.size, reading.digest.hexdigest(), origin)

    def finish(self, made: BackupManifest) -> None:
        data = manifest.encode(made)
        info = tarfile.TarInfo(manifest.NAME)
        info.size, info.mode, info.mtime = len(data), 0o600, made.made_at // 1000
        self._tar.addfile(info, io.BytesIO(data))
        self._tar.close()

    def abandon(self) -> None:
        """Remove the copy of the database. Without its manifest, what was written is not a backup."""
        self._room.cleanup()


class _Hashing(io.RawIOBase):
    """Hashes everything read through it."""

    def __init__(self, file: BinaryIO, pace: BackupPace) -> None:
        self._file = file
        self._pace = pace
        self.digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        self._pace.did(len(data))
        return data
