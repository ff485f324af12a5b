"""Stores the contents of uploads: one file for each content, named by its hash, in a private directory."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

ARRIVING: Final = ".arriving-"
"""The prefix of files that are not complete yet."""


class BlobStore:
    """Files below one directory. Everything here waits for the disk: call it in a thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def begin(self) -> tuple[Path, BinaryIO]:
        """Create a private file for an upload. Raises OSError."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._directory / f"{ARRIVING}{secrets.token_hex(8)}"
        return path, os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")

    def put(self, arrived: Path, digest: str) -> None:
        """Move a complete file to its place, so that it survives a power cut. Raises OSError."""
        place = self.place(digest)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        with arrived.open("rb") as file:
            os.fsync(file.fileno())
        arrived.replace(place)
        _sync(place.parent)

    def place(self, digest: str) -> Path:
        """The path of the content with this hash, if it exists."""
        return self._directory / digest[:2] / digest

    def remove(self, digest: str) -> None:
        self.place(digest).unlink(missing_ok=True)

    def free_bytes(self) -> int:
        """The free space on its disk."""
        known = next(path for path in (self._directory, *self._directory.parents) if path.exists())
        return shutil.disk_usage(known).free

    def older(self, before: float) -> Iterator[Path]:
        """Files from before a time (seconds since 1970), complete or not."""
        for path in self._directory.rglob("*"):
            if path.is_file() and path.stat().st_mtime < before:
                yield path


def digest_of(path: Path) -> str:
    """SHA-256, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
