"""Uploads and previews of links: what the protocols ask for, and what the store keeps of uploads."""

from __future__ import annotations

import enum
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import msgspec

from chover.engine.ids import UserId

SERVER_FILES: Final = UserId("emoji")
"""The owner of the pictures of a server's emoji; no account and no guest has such an id."""


class File(msgspec.Struct, frozen=True):
    """An upload. Its ``id`` cannot be guessed, and anyone who knows it may read the file. Times in ms since 1970."""

    id: str
    digest: str
    """SHA-256 of the content, hex."""
    name: str
    kind: str
    """Its media type, detected from the content."""
    size: int
    """In bytes."""
    owner: UserId
    """The id of an account, empty for a guest's upload, or SERVER_FILES."""
    uploaded_at: int
    expires_at: int = 0
    """0: never."""


class Obstacle(enum.Enum):
    """Why an upload is refused."""

    OFF = "off"
    GUESTS = "guests"
    TOO_LARGE = "too large"
    KIND = "kind"
    QUOTA = "quota"
    DISK = "disk"
    BUSY = "busy"


class NotTaken(Exception):
    """An upload was refused. The text is one line for people: what is wrong and what to do."""

    def __init__(self, obstacle: Obstacle, text: str) -> None:
        super().__init__(text)
        self.obstacle = obstacle


class Upload(Protocol):
    """An upload in progress."""

    pixels: tuple[int, int] | None
    """Width and height of a picture as it is shown, known after ``keep``; None if they cannot be determined."""

    async def write(self, data: bytes) -> None:
        """Append data. Raises NotTaken at the limits."""

    async def keep(self) -> File:
        """Complete the upload; it is on the disk when this returns. Raises NotTaken."""

    async def drop(self) -> None:
        """Discard the upload. Does nothing after ``keep``."""


class FileContent(Protocol):
    """The content of an upload."""

    @property
    def path(self) -> Path | None:
        """Where it lies on this machine, if it does."""

    @property
    def size(self) -> int:
        """In bytes."""

    def read(self, first: int, last: int) -> AsyncIterator[bytes]:
        """The bytes from ``first`` to ``last``, both inclusive. Raises OSError."""


class BlobStorage(Protocol):
    """Contents of uploads, each once, under its digest. Its contract is tests/files/contract_of_blobs.py.

    Raises OSError with a line for the operator. Nodes of a cluster share one, so a content is added and removed while
    ``FileRows.hold`` keeps others from it.
    """

    def begin(self) -> tuple[Path, BinaryIO]:
        """A new private file on this machine for an upload. Waits for the disk."""

    def free_bytes(self) -> int:
        """The free space on that file's disk. Waits for the disk."""

    async def claim(self, cluster: str, in_use: Callable[[], Awaitable[set[str]]]) -> None:
        """Make sure that it is the storage of this cluster, and mark it as such. Raises StoreError.

        ``in_use`` gives the digests that it has to hold.
        """

    async def send(self, arrived: Path, digest: str) -> None:
        """The part of ``keep`` that may take long, before the content is held."""

    async def keep(self, arrived: Path, digest: str) -> None:
        """Have a complete content, so that it survives a power cut. ``arrived`` may be gone then."""

    async def settled(self, digest: str) -> None:
        """There is a row for it, or it was dropped. What is never settled is an orphan."""

    async def drop(self, digest: str) -> None:
        """Remove a content, if it is there."""

    async def content(self, digest: str) -> FileContent | None: ...

    async def orphans(self, before: float) -> list[str]:
        """Contents from before a time (seconds since 1970) that may have no row.

        Remains of uploads that were never complete are removed.
        """

    async def close(self) -> None: ...


class Files(Protocol):
    async def begin(self, owner: UserId, name: str, size: int | None, address: str) -> Upload:
        """Start an upload. ``size`` is the announced size, if there is one; ``address`` is where it comes from.

        It counts as under way until ``Upload.drop`` is called. Raises NotTaken.
        """

    async def find(self, file: str) -> tuple[File, FileContent] | None:
        """An upload that has not expired, and its content. Raises OSError if that cannot be reached."""

    def is_shown(self, file: File) -> bool:
        """Whether a browser may display it; any other file is offered as a download."""

    async def remove(self, file: str, owner: UserId) -> bool:
        """Delete an upload of that account. Returns whether there was one."""

    async def remove_all(self, owner: UserId) -> int:
        """Delete all uploads of an account. Returns how many there were."""


