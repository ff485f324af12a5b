"""From a protocol to its handler: what opens each, and what happens to a socket that reaches none."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import socket
from collections.abc import Callable, Coroutine
from typing import Any, Final

import msgspec

from chover import server_log
from chover.edge.accepted import AcceptedConnection
from chover.edge.detection import Detection, HandOver
from chover.edge.irc import IrcHandler
from chover.edge.legacy.handler import LegacyHandler
from chover.edge.listener_context import ListenerContext
from chover.edge.protocols import EVERY, PEEK_BYTES, REFUSALS, Protocol, choose
from chover.edge.proxy import take_header
from chover.edge.rejection import Rejection
from chover.edge.ssh.worker_pool import SshWorkerPool
from chover.edge.tls.handler import TlsCertificates, enter_tls
from chover.edge.web.server import WebServer
from chover.ports import Refused

log: Final = logging.getLogger(__name__)


class Bind(msgspec.Struct, frozen=True):
    """An address to listen on. ``host`` '' is every interface, ``port`` 0 a free one; ``tls`` its own certificate."""

    host: str = ""
    port: int = 55555
    protocols: frozenset[str] = EVERY
    tls: TlsCertificates | None = None
    proxy: bool = False
    """Every connection begins with a PROXY header, and only trusted proxies may connect."""
    optional: bool = False
    """Left out, with a warning, where it cannot be listened on."""


Opener = Callable[[Bind, AcceptedConnection, socket.socket, bytes], Coroutine[Any, Any, None]]
"""Takes a socket whose bytes are all unread, and the history that a silent client was sent."""


class HandlerTable:
    """Passes accepted sockets to the handlers of their protocols.

    ``tls`` is used for a bind without its own certificate.
    """

    def __init__(
        self, shared: ListenerContext, web: WebServer, tls: TlsCertificates | None, ssh: SshWorkerPool | None
    ) -> None:
        self._shared = shared
        self._web = web
        self._tls = tls
        self._ssh = ssh
        self._entering: set[asyncio.Task[None]] = set()
        self._openers: dict[Protocol, Opener] = {
            Protocol.IRC: self._open_irc,
            Protocol.LEGACY: self._open_legacy,
            Protocol.TLS: self._open_tls,
            Protocol.HTTP: self._open_http,
            Protocol.PROXY: self._open_proxied,
        }
        if ssh:
            self._openers[Protocol.SSH] = self._open_ssh

    def detect(self, bind: Bind, accepted: AcceptedConnection, sock: socket.socket) -> None:
        """Wait for the first bytes, then pass the socket to the handler of that protocol."""
        Detection(self._shared, accepted, sock, bind.protocols, self.opening(bind)).wait()

    async def go_on(self, accepted: AcceptedConnection, sock: socket.socket, state: bytes) -> None:
        """Continue a session that another process has handed over, on its open connection."""
        handler = IrcHandler(self._shared.host, accepted, self._shared.settings.close_seconds, state=state)
        await self._connect(sock, handler)

    async def done(self) -> None:
        """Wait until no socket is on its way to a handler."""
        await asyncio.gather(*self._entering, return_exceptions=True)

    def opening(self, bind: Bind) -> HandOver:
        """What passes a socket that was accepted at an address to the handler of its protocol."""

        def hand_over(accepted: AcceptedConnection, sock: socket.socket, protocol: Protocol, history: bytes) -> None:
            opener = self._openers.get(protocol) if protocol in bind.protocols else None
            entering = opener(bind, accepted, sock, history) if opener else self._refuse(accepted, sock, protocol)
            task = asyncio.get_running_loop().create_task(entering)
            accepted.end = task.cancel
            self._entering.add(task)
            task.add_done_callback(functools.partial(self._entered, accepted, sock))

        return hand_over

    def _entered(self, accepted: AcceptedConnection, sock: socket.socket, task: asyncio.Task[None]) -> None:
        """Release a connection that reached no handler: a failed handshake, a peer that left, a shutdown."""
        self._entering.discard(task)
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, OSError):
            log.error("a protocol handler failed%s", server_log.from_address(accepted.address), exc_info=error)
        if error or task.cancelled():
            sock.close()
            accepted.leave()

    async def _connect(self, sock: socket.socket, protocol: asyncio.Protocol) -> None:
        await asyncio.get_running_loop().connect_accepted_socket(lambda: protocol, sock)

    async def _open_irc(self, _bind: Bind, accepted: AcceptedConnection, sock: socket.socket, _history: bytes) -> None:
        await self._connect(sock, IrcHandler(self._shared.host, accepted, self._shared.settings.close_seconds))

    async def _open_legacy(
        self, _bind: Bind, accepted: AcceptedConnection, sock: socket.socket, history: bytes
    ) -> None:
        await self._connect(sock, LegacyHandler(self._shared, accepted, history))

    async def _open_http(self, _bind: Bind, accepted: AcceptedConnection, sock: socket.socket, _history: bytes) -> None:
        await self._web.ready()
        await self._connect(sock, self._web.handler(accepted))

    async def _open_ssh(self, _bind: Bind, accepted: AcceptedConnection, sock: socket.socket, _history: bytes) -> None:
        assert self._ssh
        if not await self._ssh.serve(accepted, sock):
            await self._refuse(accepted, sock, Protocol.SSH)

    async def _open_proxied(
        self, bind: Bind, accepted: AcceptedConnection, sock: socket.socket, _history: bytes
    ) -> None:
        """Read the header of a trusted proxy, and start detection again with what follows."""
        if not self._shared.trusted.includes(accepted.address):
            await self._refuse(accepted, sock, Protocol.PROXY)
            return
        header = await take_header(sock, self._shared.settings.undecided_seconds)
        try:
            self._shared.brought(accepted, header.address, header.port)
        except Refused as refused:
            turn_away(sock, str(refused))
            accepted.leave()
            return
        self.detect(msgspec.structs.replace(bind, protocols=bind.protocols - {Protocol.PROXY}), accepted, sock)

    async def _open_tls(self, bind: Bind, accepted: AcceptedConnection, sock: socket.socket, _history: bytes) -> None:
        if certificates := bind.tls or self._tls:
            await enter_tls(self._shared, self._web, certificates, accepted, sock)
        else:
            await self._refuse(accepted, sock, Protocol.TLS)

    async def _refuse(self, accepted: AcceptedConnection, sock: socket.socket, protocol: Protocol) -> None:
        await self._connect(sock, Rejection(accepted, REFUSALS[protocol](accepted.here)))


def turn_away(sock: socket.socket, reason: str) -> None:
    """Send one line, if that is possible at once and the peer reads lines."""
    with sock, contextlib.suppress(OSError):
        if _reads_lines(sock):
            sock.send(f"ERROR :{reason}\r\n".encode())


def _reads_lines(sock: socket.socket) -> bool:
    try:
        first = sock.recv(PEEK_BYTES, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    return bool(first) and choose(first) in {Protocol.IRC, Protocol.LEGACY}
