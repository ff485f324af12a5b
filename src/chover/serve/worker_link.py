"""The line between a worker and the process that started it: JSON objects, one on a line, each way."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, NamedTuple

import msgspec

from chover.serve.listening import Ready
from chover.serve.shutdown import Shutdown

ABANDONED: Final = "the process that started it is gone"


class Accept(msgspec.Struct, frozen=True, tag=True):
    """To a worker: accept connections from these listening sockets, by descriptor, and from no others."""

    descriptors: list[int]


class ReadCertificates(msgspec.Struct, frozen=True, tag=True):
    """To a worker: another one has renewed the certificate."""


class Started(msgspec.Struct, frozen=True, tag=True):
    """From a worker: people can connect. ``ready`` is serve.Ready without what cannot be sent."""

    ready: dict[str, object]


class WantsAll(msgspec.Struct, frozen=True, tag=True):
    """From a worker: whether it wants all connections for a while, as when an authority looks for its answer."""

    wanted: bool


class Renewed(msgspec.Struct, frozen=True, tag=True):
    """From a worker: it has renewed the certificate."""


ToWorker = Accept | ReadCertificates
FromWorker = Started | WantsAll | Renewed


class WorkerDuties(NamedTuple):
    """What a worker does when it is told to."""

    accept: Callable[[set[int]], None]
    read_certificates: Callable[[], Awaitable[object]]


class WorkerLink:
    """The worker's end."""

    def __init__(self, descriptor: int, shutdown: Shutdown) -> None:
        self._descriptor = descriptor
        self._shutdown = shutdown
        self._writer: asyncio.StreamWriter | None = None
        self._accepting = asyncio.Event()

    async def open(self) -> None:
        sock = socket.socket(fileno=self._descriptor)
        self._reader, self._writer = await asyncio.open_unix_connection(sock=sock)

    async def run(self, duties: WorkerDuties) -> None:
        """Do what is said until the other end is closed; then begin the shutdown."""
        decoder = msgspec.json.Decoder(ToWorker)
        while line := await self._reader.readline():
            match decoder.decode(line):
                case Accept(descriptors):
                    duties.accept(set(descriptors))
                    self._accepting.set()
                case ReadCertificates():
                    await duties.read_certificates()
        self._shutdown.begin(cause=ABANDONED)

    def tell(self, message: FromWorker) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(msgspec.json.encode(message) + b"\n")

    def started(self, ready: Ready) -> None:
        fields = [name for name in ready.__struct_fields__ if name != "stop"]
        self.tell(Started({name: getattr(ready, name) for name in fields}))

    def renewed(self) -> None:
        self.tell(Renewed())

    @contextlib.asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """All new connections come to this worker meanwhile."""
        await self._want_all(wanted=True)
        try:
            yield
        finally:
            await self._want_all(wanted=False)

    async def _want_all(self, *, wanted: bool) -> None:
        """Ask for all connections, or give the others theirs back; wait until it is so."""
        self._accepting.clear()
        self.tell(WantsAll(wanted))
        await self._accepting.wait()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
