"""Compares the contents of uploads with what their rows say: each is read once, and has to have its SHA-256."""

from __future__ import annotations

import hashlib
import time
from typing import Final

from chover.ports import BlobStorage, FileContent, StoreError
from chover.store.migration import side as sides
from chover.store.migration.moving import MigrationProgress
from chover.store.migration.side import MigrationTarget
from chover.store.migration.tables import UPLOADS, Row

_NOTED: Final = 256 * 1024 * 1024
"""After so many bytes it is noted how far it has come: an interrupted comparison goes on there."""


async def compare_contents(target: MigrationTarget, contents: BlobStorage, progress: MigrationProgress) -> int:
    """How many were compared, of those that have not expired. Raises StoreError with a line for the first that differs.

    Nothing is changed, and no content is in memory as a whole.
    """
    checking = _Checking(target, contents, progress)
    progress.begin("comparing contents of uploads", await target.count(UPLOADS))
    after: Row = await target.checked()
    while rows := await target.read(UPLOADS, after, sides.CHUNK):
        for row in rows:
            await checking.take(row)
        after = UPLOADS.key(rows[-1])
    return checking.compared


_MEND: Final = (
    "put the file {} back from a backup, or delete the upload with the server first; then run the same command again"
)


class _Checking:
    def __init__(self, target: MigrationTarget, contents: BlobStorage, progress: MigrationProgress) -> None:
        self._target, self._contents, self._progress = target, contents, progress
        self._now = time.time() * 1000
        self._unnoted = 0
        self.compared = 0

    async def take(self, row: Row) -> None:
        """Compare one, and note now and then how far it has come."""
        _, digest, name, _, size, _, _, expires_at, *_ = row
        if not expires_at or expires_at > self._now:
            await self._compare(digest, name)
            self.compared += 1
            self._unnoted += size
        self._progress.moved(1)
        if self._unnoted >= _NOTED:
            await self._target.note_checked(UPLOADS.key(row))
            self._unnoted = 0

    async def _compare(self, digest: str, name: str) -> None:
        try:
            content = await self._contents.content(digest)
            found = await _sha256(content) if content is not None else ""
        except OSError as error:
            raise StoreError(f"the contents of the upload {name!r} cannot be read: {error}") from error
        if not found:
            raise StoreError(f"the upload {name!r} is missing: {_MEND.format(digest)}")
        if found != digest:
            raise StoreError(f"the upload {name!r} has other contents than were uploaded: {_MEND.format(digest)}")


async def _sha256(content: FileContent) -> str:
    sum_ = hashlib.sha256()
    async for piece in content.read(0, content.size - 1):
        sum_.update(piece)
    return sum_.hexdigest()
