"""The processes that handle SSH connections, started when the first caller connects."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from chover.edge.accepted import AcceptedConnection
from chover.edge.background_import import IMPORTING
from chover.edge.ssh.worker_process import WorkerProcess

if TYPE_CHECKING:
    from chover.edge.listener_context import ListenerContext
    from chover.edge.ssh.hostkey import HostKey

log: Final = logging.getLogger(__name__)

WORKERS: Final = max(1, min(4, (os.cpu_count() or 1) - 1))
"""One core is left for the chat."""
CALLS_EACH: Final = 25
"""How many callers share a process before another one is started."""
REST_SECONDS: Final = 30.0
"""Pause without SSH after a process has failed to start: each attempt costs half a second of a core."""


class SshWorkerPool:
    """The SSH workers of a server; ``directory`` is where its key is kept.

    ``command`` starts an SSH process (see WorkerProcess.start).
    """

    def __init__(self, directory: Path, command: Sequence[str]) -> None:
        self._directory = directory
        self._command = command
        self._shared: ListenerContext | None = None
        self._key: asyncio.Task[HostKey | None] | None = None
        self._workers: list[WorkerProcess] = []
        self._starting: asyncio.Task[WorkerProcess | None] | None = None
        self._rests_until = 0.0
        self._closed = False

    def start(self, shared: ListenerContext) -> None:
        """Start to read the host key in a thread: it is displayed before anybody connects."""
        self._shared = shared
        self._key = asyncio.get_running_loop().create_task(asyncio.to_thread(_host_key, self._directory))

    async def fingerprint(self) -> str:
        """SHA-256 of the host key, as ssh shows it; empty if SSH is not available."""
        key = await self._loaded_key()
        return key.fingerprint if key else ""

    async def _loaded_key(self) -> HostKey | None:
        return await asyncio.shield(self._key) if self._key else None

    async def serve(self, accepted: AcceptedConnection, sock: socket.socket) -> bool:
        """Pass a caller to an SSH process; false if there is none."""
        worker = await self._worker()
        if worker:
            worker.take(accepted, sock)
        return worker is not None

    async def _worker(self) -> WorkerProcess | None:
        """The process with the fewest callers, or a new one if all have many; None if none can be started."""
        while True:
            here = [worker for worker in self._workers if not worker.over]
            least = min(here, key=lambda worker: len(worker.calls), default=None)
            if least and (len(least.calls) < CALLS_EACH or len(here) >= WORKERS):
                return least
            if self._starting is None or self._starting.done():
                self._starting = asyncio.get_running_loop().create_task(self._start())
            if await asyncio.shield(self._starting) is None:
                return least

    async def _start(self) -> WorkerProcess | None:
        key = await self._loaded_key()
        if self._shared is None or key is None or self._closed or self._rests():
            return None
        try:
            worker = await WorkerProcess.start(self._shared, self._command, key.private, self._ended)
        except OSError as error:
            log.error("no SSH process can be started: %s", error)  # noqa: TRY400 - it says all there is to say
            return None
        self._workers.append(worker)
        return worker

    def _rests(self) -> bool:
        return asyncio.get_running_loop().time() < self._rests_until

    def _ended(self, worker: WorkerProcess) -> None:
        self._workers.remove(worker)
        if not worker.ready:
            self._rests_until = asyncio.get_running_loop().time() + REST_SECONDS

    async def close(self) -> None:
        """Wait for the threads that are still running, and for the processes."""
        self._closed = True
        await self._loaded_key()
        if self._starting:
            await self._starting
        await asyncio.gather(*[worker.close() for worker in self._workers])


def _host_key(directory: Path) -> HostKey | None:
    with IMPORTING:
        from chover.edge.ssh import hostkey  # noqa: PLC0415 - this is the thread

    try:
        return hostkey.load(directory)
    except hostkey.BadHostKey as error:
        log.error("SSH is not available: %s", error)  # noqa: TRY400 - it says all there is to say
        return None
