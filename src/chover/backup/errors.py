"""What went wrong with a backup, in one line that says what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_WHAT_TO_DO: Final = {
    errno.ENOSPC: "the disk is full; free some space or choose another place",
    errno.EDQUOT: "the quota of this user is used up; free some space or choose another place",
    errno.EACCES: "permission denied; run this as the user of the server, and check that it may write there",
    errno.EPERM: "permission denied; run this as the user of the server, and check that it may write there",
    errno.EROFS: "the disk is read-only; choose another place",
    errno.ENOTDIR: "a file stands where a directory is needed; choose another place",
    errno.EEXIST: "a file stands where a directory is needed; choose another place",
    errno.ENOENT: "there is no such file or directory; check the path",
    errno.EIO: "the disk cannot be read or written; check the disk",
}


class BackupError(Exception):
    """A backup was not made or not restored; the text is one line that says why and what to do."""


@contextmanager
def explaining(what: str) -> Iterator[None]:
    """Convert errors of the system into a BackupError that begins with ``what``."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise BackupError(f"{what}: {_WHAT_TO_DO.get(error.errno or 0, error.strerror or str(error))}") from error
