"""When the data directory was last backed up: a small file in it, which a backup writes and a server reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import msgspec

FILE: Final = "last_backup.json"


class LastBackup(msgspec.Struct, frozen=True):
    """``at`` is when the copied state was taken, in ms since 1970; ``to`` says where the copy is, for people."""

    at: int
    to: str
    bytes: int = 0
    """The size of the copy."""


def read(directory: Path) -> LastBackup | None:
    """The last backup; None if there is none yet, or the file cannot be read."""
    try:
        return msgspec.json.decode((directory / FILE).read_bytes(), type=LastBackup)
    except (OSError, msgspec.MsgspecError):
        return None


def note(directory: Path, backup: LastBackup) -> None:
    """Note a backup that is complete and on the disk. Raises OSError."""
    draft = directory / f"{FILE}.new"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(backup))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(directory / FILE)
