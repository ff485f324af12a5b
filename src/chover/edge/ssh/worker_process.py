"""An SSH process, as the server sees it."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import count
from typing import Final

from chover.edge.accepted import AcceptedConnection
from chover.edge.listener_context import ListenerContext
from chover.edge.ssh.call import SshCall
from chover.edge.ssh.ipc_channel import IpcChannel
from chover.edge.ssh.ipc_messages import Alive, Called, ClientLeft, ToServer

log: Final = logging.getLogger(__name__)

IDLE_SECONDS: Final = 300.0
"""A process without callers ends after this time: it takes 55 MiB."""
SILENCE_SECONDS: Final = 60.0
"""A process without a sign of life is killed after this time: a screen that hangs would block all its callers."""
END_SECONDS: Final = 5.0
"""Time for a process to end after its channel has been closed, which includes its goodbyes; then it is killed."""


class WorkerProcess:
    """``ended`` is called when the process is gone; its callers are disconnected by then."""

    def __init__(
        self, shared: ListenerContext, sock: socket.socket, process: subprocess.Popen[bytes], ended: Ended
    ) -> None:
        self._shared = shared
        self._process = process
        self._ended = ended
        self._numbers = count(1)
        self._closing = False
        self._reaped = asyncio.Event()
        self._idle: asyncio.TimerHandle | None = None
        self._silent = asyncio.get_running_loop().call_later(SILENCE_SECONDS, self._kill)
        self.calls: dict[int, SshCall] = {}
        self.ready = False
        """Whether it has reported that SSH is available."""
        self._line = IpcChannel(sock, ToServer, self._read, self._line_ended)
        self._line.open(enclosed=0)

    @classmethod
    async def start(cls, shared: ListenerContext, command: Sequence[str], key: bytes, ended: Ended) -> WorkerProcess:
        """Start a process. ``command`` is given the number of its file descriptor, and the host key on standard input.

        Raises OSError.
        """
        near, far = socket.socketpair()
        with far:
            try:
                # Starting a process takes some milliseconds, so it is not done on the loop.
                process = await asyncio.to_thread(_start, command, far, key)
            except BaseException:
                near.close()
                raise
        return cls(shared, near, process, ended)

    @property
    def over(self) -> bool:
        """Whether it accepts no more callers."""
        return self._line.over

    def take(self, accepted: AcceptedConnection, sock: socket.socket) -> None:
        """Pass a caller to it, with the socket, whose bytes are all unread."""
        self._stay()
        number = next(self._numbers)
        self.calls[number] = SshCall(number, self._shared, accepted, self._line, self._forget)
        self._line.send(Called(number, accepted.address), sock)
        if self._line.over:
            self.calls[number].lost()

    def _forget(self, number: int) -> None:
        self.calls.pop(number, None)
        self._stay()
        if not self.calls and not self.over:
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._end)

    def _stay(self) -> None:
        if self._idle:
            self._idle.cancel()

    def _end(self) -> None:
        self._closing = True
        self._line.close()

    def _read(self, message: ToServer, _enclosed: socket.socket | None) -> None:
        match message:
            case Alive():
                self.ready = True
                self._silent.cancel()
                self._silent = asyncio.get_running_loop().call_later(SILENCE_SECONDS, self._kill)
            case ClientLeft():
                if call := self.calls.get(message.call):
                    call.left()
            case _:
                if call := self.calls.get(message.call):
                    call.ask(message)

    def _kill(self) -> None:
        log.error("an SSH process did not respond for %d s, and was killed", SILENCE_SECONDS)
        self._process.kill()

    def _line_ended(self) -> None:
        self._stay()
        self._silent.cancel()
        for call in list(self.calls.values()):
            call.lost()
        self._reaping = asyncio.get_running_loop().create_task(self._reap())

    async def _reap(self) -> None:
        status = await asyncio.to_thread(_wait, self._process)
        if not self._closing:
            log.error("an SSH process ended (status %d); its callers are disconnected", status)
        self._reaped.set()
        self._ended(self)

    async def close(self) -> None:
        """End it, and wait for that."""
        self._end()
        await self._reaped.wait()


Ended = Callable[[WorkerProcess], None]


def _start(command: Sequence[str], far: socket.socket, key: bytes) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603 - our own program, and a number
        [*command, str(far.fileno())],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=[far.fileno()],
        env=_environment(),
    )
    assert process.stdin
    try:
        with process.stdin as keyhole:
            keyhole.write(key)
    except OSError:  # it has ended already
        _wait(process)
        raise
    return process


def _environment() -> dict[str, str]:
    """Our environment without the settings, which include passwords, and with the path of this package."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHOVER_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
