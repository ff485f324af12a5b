"""A worker, as the process sees it that started it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from chover.admin import ask
from chover.serve.assignment import VARIABLE, Assignment, directory_of
from chover.serve.descriptor_message import written
from chover.serve.worker_link import Accept, FromWorker, ReadCertificates, Renewed, Started, ToWorker, WantsAll
from chover.store.lock import is_held
from chover.workers.process import KeptProcess, NotStarted

DRAIN_SPARE_SECONDS: Final = 30.0
"""For a stop, besides server.drain_seconds."""

BACK_SECONDS: Final = 60.0


class SupervisedWorker(KeptProcess):
    """``changed`` is called when it can be used or no longer can, or wants all connections or no longer does."""

    def __init__(
        self,
        assignment: Assignment,
        data: Path,
        drain_seconds: float,
        changed: Callable[[], None],
        renewed: Callable[[], None],
    ) -> None:
        super().__init__()
        self.assignment = assignment
        self.number = assignment.number
        self.name = f"worker {assignment.number}"
        self.kills_after = drain_seconds + DRAIN_SPARE_SECONDS
        self.serves = False
        """Whether people can connect to it."""
        self.wants_all = False
        self.first_ready: dict[str, object] = {}
        self._socket = directory_of(data, assignment.number) / ask.NAME
        self._changed = changed
        self._renewed = renewed
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._started = asyncio.Event()
        """It has said that people can connect."""
        self._up = asyncio.Event()

    @property
    def has_served(self) -> bool:
        """Whether it was started before, on this data directory."""
        return self._socket.parent.exists()

    @property
    def is_held_by_another(self) -> bool:
        """Whether a process of an earlier run still uses its directory."""
        return is_held(self._socket.parent)

    async def begin(self) -> Process:
        near, far = socket.socketpair()
        told = msgspec.structs.replace(self.assignment, control=far.fileno())
        sockets = [one.descriptor for each in told.sets for one in each]
        message = written(told)
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *sys.orig_argv[1:],
                env={**os.environ, VARIABLE: str(message)},
                pass_fds=[message, far.fileno(), *sockets],
                # A Ctrl-C on the terminal is for the process that ends the others in order.
                start_new_session=True,
            )
        except BaseException:
            near.close()
            raise
        finally:
            far.close()
            os.close(message)
        self._started.clear()
        reader, self._writer = await asyncio.open_unix_connection(sock=near)
        self._reading = asyncio.create_task(self._read(reader))
        return process

    async def ready(self) -> None:
        assert self._reading is not None
        started = asyncio.create_task(self._started.wait())
        try:
            await asyncio.wait([started, self._reading], return_when=asyncio.FIRST_COMPLETED)
        finally:
            started.cancel()
        if not self._started.is_set():
            raise NotStarted("the lines above say why")
        self.serves = True
        self._up.set()
        self._changed()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        decoder = msgspec.json.Decoder(FromWorker)
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                self._hear(decoder.decode(line))

    def _hear(self, message: FromWorker) -> None:
        match message:
            case Started(ready):
                self.first_ready = self.first_ready or ready
                self._started.set()
            case WantsAll(wanted):
                self.wants_all = wanted
                self._changed()
            case Renewed():
                self._renewed()

    def gone(self) -> None:
        self.leave()
        self._hang_up()

    async def stop(self) -> None:
        await super().stop()
        self._hang_up()
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)

    def _hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def leave(self) -> None:
        """It gets no new connections from now on."""
        self.serves = self.wants_all = False
        self._changed()

    def accept_from(self, descriptors: list[int]) -> None:
        self._tell(Accept(descriptors))

    def read_certificates(self) -> None:
        self._tell(ReadCertificates())

    def _tell(self, message: ToWorker) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(msgspec.json.encode(message) + b"\n")

    async def ask(self, verb: str, **parameters: Any) -> list[Any]:
        """The rows of an operator's verb. Raises ask.AskError."""
        return await asyncio.to_thread(ask.ask, self._socket, verb, **parameters)

    async def restart(self) -> None:
        """Let its people go, end it, and wait until it can be used again. Raises NotStarted."""
        self.leave()
        self._up.clear()
        self._restarting = True
        await self.end()
        try:
            async with asyncio.timeout(BACK_SECONDS):
                await self._up.wait()
        except TimeoutError as error:
            raise NotStarted(f"{self.name} has not come back: the log says why") from error
