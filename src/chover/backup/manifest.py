"""The list of a backup's contents, with which it is read back."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

import msgspec

from chover.backup.errors import BackupError

NAME: Final = "manifest.json"
FORMAT: Final = 1
"""The version of the manifest and of the backup's structure; a reader refuses a higher one."""
DATA: Final = "data"
FILES: Final = "files"
SETTINGS: Final = "settings"


class BackupEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file of a backup. ``size`` in bytes; ``origin``: its path if that was outside the data directory."""

    name: str
    size: int
    sha256: str
    origin: str = ""


class BackupManifest(msgspec.Struct, frozen=True):
    """``made_at`` in ms since 1970; ``program``: the version that made it."""

    format: int
    program: str
    schema: str
    made_at: int
    entries: list[BackupEntry]

    @property
    def size(self) -> int:
        """The size of all entries in bytes."""
        return sum(entry.size for entry in self.entries)


def upload_name(digest: str) -> str:
    return f"{FILES}/{digest[:2]}/{digest}"


def encode(manifest: BackupManifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def decode(data: bytes, backup: str) -> BackupManifest:
    """Raises BackupError for a manifest that is damaged, too new, or names paths outside the backup."""
    try:
        if (known := msgspec.json.decode(data, type=_Format).format) > FORMAT:
            raise BackupError(f"{backup} is a backup of format {known}, made by a newer version: restore it with that")
        manifest = msgspec.json.decode(data, type=BackupManifest)
    except msgspec.DecodeError as error:
        raise BackupError(f"the backup {backup} is damaged: its {NAME} cannot be read; use another backup") from error
    for entry in manifest.entries:
        require_inside(entry.name, backup)
    return manifest


class _Format(msgspec.Struct):
    format: int


def require_inside(name: str, backup: str) -> None:
    """Raises BackupError for a file name that our backups never contain."""
    parts = PurePosixPath(name).parts
    if len(parts) < 2 or parts[0] not in {DATA, FILES, SETTINGS} or ".." in parts or "\0" in name:
        raise BackupError(f"{backup} is not a backup of chover: it contains {name!r}")
