"""The machine: its clock, its disk, the limit on open files, and the features of its kernel."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chover.doctor.finding import Finding, Patient, advice, failed, ok
from chover.edge.io_uring import Ring, Unavailable
from chover.serve.condition import LOW_DISK_BYTES
from chover.serve.open_files import SPARE_FILES
from chover.server.pipeline.clock_doubt import synchronised
from chover.store.opening import StoreFacts, inspect

NO_DISK_BYTES: Final = 256 << 20
"""Slightly below this, uploads are refused."""
FEW_INODES: Final = 1000
FEW_FILES: Final = 256
AHEAD_SECONDS: Final = 60.0
SET_CLOCK: Final = "timedatectl set-ntp true, or set it with: date -s"
NETWORK_DISKS: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "glusterfs"})
"""File systems on which SQLite's shared memory, or the lock of the directory, does not work."""


def clock(patient: Patient) -> Iterator[Finding]:
    """The clock must not be behind the newest message or have jumped ahead, and must be synchronised."""
    held = inspect(patient.config)
    behind = held.newest / 1000 - patient.now if isinstance(held, StoreFacts) else 0.0
    if behind > AHEAD_SECONDS:
        text = f"the clock is {behind:.0f} s behind the newest message: new ones get later times than they have"
        yield failed("clock", text, f"{SET_CLOCK}; if it was ahead before and is right now, wait or restore a backup")
    elif jump := _jump(patient):
        yield failed("clock", jump, SET_CLOCK)
    elif synchronised() is False:
        yield advice("clock", "nothing keeps the clock right", "timedatectl set-ntp true, or install chrony")
    else:
        yield ok("clock", "not behind the newest message")


def _jump(patient: Patient) -> str:
    """What a running server says of a clock that is ahead; otherwise nobody knows."""
    warnings = patient.status["warnings"] if patient.status else ()
    return next((text.partition(". ")[0] for text in warnings if text.startswith("the clock ")), "")


def disk(patient: Patient) -> Iterator[Finding]:
    """There must be space and inodes, and write permission."""
    known = next(path for path in (patient.directory, *patient.directory.parents) if path.exists())
    held = os.statvfs(known)
    free = held.f_bavail * held.f_frsize
    if held.f_flag & os.ST_RDONLY:
        yield failed(
            "disk", f"{known} is on a disk that may only be read", f"mount -o remount,rw {_mount_of(patient)[0]}"
        )
    elif free < NO_DISK_BYTES:
        yield failed("disk", f"{known} has {free / 1e6:.0f} MB left", f"make room: du -xh {known} | sort -h | tail")
    elif held.f_files and held.f_favail < FEW_INODES:
        yield failed("disk", f"{known} has room for {held.f_favail} more files", f"make room: du -x --inodes {known}")
    elif free < LOW_DISK_BYTES:
        yield advice("disk", f"{known} has {free / 1e6:.0f} MB left", f"make room: du -xh {known} | sort -h | tail")
    else:
        yield ok("disk", f"{free / 1e9:.1f} GB free")


def open_files(patient: Patient) -> Iterator[Finding]:
    """The limit of the server if it is running, otherwise of this process."""
    soft, wanted = _most_files(patient), patient.config.limits.connections + SPARE_FILES
    fix = f"LimitNOFILE={max(wanted, 65536)} in the unit, or: ulimit -n {wanted}; or lower limits.connections"
    if soft is None or soft >= wanted:
        yield ok("open files", "enough for limits.connections")
    elif soft < FEW_FILES:
        yield failed("open files", f"only {soft} files may be open", fix)
    else:
        yield advice("open files", f"{soft} files may be open, {wanted} are needed for limits.connections", fix)


def _most_files(patient: Patient) -> int | None:
    try:
        text = (patient.proc / str(patient.pid or "self") / "limits").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^Max open files\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else None


def kernel(patient: Patient) -> Iterator[Finding]:
    """Features that the server uses, and can only partly do without."""
    place, kind = _mount_of(patient)
    if kind in NETWORK_DISKS:
        text = f"{patient.directory} is on {kind} ({place}), where SQLite loses data"
        yield failed("kernel", text, "move it to a disk of this machine, and name that with --data or server.data_dir")
    lacking = [
        what
        for what, there in (
            ("SSH (descriptors over Unix sockets)", hasattr(socket, "send_fds")),
            ("chover status, stop and the like (Unix sockets)", hasattr(socket, "AF_UNIX")),
            ("search (SQLite with FTS5)", _has_fts5()),
            ("IPv6", bool(patient.config.server.host) or (patient.proc / "net" / "if_inet6").exists()),
        )
        if not there
    ]
    for what in lacking:
        yield advice("kernel", f"this system lacks {what}", "use a current Linux, or set server.host where it is IPv6")
    if not lacking and kind not in NETWORK_DISKS:
        yield ok("kernel", "everything that the server uses is there")


def io_uring(patient: Patient) -> Iterator[Finding]:
    """Whether lines for many readers can be sent in one system call. Everything works without."""
    if not patient.config.server.io_uring:
        yield ok("io_uring", "not used, as server.io_uring says")
        return
    try:
        Ring().close()
    except Unavailable as why:
        yield ok("io_uring", f"not used: {why}. A line for many readers costs more CPU, and nothing else changes")
    else:
        yield ok("io_uring", "sends a line to many readers in one system call")


def _has_fts5() -> bool:
    with contextlib.closing(sqlite3.connect(":memory:")) as db:
        return ("ENABLE_FTS5",) in db.execute("PRAGMA compile_options").fetchall()


def _mount_of(patient: Patient) -> tuple[Path, str]:
    """The mount point and file system of the data directory."""
    directory = patient.directory.absolute()
    found = (Path("/"), "")
    try:
        rows = (patient.proc / "mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return found
    for row in rows:
        _, place, kind, *_ = row.split(" ")
        path = Path(place.replace("\\040", " "))
        if directory.is_relative_to(path) and len(path.parts) >= len(found[0].parts):
            found = path, kind
    return found
