"""Restricts an SSH process before the first caller: no files, no programs, no network of its own.

It uses two means of the Linux kernel if they are available. Landlock allows reading Python's own files, and denies all
others (https://docs.kernel.org/userspace-api/landlock.html). A seccomp filter denies the system calls that create
sockets, start programs or inspect other processes (https://docs.kernel.org/userspace-api/seccomp_filter.html). By then
the process has opened everything that it needs, and it gets more only from the server.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import chover

_PR_SET_NO_NEW_PRIVS: Final = 38
_SYSTEM_FILES: Final = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache",
    "/usr/share/zoneinfo", "/etc/localtime", "/dev/null", "/dev/urandom",
)  # fmt: skip
"""Shared libraries and time zones, besides Python's own files."""


class _Libc:
    """System calls that Python has no functions for. Their errors are OSError."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)

    def call(self, number: int, *arguments: object) -> int:
        return self._checked(self._libc.syscall(ctypes.c_long(number), *arguments))

    def forbid_new_privileges(self) -> None:
        """No program started from here on gets more rights than this process; the kernel requires this first."""
        zero = ctypes.c_ulong(0)
        self._checked(self._libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero))

    @staticmethod
    def _checked(result: int) -> int:
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return int(result)


def confine() -> list[str]:
    """Give up, for the rest of the process, what it never needs. Returns the means that are in force.

    Must be called while there is one thread. What the kernel lacks is left out: on other systems the list is empty.
    """
    if sys.platform != "linux":
        return []
    libc, used = _Libc(), []
    for name, give_up in (("Landlock", _give_up_files), ("seccomp", _give_up_calls)):
        try:
            libc.forbid_new_privileges()
            give_up(libc)
        except OSError as error:
            if error.errno not in {errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM}:
                raise
        else:
            used.append(name)
    return used


# ---- Landlock --------------------------------------------------------------------------------------------------------

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_READ_FILE, _READ_DIRECTORY = 1 << 2, 1 << 3
_RIGHTS: Final = ((1, 13), (2, 14), (3, 15), (5, 16))
"""The number of rights over files, by the first version of Landlock that has them."""
_NETWORK, _SCOPES = 0b11, 0b11
"""TCP's bind and connect (version 4); abstract sockets and signals of other processes (version 6)."""


def _give_up_files(libc: _Libc) -> None:
    """Deny access to files. Raises OSError."""
    version = libc.call(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    rights = (1 << max(count for since, count in _RIGHTS if version >= since)) - 1
    fields = [rights, *([_NETWORK] if version >= 4 else []), *([_SCOPES] if version >= 6 else [])]
    attributes = struct.pack(f"{len(fields)}Q", *fields)
    ruleset = libc.call(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    try:
        for path in _readable():
            _allow_reading(libc, ruleset, path)
        libc.call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _readable() -> Iterator[Path]:
    """The files of Python and this package, as far as they exist.

    Not ``sys.path``, which may contain a data directory.
    """
    parts = sysconfig.get_paths()
    own = {Path(parts[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")} | {
        Path(chover.__file__).parent
    }
    installed = {Path(entry) for entry in sys.path if Path(entry).name in {"site-packages", "dist-packages"}}
    base = Path(sys.base_prefix, "lib")
    yield from (path for path in (*own, *installed, base, *map(Path, _SYSTEM_FILES)) if path.exists())


def _allow_reading(libc: _Libc, ruleset: int, path: Path) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | (_READ_DIRECTORY if path.is_dir() else 0)
        libc.call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
    finally:
        os.close(descriptor)


# ---- seccomp ---------------------------------------------------------------------------------------------------------

_FILTER: Final = 1
_ALL_THREADS: Final = 1
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_OTHER_ABI: Final = 0x40000000
"""On x86-64, system calls from this number on belong to the x32 ABI."""

_MACHINES: Final = {"x86_64": (0xC000003E, 317), "aarch64": (0xC00000B7, 277)}
"""The kernel's name of each processor architecture (AUDIT_ARCH), and its number of seccomp(2)."""
_REFUSED: Final = {
    # name: (x86-64, AArch64); -1 where there is none
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "accept4": (288, 242), "bind": (49, 200),
    "listen": (50, 201), "execve": (59, 221), "execveat": (322, 281), "fork": (57, -1), "vfork": (58, -1),
    "kill": (62, 129), "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "open_by_handle_at": (304, 265), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97), "setns": (308, 268),
    "init_module": (175, 105), "finit_module": (313, 273), "kexec_load": (246, 104), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "add_key": (248, 217), "request_key": (249, 218),
    "keyctl": (250, 219), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
}  # fmt: skip


def _give_up_calls(libc: _Libc) -> None:
    """Deny system calls. Raises OSError."""
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    program = _program(machine)
    code = ctypes.create_string_buffer(program)
    # struct sock_fprog: the number of instructions, then their address.
    given = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    libc.call(_MACHINES[machine][1], _FILTER, _ALL_THREADS, given)


def _program(machine: str) -> bytes:
    """The filter, in classic BPF. Calls of other architectures are refused, too, or they would be a way around it."""
    column = list(_MACHINES).index(machine)
    numbers = [row[column] for row in _REFUSED.values() if row[column] >= 0]
    steps = [(_LOAD, 0, 0, 4), (_IF_EQUAL, 0, len(numbers) + 3, _MACHINES[machine][0]), (_LOAD, 0, 0, 0)]
    steps.append((_IF_AT_LEAST, len(numbers) + 1, 0, _OTHER_ABI))
    steps += [(_IF_EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    return b"".join([struct.pack("=HBBI", *step) for step in steps])