class NoFiles:
    """Implements Files for a server that accepts none."""

    async def begin(self, owner: UserId, name: str, size: int | None, address: str) -> Upload:  # noqa: ARG002 - as in Files
        raise NotTaken(Obstacle.OFF, "This server does not accept files")

    async def find(self, file: str) -> tuple[File, FileContent] | None:  # noqa: ARG002 - as in Files
        return None

    def is_shown(self, file: File) -> bool:  # noqa: ARG002 - as in Files
        return False

    async def remove_all(self, owner: UserId) -> int:  # noqa: ARG002 - as in Files
        return 0

    async def remove(self, file: str, owner: UserId) -> bool:  # noqa: ARG002 - as in Files
        return False


class OverQuota(Exception):
    """The owner's quota does not suffice: ``used`` bytes are taken already."""

    def __init__(self, used: int) -> None:
        super().__init__(used)
        self.used = used


class FileRows(Protocol):
    """What the store keeps about uploads. Each method is one transaction; raises StoreError."""

    async def add(self, file: File, quota: int, since: int) -> None:
        """Add an upload.

        Raises OverQuota if the owner's uploads since ``since`` (ms since 1970) would exceed ``quota`` bytes; 0: no
        limit.
        """

    async def get(self, file: str, now: int) -> File | None:
        """An upload that has not expired."""

    async def of(self, owner: UserId) -> list[File]:
        """The uploads of an account, the newest first."""

    async def remove(self, files: list[str]) -> list[str]:
        """Delete uploads. Returns the digests that no other upload has."""

    async def expired(self, now: int) -> list[str]:
        """Ids of uploads that have expired, and of those whose account is gone."""

    async def digests(self) -> set[str]:
        """All digests that are in use."""

    async def uses(self, digest: str) -> bool:
        """Whether an upload has this content."""

    def hold(self, digest: str) -> AbstractAsyncContextManager[None]:
        """Wait until nobody else holds it, on any node, and hold it: whoever adds or removes a content does."""


class Emoji(msgspec.Struct, frozen=True):
    """An emoji of this server, written as ``:name:``. ``added_at`` in ms since 1970, ``size`` in bytes."""

    name: str
    id: str
    """The id of the upload that has its picture."""
    kind: str
    size: int
    added_at: int


class BadEmoji(Exception):
    """An emoji was not added or removed. The text is one line that says why, and what to do."""


class EmojiSet(Protocol):
    """The emoji of a server."""

    version: str
    """A hash of the list, which is another one after each change; empty if there are none."""

    def all(self) -> Sequence[Emoji]:
        """By name, at most some hundreds."""

    async def add(self, name: str, data: bytes) -> Emoji:
        """Add a picture under a name. Raises BadEmoji, NotTaken and StoreError."""

    async def remove(self, name: str) -> None:
        """Messages keep the name as text. Raises BadEmoji and StoreError."""


class LinkPreview(msgspec.Struct, frozen=True):
    """What a page says about itself, each empty where it says nothing: plain text on one line."""

    title: str
    description: str
    site: str
    picture: str = ""
    """The address of a copy of its picture on this server, relative to that of the web client."""
    width: int = 0
    height: int = 0


class PreviewPicture(msgspec.Struct, frozen=True):
    """A picture that was checked. ``kind`` is its media type, by its content."""

    kind: str
    data: bytes
    width: int
    height: int


class Previews(Protocol):
    async def of(self, url: str, who: str) -> LinkPreview | None:
        """The preview of a page, fetched if it is not kept; None if there is none.

        ``who`` is the person who asks: what is fetched for one is limited.
        """

    async def picture(self, signature: str, name: str) -> PreviewPicture | None:
        """The picture of a preview, by the two parts of its address; None if this server has not made that."""
