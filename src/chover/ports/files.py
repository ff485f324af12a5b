"""Uploads: what the web asks, and what the store keeps of them."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Protocol

import msgspec

from chover.engine.ids import UserId


class File(msgspec.Struct, frozen=True):
    """An upload. Its ``id`` cannot be guessed, and whoever knows it may read it. Times in ms since 1970."""

    id: str
    digest: str
    """SHA-256 of the content, hex."""
    name: str
    kind: str
    """Its media type, as found by looking at it."""
    size: int
    """Bytes."""
    owner: UserId
    """An account, or empty: a guest's."""
    uploaded_at: int
    expires_at: int = 0
    """0: never."""


class Obstacle(enum.Enum):
    """Why an upload is not taken."""

    OFF = "off"
    GUESTS = "guests"
    TOO_LARGE = "too large"
    KIND = "kind"
    QUOTA = "quota"
    DISK = "disk"


class NotTaken(Exception):
    """The text is one line for people: what is wrong and what to do."""

    def __init__(self, obstacle: Obstacle, text: str) -> None:
        super().__init__(text)
        self.obstacle = obstacle


class Upload(Protocol):
    """One on its way."""

    pixels: tuple[int, int] | None
    """Width and height of a picture as it is shown, after ``keep``; None where that cannot be told."""

    async def write(self, data: bytes) -> None:
        """Raises NotTaken at the limits."""

    async def keep(self) -> File:
        """Everything has come; it is on the disk when this returns. Raises NotTaken."""

    async def drop(self) -> None:
        """Nothing is kept. Does nothing after ``keep``."""


class Files(Protocol):
    async def begin(self, owner: UserId, name: str, size: int | None) -> Upload:
        """``size`` as announced, if it was. Raises NotTaken."""

    async def find(self, file: str) -> tuple[File, Path] | None:
        """An upload that has not expired, and where its content lies."""

    def is_shown(self, file: File) -> bool:
        """Whether a browser may show it; what else is saved."""

    async def remove(self, file: str, owner: UserId) -> bool:
        """Whether it was there and that account's."""

    async def remove_all(self, owner: UserId) -> int:
        """All that an account has uploaded; how many."""


class NoFiles:
    """Implements Files where none are taken."""

    async def begin(self, owner: UserId, name: str, size: int | None) -> Upload:  # noqa: ARG002 - as in Files
        raise NotTaken(Obstacle.OFF, "This server does not accept files")

    async def find(self, file: str) -> tuple[File, Path] | None:  # noqa: ARG002 - as in Files
        return None

    def is_shown(self, file: File) -> bool:  # noqa: ARG002 - as in Files
        return False

    async def remove_all(self, owner: UserId) -> int:  # noqa: ARG002 - as in Files
        return 0

    async def remove(self, file: str, owner: UserId) -> bool:  # noqa: ARG002 - as in Files
        return False


class OverQuota(Exception):
    """``used`` bytes are kept of that owner already."""

    def __init__(self, used: int) -> None:
        super().__init__(used)
        self.used = used


class FileRows(Protocol):
    """What the store keeps of uploads. Each method is one transaction; raises StoreError."""

    async def add(self, file: File, quota: int, since: int) -> None:
        """Raises OverQuota when the owner's uploads since then (ms since 1970) would hold more bytes than ``quota``.

        A quota of 0 is none.
        """

    async def get(self, file: str, now: int) -> File | None:
        """One that has not expired."""

    async def of(self, owner: UserId) -> list[File]:
        """Newest first."""

    async def remove(self, files: list[str]) -> list[str]:
        """The digests that no other upload has."""

    async def expired(self, now: int) -> list[str]:
        """Ids of those that have, and of those whose owner's account is gone."""

    async def digests(self) -> set[str]:
        """All that are in use."""
