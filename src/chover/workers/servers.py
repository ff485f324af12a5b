"""The PostgreSQL and the NATS that run with the workers."""

from __future__ import annotations

import asyncio
import ctypes
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from typing import Final

from chover.bus.local_nats import LocalNats
from chover.ports import LocalDatabase
from chover.workers.process import LINE_BYTES, KeptProcess, log_lines


class DatabaseProcess(KeptProcess):
    """A PostgreSQL of the data directory."""

    name = "PostgreSQL"
    # Fast: connections are closed, and everything is written.
    stops_by = signal.SIGINT

    def __init__(self, local: LocalDatabase, connections: int) -> None:
        super().__init__()
        self._local = local
        self._connections = connections

    async def begin(self) -> Process:
        await asyncio.to_thread(self._local.require_usable)
        await asyncio.to_thread(self._local.prepare)
        return await _started(self.name, self._local.command(self._connections))

    async def ready(self) -> None:
        await self._local.ready(lambda: self.is_alive)


class NatsProcess(KeptProcess):
    name = "NATS"
    kills_after = 10.0

    def __init__(self, local: LocalNats) -> None:
        super().__init__()
        self._local = local

    async def begin(self) -> Process:
        return await _started(self.name, self._local.command())

    async def ready(self) -> None:
        await self._local.ready(lambda: self.is_alive)


_libc: Final = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG: Final = 1


def _ends_with_us() -> None:
    """In the new process: it is told to end when this one was killed. PostgreSQL then waits for the workers."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def _started(name: str, command: list[str]) -> Process:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        limit=LINE_BYTES,
        # A Ctrl-C on the terminal is for the process that ends the others in order.
        start_new_session=True,
        preexec_fn=_ends_with_us,
    )
    _readers.add(reader := log_lines(name, process))
    reader.add_done_callback(_readers.discard)
    return process


_readers: set[asyncio.Task[None]] = set()
"""A task that nothing else refers to may end at any time."""
