"""One server for each data directory: the lock on ``chover.pid``, in which the holder's process id stands."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from chover.ports import StoreError

FILE: Final = "chover.pid"

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        # Windows also prevents reading of locked bytes: lock one far behind the number that other processes read.
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class DirectoryLock:
    """Held from its creation until ``release``, or until the process ends in any way."""

    def __init__(self, directory: Path) -> None:
        """Lock the directory, and create it first if necessary (0700). Raises StoreError, naming the holder's pid."""
        self.directory = directory
        try:
            _make(directory)
            self._handle = os.open(directory / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unusable(directory, error) from error
        try:
            self._take(directory)
        except BaseException:
            os.close(self._handle)
            raise

    def _take(self, directory: Path) -> None:
        try:
            _lock(self._handle)
        except (BlockingIOError, PermissionError) as error:
            raise StoreError(_held_by(directory, os.read(self._handle, 20))) from error
        except OSError as error:
            raise _unusable(directory, error) from error
        try:
            os.ftruncate(self._handle, 0)
            os.write(self._handle, b"%d\n" % os.getpid())
        except OSError as error:
            raise _unusable(directory, error) from error

    def release(self) -> None:
        """Release it. The file stays: if it were unlinked, two servers could lock two files of the same name."""
        os.close(self._handle)


def holder(directory: Path) -> str:
    """The process id of the holder of a directory, "?" if it is not written there; empty if nobody holds it."""
    try:
        handle = os.open(directory / FILE, os.O_RDWR)
    except OSError:
        return ""
    try:
        _lock(handle)
    except OSError:
        return os.read(handle, 20).decode(errors="replace").strip() or "?"
    else:
        return ""
    finally:
        os.close(handle)


def is_held(directory: Path) -> bool:
    """Whether a server, or an operator's command, holds the directory now. Creates nothing."""
    return bool(holder(directory))


def _make(directory: Path) -> None:
    if directory.exists():
        return
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32":
        # After a power cut, the directory must not be missing when its contents are safe.
        parent = os.open(directory.parent, os.O_RDONLY)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)


def _held_by(directory: Path, pid: bytes) -> str:
    holder = f"process {pid.decode().strip()}" if pid.strip().isdigit() else "another process"
    return f"data directory {directory} is in use by {holder}; stop it or choose another with --data"


def _unusable(directory: Path, error: OSError) -> StoreError:
    return StoreError(
        f"cannot use data directory {directory}: {error.strerror};"
        " check that its owner can write there and has space, or choose another with --data"
    )
