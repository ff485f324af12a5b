"""Uploads from the first byte to their deletion: limits, metadata, rows and contents."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from chover.config import FilesSettings
from chover.engine.ids import UserId
from chover.files import dimensions, kinds, metadata
from chover.files.blobs import digest_of
from chover.files.under_way import UploadPlace, UploadsUnderWay
from chover.plurals import counted
from chover.ports import BlobStorage, File, FileContent, FileRows, NotTaken, Obstacle, OverQuota
from chover.ports.files import SERVER_FILES

_log = logging.getLogger(__name__)
_Made = TypeVar("_Made")

DAY_MS: Final = 86_400_000
ORPHAN_SECONDS: Final = 3600.0
"""A file without a row for so long is an orphan: the server ended between writing the two."""
FREE_BYTES: Final = 256 * 1024 * 1024
"""Disk space that uploads leave free, so that messages can still be kept."""
LOOK_BYTES: Final = 16 * 1024 * 1024
"""The free space is checked again after so many bytes of an upload."""
HOLDING: Final = 2
"""Contents that are added or removed at a time."""
NAME_BYTES: Final = 200
MOST_PIXELS: Final = 100_000_000
"""A picture with more is only saved, never shown: a browser takes four bytes of memory for each pixel."""
ID_BYTES: Final = 16
"""128 random bits in an address, so that nobody finds it by chance."""

DAMAGED: Final = (
    "What it may tell about you (place, camera, time) cannot be taken out of it, so it is not kept: save it anew in an"
    " image editor, or send it in an archive"
)


class Uploads:
    """Implements ports.Files."""

    def __init__(
        self,
        settings: FilesSettings,
        rows: FileRows,
        blobs: BlobStorage,
        now: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.settings = settings
        self.rows = rows
        self.blobs = blobs
        self.now = now
        self.under_way = UploadsUnderWay()
        # Each content that is held takes a connection to the database.
        self._holding = asyncio.Semaphore(HOLDING)

    # ---- what the web asks

    async def begin(self, owner: UserId, name: str, size: int | None, address: str) -> Arriving:
        """See ports.Files."""
        self._require_open(owner)
        if size is not None:
            self.require_room(size)
        place = self.under_way.begin(self.settings, owner, address, size or 0)
        try:
            path, file = await on_disk(self._begin)
        except BaseException:
            place.give_back()
            raise
        return Arriving(self, owner, clean_name(name), place, path, file)

    def _begin(self) -> tuple[Path, BinaryIO]:
        self.require_disk()
        return self.blobs.begin()

    def require_disk(self) -> None:
        """Raises NotTaken if the uploads in progress would leave too little space. Waits for the disk."""
        if self.blobs.free_bytes() < FREE_BYTES + self.under_way.bytes_to_come:
            raise NotTaken(Obstacle.DISK, "The server's disk is nearly full; tell its operator")

    def _require_open(self, owner: UserId) -> None:
        if not self.settings.enabled:
            raise NotTaken(Obstacle.OFF, "This server does not accept files")
        if not owner and not self.settings.guests:
            raise NotTaken(Obstacle.GUESTS, "Only accounts may upload here: log in, or register with NickServ")

    def require_room(self, size: int) -> None:
        """Raises NotTaken if a file is too large."""
        if size > self.settings.max_bytes:
            raise NotTaken(Obstacle.TOO_LARGE, f"A file has at most {readable(self.settings.max_bytes)} here")

    async def find(self, file: str) -> tuple[File, FileContent] | None:
        found = await self.rows.get(file, self.now())
        if found is None:
            return None
        content = await self.blobs.content(found.digest)
        return (found, content) if content is not None else None

    def is_shown(self, file: File) -> bool:
        return kinds.is_shown(file.kind)

    async def remove(self, file: str, owner: UserId) -> bool:
        found = await self.rows.get(file, self.now())
        if found is None or not owner or found.owner != owner:
            return False
        await self.discard([file])
        return True

    async def remove_all(self, owner: UserId) -> int:
        """See ports.Files."""
        found = [file.id for file in await self.rows.of(owner)] if owner else []
        await self.discard(found)
        return len(found)

    # ---- keeping and removing

    async def keep(self, file: File, arrived: Path) -> None:
        """Keep an upload. Raises NotTaken; then nothing is kept."""
        since = self.now() - self.settings.quota_days * DAY_MS if self.settings.quota_days else 0
        await taken(self.blobs.send(arrived, file.digest))
        async with self._held(file.digest):
            await taken(self.blobs.keep(arrived, file.digest))
            try:
                await self.rows.add(file, 0 if file.owner == SERVER_FILES else self.settings.quota_bytes, since)
            except BaseException as error:
                await self._drop_unused(file.digest)
                if isinstance(error, OverQuota):
                    raise self._over(error) from error
                raise
            await self.blobs.settled(file.digest)

    @contextlib.asynccontextmanager
    async def _held(self, digest: str) -> AsyncIterator[None]:
        """Uploads share contents: one must not be removed while another is about to use it."""
        async with self._holding, self.rows.hold(digest):
            yield

    async def _drop_unused(self, digest: str) -> bool:
        """Remove a content that is held, unless an upload has it. Returns whether it was removed."""
        if await self.rows.uses(digest):
            return False
        await self.blobs.drop(digest)
        await self.blobs.settled(digest)
        return True

    def _over(self, error: OverQuota) -> NotTaken:
        has, may = readable(error.used), readable(self.settings.quota_bytes)
        days = f" within {counted(self.settings.quota_days, 'day')}" if self.settings.quota_days else ""
        return NotTaken(Obstacle.QUOTA, f"You have uploaded {has} of the {may} allowed{days}: delete some files first")

    async def discard(self, files: list[str]) -> None:
        """Remove uploads, and contents that no other upload shares."""
        for digest in await self.rows.remove(files):
            async with self._held(digest):
                await self._drop_unused(digest)

    async def tidy(self, now: int) -> int:
        """Remove orphans, and uploads that have expired by ``now`` (ms since 1970). Returns how many files went."""
        expired = await self.rows.expired(now)
        await self.discard(expired)
        # First the contents, then the rows: what comes meanwhile is no orphan.
        old = await self.blobs.orphans(now / 1000 - ORPHAN_SECONDS)
        used = await self.rows.digests()
        gone = 0
        for digest in old:
            if digest in used:
                await self.blobs.settled(digest)
                continue
            async with self._held(digest):
                gone += await self._drop_unused(digest)
        return len(expired) + gone

    def expiry(self, owner: UserId) -> int:
        """When an upload made today is removed, ms since 1970; 0: never."""
        days = self.settings.keep_days if owner else self.settings.guest_keep_days
        return self.now() + days * DAY_MS if days else 0


class Arriving:
    """Implements ports.Upload."""

    def __init__(
        self, uploads: Uploads, owner: UserId, name: str, place: UploadPlace, path: Path, file: BinaryIO
    ) -> None:
        self._uploads = uploads
        self._owner = owner
        self._name = name
        self._place = place
        self._path = path
        self._file = file
        self._size = 0
        self.pixels: tuple[int, int] | None = None

    async def write(self, data: bytes) -> None:
        self._size += len(data)
        self._uploads.require_room(self._size)
        await on_disk(self._write, data)
        self._place.arrived(len(data))

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        if self._size // LOOK_BYTES > (self._size - len(data)) // LOOK_BYTES:
            self._uploads.require_disk()

    async def keep(self) -> File:
        kind, digest, size = await on_disk(self._finish)
        allowed = self._uploads.settings.kinds
        if not kinds.fits(kind, allowed):
            raise NotTaken(Obstacle.KIND, f"Files of the kind {kind} are not accepted here, only {', '.join(allowed)}")
        if self.pixels and self.pixels[0] * self.pixels[1] > MOST_PIXELS:
            kind = kinds.BYTES
        fresh = secrets.token_urlsafe(ID_BYTES)
        now, expiry = self._uploads.now(), self._uploads.expiry(self._owner)
        file = File(fresh, digest, self._name, kind, size, self._owner, now, expiry)
        await self._uploads.keep(file, self._path)
        return file

    def _finish(self) -> tuple[str, str, int]:
        """The type, hash and size of the upload, after its metadata was removed."""
        self._file.flush()
        self._file.seek(0)
        head = self._file.read(kinds.HEAD_BYTES)
        kind = kinds.kind_of(head, whole=self._size <= len(head))
        if kind in metadata.STRIPPERS:
            self._strip(kind)
        self._file.close()
        with self._path.open("rb") as file:
            self.pixels = dimensions.pixels_of(kind, file.read(dimensions.HEAD_BYTES))
        return kind, digest_of(self._path), self._path.stat().st_size

    def _strip(self, kind: str) -> None:
        """Raises NotTaken for a malformed file, in which private metadata could remain."""
        try:
            stripped = metadata.strip(kind, self._path.read_bytes())
        except metadata.Malformed as error:
            raise NotTaken(Obstacle.KIND, f"This picture is damaged ({error}). {DAMAGED}") from error
        self._path.write_bytes(stripped)

    async def drop(self) -> None:
        self._place.give_back()
        await asyncio.to_thread(self._drop)

    def _drop(self) -> None:
        # Data in its buffer does not have to be written, and perhaps cannot be.
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


async def on_disk(work: Callable[..., _Made], *arguments: object) -> _Made:
    """Do work that waits for the disk in a thread. Raises NotTaken for errors of the disk, which are logged."""
    return await taken(asyncio.to_thread(work, *arguments))


async def taken(work: Awaitable[_Made]) -> _Made:
    """Wait for work of the disk or the storage. Raises NotTaken for its errors, which are logged."""
    try:
        return await work
    except OSError as error:
        _log.error("an upload could not be written: %s", error)
        raise NotTaken(
            Obstacle.DISK, f"The server cannot write the file ({error.strerror}); tell its operator"
        ) from error


def clean_name(name: str) -> str:
    """A name that is safe to display and to save under: without directories, control and bidi characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(char for char in last if char.isprintable()).strip(" .")
    stem, dot, ending = printable.rpartition(".")
    keep = f"{dot}{ending}" if stem and len(ending) <= 16 else ""
    room = NAME_BYTES - len(keep.encode())
    return (printable.removesuffix(keep).encode()[:room].decode(errors="ignore") + keep) or "file"


def readable(size: int) -> str:
    """A number of bytes, like ``3.4 MB``."""
    units = ("bytes", "kB", "MB", "GB", "TB")
    value, unit = float(size), 0
    # From 999.5 on three digits would be rounded to 1e+03.
    while value >= 999.5 and unit < len(units) - 1:
        value, unit = value / 1000, unit + 1
    digits = ".3g" if value < 999.5 else ".0f"
    return f"{value:{digits}} {units[unit]}" if unit else f"{size} bytes"
