"""Hashes passwords in a process of its own, with a lower priority than delivery.

A thread would not do: a thread with a low priority may lose the CPU while it holds the interpreter lock, and everybody
in the chat would wait as long as other programs are busy.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Final, NamedTuple, ParamSpec, TypeVar

from chover.thread_names import show_name

P = ParamSpec("P")
T = TypeVar("T")

NICE: Final = 10
WORKERS: Final = max(1, min(4, (os.cpu_count() or 1) - 1))
"""One core is left for the chat."""


class Cost(NamedTuple):
    """Argon2id: passes, KiB, lanes; for SCRAM: the iterations of PBKDF2."""

    passes: int
    memory: int
    lanes: int
    iterations: int


def hashed(cost: Cost, password: str) -> str:
    from argon2 import PasswordHasher  # noqa: PLC0415 - 20 ms, and only who has accounts needs it

    return PasswordHasher(cost.passes, cost.memory, cost.lanes).hash(password)


def matches(cost: Cost, kept: str, password: str) -> bool:
    """Whether a password matches. If ``kept`` is empty the answer is no, and takes just as long."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - as above
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415

    try:
        PasswordHasher().verify(kept or _nobodys(cost), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


@cache
def _nobodys(cost: Cost) -> str:
    return hashed(cost, secrets.token_hex())


def salted(password: str, salt: bytes, iterations: int) -> bytes:
    """SaltedPassword of RFC 5802, section 3."""
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)


class Hashing:
    """Runs such work elsewhere. ``apart``: in processes, started when first needed; otherwise on threads."""

    def __init__(self, *, apart: bool) -> None:
        self._apart = apart
        self._threads = ThreadPoolExecutor(WORKERS, "chover-hash", show_name)
        self._processes: ProcessPoolExecutor | None = None
        self._opening = asyncio.Lock()

    def prepare(self) -> None:
        """Import what logins need in this process, on a thread."""
        self._threads.submit(_import)

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``work`` and return its result. A worker that was killed is replaced."""
        assert not kwargs
        loop = asyncio.get_running_loop()
        for _ in range(2):
            pool = await self._open()
            try:
                return await loop.run_in_executor(pool, work, *args)
            except BrokenExecutor:
                self._processes = None
        return await loop.run_in_executor(self._threads, work, *args)

    async def _open(self) -> Executor:
        if not self._apart:
            return self._threads
        async with self._opening:
            if self._processes is None:
                try:
                    # Starting a process takes some milliseconds, so it is not done on the loop.
                    self._processes = await asyncio.get_running_loop().run_in_executor(self._threads, _start)
                except (ImportError, NotImplementedError, OSError):  # no semaphores here, or no more processes
                    return self._threads
            return self._processes

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._processes is not None:
            self._processes.shutdown(wait=False, cancel_futures=True)


def _start() -> ProcessPoolExecutor:
    import multiprocessing  # noqa: PLC0415 - 10 ms, and only who has accounts needs it

    # Not by fork, because the server has threads.
    pool = ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn"), _step_back)
    pool.submit(_import)
    return pool


def _import() -> None:
    import argon2  # noqa: F401, PLC0415
    import scramp.core  # noqa: F401, PLC0415


def _step_back() -> None:
    """In a worker: lower its priority, ignore Ctrl-C, and end when the server ends."""
    import multiprocessing  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(AttributeError, OSError):  # not every system lets a process be less important
        os.nice(NICE)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.join,), daemon=True).start()


def _end_with(wait: Callable[[], None]) -> None:
    wait()
    os._exit(0)
