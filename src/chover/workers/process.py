"""A process that is kept running: when it ends by itself, it is started again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from abc import ABC, abstractmethod
from asyncio.subprocess import Process
from typing import Final

from chover.ports import BusError, StoreError

_log = logging.getLogger(__name__)

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 30.0
"""Seconds before it is started again: from the first to the longest, twice as long each time."""
SOUND_SECONDS: Final = 60.0
"""A process that has run for so long starts with the first pause again."""
LINE_BYTES: Final = 1 << 16
_QUIET: Final = ("LOG:", "HINT:", "DETAIL:", "STATEMENT:", "FATAL:  the database system is ")
"""How lines of PostgreSQL begin that say what happens at any start and stop."""


class NotStarted(Exception):
    """It ended before it could be used, at the first start; it has said why."""


class KeptProcess(ABC):
    """One process at a time. ``stop`` ends it for good."""

    name = ""
    """What the log calls it."""
    kills_after = 60.0
    """Seconds from ``stop`` to the kill."""
    stops_by = signal.SIGTERM

    def __init__(self) -> None:
        self.process: Process | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._stopping = False
        self._restarting = False

    @abstractmethod
    async def begin(self) -> Process:
        """Start a process. Raises StoreError, BusError or OSError."""

    @abstractmethod
    async def ready(self) -> None:
        """Wait until it can be used. Raises StoreError, BusError or NotStarted when it has ended."""

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """The first start. Raises what says why it failed; then nothing is left running."""
        self.process = await self.begin()
        try:
            await self.ready()
        except BaseException:
            await self.stop()
            raise
        self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        pause, loop = FIRST_PAUSE, asyncio.get_running_loop()
        while True:
            began = loop.time()
            await self._ended()
            if self._stopping:
                return
            self.gone()
            if self._restarting:
                self._restarting = False
            else:
                pause = FIRST_PAUSE if loop.time() - began > SOUND_SECONDS else min(pause * 2, LONGEST_PAUSE)
                _log.error("%s ended (%s); it is started again in %.1f s", self.name, self._status(), pause)
                await asyncio.sleep(pause)
            await self._try_again()

    async def _try_again(self) -> None:
        try:
            self.process = await self.begin()
            await self.ready()
        except (StoreError, BusError, OSError, NotStarted) as error:
            _log.error("%s could not be started again: %s", self.name, error)
        else:
            _log.info("%s runs again", self.name)

    async def _ended(self) -> None:
        assert self.process is not None
        await self.process.wait()

    def _status(self) -> str:
        status = 0 if self.process is None else self.process.returncode or 0
        return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"

    def gone(self) -> None:  # noqa: B027 - nothing has to follow from it
        """Called when it has ended by itself or for a restart."""

    async def end(self) -> None:
        """End the process that runs now, and wait for that; one that does not end is killed."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(self.stops_by)
        try:
            await asyncio.wait_for(process.wait(), self.kills_after)
        except TimeoutError:
            _log.error("%s did not end within %.0f s and is killed", self.name, self.kills_after)
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def expect_end(self) -> None:
        """It was told to end, and is not to be started again."""
        self._stopping = True

    async def stop(self) -> None:
        self._stopping = True
        await self.end()
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
            # It may have been about to start another one.
            await self.end()


def log_lines(name: str, process: Process) -> asyncio.Task[None]:
    """Log what a program says on standard error, a line each."""
    return asyncio.create_task(_log_lines(name, process))


async def _log_lines(name: str, process: Process) -> None:
    assert process.stderr is not None
    while True:
        try:
            line = await process.stderr.readline()
        except ValueError:  # longer than LINE_BYTES
            continue
        if not line:
            return
        if text := line.decode(errors="replace").strip():
            _log.log(_level(text), "%s: %s", name, text)


def _level(text: str) -> int:
    """What it says in the course of things is for those who want every detail."""
    quiet = text.startswith(_QUIET) or "[INF]" in text or "[WRN]" in text
    return logging.DEBUG if quiet else logging.WARNING
