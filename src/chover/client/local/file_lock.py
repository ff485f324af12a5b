"""A file that belongs to one process at a time."""

from __future__ import annotations

import sys
from typing import IO

if sys.platform != "win32":
    import fcntl


def locked(file: IO[str]) -> bool:
    """Lock a file until it is closed. Returns False if another process has it; Windows is never asked."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
