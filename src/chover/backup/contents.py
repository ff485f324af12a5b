"""What a backup of a server contains: files of its data directory, and files elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from chover.backup.manifest import DATA, FILES, SETTINGS
from chover.config import Config
from chover.ports import StorageBackup
from chover.store import last_backup, lock

_WORKERS: Final = frozenset({"postgres", "workers"})
"""What several workers have there: a database, which is no file to copy, and what each run makes anew."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Original(NamedTuple):
    """A file to back up, under ``name``; ``origin``: its path if that is outside the data directory."""

    name: str
    path: Path
    origin: str = ""


class Contents:
    """The files of a data directory, except those of its storage."""

    def __init__(self, data: Path, beside: list[Path], storage: StorageBackup, uploads: Path | None = None) -> None:
        """``beside``: files elsewhere that the settings name, and the settings' own file.

        ``uploads``: their directory, if it is not in the data directory.
        """
        self._uploads = uploads or data / FILES
        self._data = data
        self._beside = beside
        self._storage = storage

    def uploads(self) -> dict[str, Path]:
        """The paths of uploads, by digest."""
        return {path.name: path for path in self._uploads.glob("??/*") if _DIGEST.fullmatch(path.name)}

    def others(self) -> Iterator[Original]:
        """Keys, certificates, and anything else that the operator has put there."""
        for path in sorted(self._data.rglob("*")):
            inside = path.relative_to(self._data)
            if path.is_file() and not path.is_symlink() and not self._is_left_out(inside):
                yield Original(f"{DATA}/{inside.as_posix()}", path)
        for number, path in enumerate(self._outside(), 1):
            yield Original(f"{SETTINGS}/{number}-{path.name}", path, str(path))

    def _is_left_out(self, inside: Path) -> bool:
        first = inside.parts[0]
        return (
            first in {FILES, *_WORKERS, lock.FILE, last_backup.FILE}
            or inside.name.startswith(".")
            or self._storage.is_own(first)
        )

    def _outside(self) -> Iterator[Path]:
        for path in self._beside:
            if path.is_file() and not path.resolve().is_relative_to(self._data.resolve()):
                yield path.absolute()


def files_of_settings(config: Config, file: Path) -> list[Path]:
    """The settings' own file, and the certificates and keys that they name."""
    named = [config.tls.cert, config.tls.key]
    named += [path for row in config.listeners for path in (row.tls_cert, row.tls_key)]
    return [file, *(Path(path).expanduser() for path in dict.fromkeys(named) if path)]
