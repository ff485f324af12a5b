"""Files copied to the disk and read back from it, with their checksums."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from chover.backup.pace import BackupPace

CHUNK: Final = 1 << 20


def copy(source: BinaryIO, target: Path, pace: BackupPace) -> tuple[int, str]:
    """Write a new private file to the disk. Returns its size, and the SHA-256 of what was read."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as writing:
        while data := source.read(CHUNK):
            digest.update(data)
            _write(writing, data)
            size += len(data)
            pace.did(len(data), partial(os.fsync, descriptor))
        os.fsync(descriptor)
    return size, digest.hexdigest()


def _write(file: BinaryIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def read_back(path: Path, pace: BackupPace) -> tuple[int, str]:
    """The size and SHA-256 of a file, read from the disk itself if the system can drop its cache of it."""
    with path.open("rb", buffering=0) as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return _digest(file, pace.read_again)


def digest_of(file: BinaryIO, pace: BackupPace) -> tuple[int, str]:
    """The size and SHA-256 of the rest of a file."""
    return _digest(file, pace.did)


def _digest(file: BinaryIO, did: Callable[[int], None]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while data := file.read(CHUNK):
        digest.update(data)
        size += len(data)
        did(len(data))
    return size, digest.hexdigest()


def sync(directory: Path) -> None:
    """Flush the names in a directory to the disk."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
