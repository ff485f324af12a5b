"""Stores the contents of uploads: one file for each content, named by its hash, in a directory.

Nodes may share the directory: then a file in it says which cluster it belongs to.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from chover.ports import StoreError

ARRIVING: Final = ".arriving-"
"""The prefix of files that are not complete yet."""


MARK: Final = ".chover-cluster"
"""The file that names the cluster."""
CHUNK_BYTES: Final = 256 * 1024
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class LocalContent(NamedTuple):
    """Implements ports.FileContent."""

    path: Path
    size: int

    async def read(self, first: int, last: int) -> AsyncIterator[bytes]:
        with await asyncio.to_thread(self.path.open, "rb") as file:
            file.seek(first)
            left = last + 1 - first
            while left > 0 and (data := await asyncio.to_thread(file.read, min(left, CHUNK_BYTES))):
                left -= len(data)
                yield data


class BlobStore:
    """Implements ports.BlobStorage. What is not asynchronous waits for the disk: call it in a thread."""

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

    # ---- as a storage among others

    async def claim(self, cluster: str, in_use: Callable[[], Awaitable[set[str]]]) -> None:
        directory = self._directory
        try:
            found = await asyncio.to_thread(self._mark)
            if not found:
                used = await in_use()
                # A directory that is not mounted is empty.
                if used and not await asyncio.to_thread(self.place(min(used)).exists):
                    raise StoreError(
                        f"the uploads are not in {directory} (files.directory): mount it, or copy them there from where"
                        " they were"
                    )
                found = await asyncio.to_thread(self._set_mark, cluster)
        except OSError as error:
            raise StoreError(
                f"{directory} (files.directory) cannot be used: {error.strerror}; make it, mount it, or let the"
                " server's user write there"
            ) from error
        if found != cluster:
            raise StoreError(
                f"{directory} (files.directory) belongs to another server or cluster, as {directory / MARK} says: name"
                " a directory of its own"
            )

    def _mark(self) -> str:
        if not self._directory.is_dir():
            raise FileNotFoundError(2, "it is no directory")
        with contextlib.suppress(FileNotFoundError):
            return (self._directory / MARK).read_text(encoding="ascii", errors="replace").strip()
        return ""

    def _set_mark(self, cluster: str) -> str:
        # Of two nodes that start at once one is first, and the other reads what that has written.
        draft = self._directory / f"{MARK}-{secrets.token_hex(4)}"
        draft.write_text(f"{cluster}\n", encoding="ascii")
        try:
            with contextlib.suppress(FileExistsError):
                (self._directory / MARK).hardlink_to(draft)
        finally:
            draft.unlink()
        return self._mark()

    async def send(self, arrived: Path, digest: str) -> None:
        """It is where it belongs by one move."""

    async def keep(self, arrived: Path, digest: str) -> None:
        await asyncio.to_thread(self.put, arrived, digest)

    async def settled(self, digest: str) -> None:
        """Orphans are found by looking."""

    async def drop(self, digest: str) -> None:
        await asyncio.to_thread(self.remove, digest)

    async def content(self, digest: str) -> LocalContent | None:
        place = self.place(digest)
        try:
            return LocalContent(place, (await asyncio.to_thread(place.stat)).st_size)
        except FileNotFoundError:
            return None

    async def orphans(self, before: float) -> list[str]:
        return await asyncio.to_thread(self._orphans, before)

    def _orphans(self, before: float) -> list[str]:
        old = list(self.older(before))
        for path in old:
            if path.name.startswith(ARRIVING):
                path.unlink(missing_ok=True)
        return [path.name for path in old if _DIGEST.fullmatch(path.name)]

    async def close(self) -> None:
        """Nothing is open."""


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
