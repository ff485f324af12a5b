"""Rows of uploads in a dictionary, with the contract of the real ones."""

import asyncio
import contextlib

from chover.ports import OverQuota
from chover.ports.files import SERVER_FILES


class MemoryUploads:
    """``accounts``: the existing ones, by id."""

    def __init__(self, accounts):
        self._accounts = accounts
        self.kept = {}
        self._held = asyncio.Lock()

    async def add(self, file, quota, since):
        if quota and file.owner:
            used = sum(held.size for held in self._of(file.owner) if held.uploaded_at >= since)
            if used + file.size > quota:
                raise OverQuota(used)
        self.kept[file.id] = file

    async def get(self, file, now):
        found = self.kept.get(file)
        return found if found is not None and not _over(found, now) else None

    async def of(self, owner):
        return sorted(self._of(owner), key=lambda file: (-file.uploaded_at, file.id))

    def _of(self, owner):
        return [file for file in self.kept.values() if file.owner == owner]

    async def remove(self, files):
        gone = {self.kept.pop(file).digest for file in files if file in self.kept}
        return sorted(gone - await self.digests())

    async def expired(self, now):
        return [
            file.id
            for file in self.kept.values()
            if _over(file, now) or file.owner not in {"", SERVER_FILES, *self._accounts}
        ]

    async def uses(self, digest):
        return digest in await self.digests()

    @contextlib.asynccontextmanager
    async def hold(self, digest):
        async with self._held:
            yield

    async def digests(self):
        return {file.digest for file in self.kept.values()}


def _over(file, now):
    return 0 < file.expires_at <= now
