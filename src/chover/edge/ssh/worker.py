"""The SSH process's end of the IPC channel: callers come from the server, which decides who they are.

This process has no store, no accounts and no files. What it imports stays out of the server's own process.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Final, Protocol

from chover.edge.ssh.ipc_channel import IpcChannel
from chover.edge.ssh.ipc_messages import (
    Admitted,
    Alive,
    Asked,
    Called,
    ClientLeft,
    Cut,
    Enters,
    FromServer,
    IsGuest,
    LoginAnswer,
    SaysPassword,
    ShowsKey,
)
from chover.ports import Caller

ALIVE_SECONDS: Final = 15.0
"""How often the server is told that this process is alive."""
_ENCLOSED: Final = 16
"""Sockets accepted in one read."""

Reply = tuple[LoginAnswer | Admitted, socket.socket | None]
Question = Callable[[int, int], Asked]
"""Made from its number and the number of the call."""


class Gone(ConnectionError):
    """The server is gone, or it has ended this call."""


class RemoteCaller:
    """Somebody who has connected. The handler sets ``end``, and calls ``leave`` when the connection is gone."""

    def __init__(self, worker_end: Worker, call: int, address: str) -> None:
        self._worker_end = worker_end
        self._call = call
        self.address = address
        self.end: Callable[[], object] = self.leave

    def leave(self) -> None:
        self._worker_end.left(self._call)

    async def is_guest(self, username: str) -> bool:
        return await self._agrees(partial(IsGuest, username=username))

    async def shows_key(self, username: str, key: bytes) -> bool:
        return await self._agrees(partial(ShowsKey, username=username, key=key))

    async def says_password(self, username: str, password: str) -> bool:
        return await self._agrees(partial(SaysPassword, username=username, password=password))

    async def _agrees(self, question: Question) -> bool:
        try:
            message, _ = await self._worker_end.ask(self._call, question)
        except Gone:
            return False
        return isinstance(message, LoginAnswer) and message.yes

    async def enter(self) -> tuple[Caller, socket.socket]:
        """The caller's identity, and the connection to the server. Raises Gone."""
        message, enclosed = await self._worker_end.ask(self._call, Enters)
        if not isinstance(message, Admitted) or enclosed is None:
            raise Gone
        return message.caller, enclosed


class CallerHandler(Protocol):
    """Handles SSH connections."""

    async def serve(self, caller: RemoteCaller, sock: socket.socket) -> None:
        """Start a connection; raises OSError if it ends at once."""

    async def close(self) -> None:
        """Wait for everything that ends by itself."""


class Worker:
    def __init__(self, sock: socket.socket, handler: CallerHandler) -> None:
        self._handler = handler
        self._line = IpcChannel(sock, FromServer, self._read, self._line_ended)
        self._over = asyncio.Event()
        self._numbers = count(1)
        self._asking: dict[int, asyncio.Future[Reply]] = {}
        self._callers: dict[int, RemoteCaller] = {}
        self._coming: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Run until the server closes the channel or is gone; then all callers are disconnected."""
        self._line.open(enclosed=_ENCLOSED)
        while not self._over.is_set():
            self._line.send(Alive())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ALIVE_SECONDS):
                    await self._over.wait()
        for caller in list(self._callers.values()):
            caller.end()
        await asyncio.gather(*self._coming, return_exceptions=True)
        await self._handler.close()

    def _line_ended(self) -> None:
        for asking in self._asking.values():
            if not asking.done():
                asking.set_exception(Gone)
        self._over.set()

    def _read(self, message: FromServer, enclosed: socket.socket | None) -> None:
        match message:
            case Called():
                assert enclosed
                self._take(message, enclosed)
            case Cut():
                if caller := self._callers.get(message.call):
                    caller.end()
            case LoginAnswer() | Admitted():
                self._answered(message, enclosed)

    # ---- who comes and goes

    def _take(self, called: Called, sock: socket.socket) -> None:
        caller = self._callers[called.call] = RemoteCaller(self, called.call, called.address)
        task = asyncio.get_running_loop().create_task(self._serve(caller, sock))
        caller.end = task.cancel
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)

    async def _serve(self, caller: RemoteCaller, sock: socket.socket) -> None:
        sock.setblocking(False)
        try:
            await self._handler.serve(caller, sock)
        except OSError:
            sock.close()
            caller.leave()
        except BaseException:
            sock.close()
            caller.leave()
            raise

    def left(self, call: int) -> None:
        if self._callers.pop(call, None):
            self._line.send(ClientLeft(call))

    # ---- what is asked

    async def ask(self, call: int, question: Question) -> Reply:
        """The server's answer. Raises Gone."""
        if self._line.over:
            raise Gone
        number = next(self._numbers)
        asking: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._asking[number] = asking
        try:
            self._line.send(question(number, call))
            return await asking
        finally:
            del self._asking[number]

    def _answered(self, message: LoginAnswer | Admitted, enclosed: socket.socket | None) -> None:
        asking = self._asking.get(message.question)
        if asking and not asking.done():
            asking.set_result((message, enclosed))
        elif enclosed:
            # The connection ended before its client came in.
            enclosed.close()
