"""The common result of all formats."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple, Protocol

from chover.archive.errors import ArchiveError


class ImportedMessage(NamedTuple):
    """``at`` in ms since 1970; ``channel`` and ``nick`` as the source writes them."""

    channel: str
    at: int
    nick: str
    text: str
    action: bool = False
    notice: bool = False
    between: tuple[str, ...] = ()
    """The two people of a private conversation, which has no ``channel``."""


class LogFormat(Protocol):
    def __call__(self, source: Path, channel: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:
        """The messages of a source in order; None for each line that is not understood.

        ``channel``: for sources that do not name it; ``zone``: for times without a zone (None: this machine's). Raises
        ArchiveError and OSError.
        """


def wrong(source: Path, what: str) -> ArchiveError:
    return ArchiveError(f"{source} cannot be imported: {what}")
