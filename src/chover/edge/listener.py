"""The listener: accepts, looks at the first bytes, and gives the untouched socket to the handler they mean."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

import msgspec

from chover.edge.accepted import AcceptedConnection
from chover.edge.binding import Address, CannotListen, numeric, open_sockets, tune
from chover.edge.detection import Detection, HandOver
from chover.edge.irc import IrcHandler
from chover.edge.legacy.handler import LegacyHandler
from chover.edge.listener_context import ListenerContext
from chover.edge.protocols import EVERY, PEEK_BYTES, REFUSALS, Protocol, choose
from chover.edge.proxy import take_header
from chover.edge.rejection import Rejection
from chover.edge.settings import ListenerLimits
from chover.edge.ssh.worker_pool import SshWorkerPool
from chover.edge.tls.handler import TlsCertificates, enter_tls
from chover.edge.trust import Trusted
from chover.edge.web.server import WebServer
from chover.ports import Host, Refused

__all__ = [
    "Address",
    "Bind",
    "CannotListen",
    "Listener",
    "ListenerLimits",
    "Protocol",
    "SshWorkerPool",
    "TlsCertificates",
]

log: Final = logging.getLogger(__name__)

ACCEPTS_PER_TURN: Final = 16
"""What a newcomer asks for in its first turns takes 0.2 ms: those who chat wait for so many at most."""
REST_SECONDS: Final = 0.5
"""Without accepting, when the process has no file descriptors or memory left."""
CUT_SECONDS: Final = 1.0
"""For the loop to report the connections that were cut at the end."""


class Bind(msgspec.Struct, frozen=True):
    """An address to listen on. ``host`` '' is every interface, ``port`` 0 a free one; ``tls`` its own certificate."""

    host: str = ""
    port: int = 55555
    protocols: frozenset[str] = EVERY
    tls: TlsCertificates | None = None
    proxy: bool = False
    """Every connection begins with a PROXY header, and only trusted proxies are let in."""


Opener = Callable[[Bind, AcceptedConnection, socket.socket, bytes], Coroutine[Any, Any, None]]
"""Takes a socket whose bytes are all unread, and the history for one that was silent."""


class Listener:
    """The port, from open to close."""

    def __init__(
        self,
        host: Host,
        binds: Sequence[Bind],
        tls: TlsCertificates | None = None,
        settings: ListenerLimits | None = None,
        ssh: SshWorkerPool | None = None,
    ) -> None:
        self._shared = ListenerContext(host, settings or ListenerLimits())
        self._binds = binds
        self._tls = tls
        self._web = WebServer(self._shared)
        self._ssh = ssh
        self._listening: dict[socket.socket, Bind] = {}
        self._connections: set[AcceptedConnection] = set()
        self._entering: set[asyncio.Task[None]] = set()
        self._resting: set[asyncio.TimerHandle] = set()
        self._empty = asyncio.Event()
        self._openers: dict[Protocol, Opener] = {
            Protocol.IRC: self._open_irc,
            Protocol.LEGACY: self._open_legacy,
            Protocol.TLS: self._open_tls,
            Protocol.HTTP: self._open_http,
            Protocol.PROXY: self._open_proxied,
        }
        if ssh:
            self._openers[Protocol.SSH] = self._open_ssh

    # ---- open and close

    async def open(self) -> list[Address]:
        """Listen, then begin to make the certificate ready; the addresses listened on. Raises CannotListen."""
        try:
            for bind in self._binds:
                for sock in await open_sockets(bind.host, bind.port):
                    self._listening[sock] = bind
        except CannotListen:
            self.stop_accepting()
            raise
        addresses = [Address(*sock.getsockname()[:2]) for sock in self._listening]
        for sock in self._listening:
            self._listen_to(sock)
        for certificates in self._certificates():
            certificates.start()
        self._web.start()
        if self._ssh:
            self._ssh.start(self._shared)
        return addresses

    @property
    def origins(self) -> Sequence[str]:
        """Other sites whose pages may open a session, as a browser names them."""
        return self._shared.origins

    @origins.setter
    def origins(self, origins: Sequence[str]) -> None:
        self._shared.origins = [origin.lower() for origin in origins]

    @property
    def url(self) -> str:
        """Where people reach the pages, as the settings have it."""
        return self._shared.url

    @url.setter
    def url(self, url: str) -> None:
        self._shared.url = url

    @property
    def metrics_token(self) -> str:
        return self._shared.metrics_token

    @metrics_token.setter
    def metrics_token(self, token: str) -> None:
        self._shared.metrics_token = token

    def trust(self, networks: Sequence[str]) -> None:
        """From now on these proxies may say who is behind them; addresses or networks."""
        self._shared.trusted = Trusted(networks)

    async def web_ready(self) -> None:
        """Wait until HTTP is spoken, which those who ask earlier wait for. Raises what stands in its way."""
        await self._web.ready()

    def stop_accepting(self) -> None:
        """Close the listening sockets; whoever is inside stays."""
        loop = asyncio.get_running_loop()
        for timer in self._resting:
            timer.cancel()
        self._resting.clear()
        for sock in self._listening:
            loop.remove_reader(sock.fileno())
            sock.close()
        self._listening.clear()

    async def close(self, grace_seconds: float) -> None:
        """Stop accepting, close who has no session now, and the others when the grace is over."""
        self.stop_accepting()
        for accepted in [accepted for accepted in self._connections if not accepted.in_session]:
            accepted.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_left(), grace_seconds)
        for accepted in list(self._connections):
            accepted.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_left(), CUT_SECONDS)
        await asyncio.gather(*self._entering, return_exceptions=True)
        for certificates in self._certificates():
            await certificates.close()
        await self._web.close()
        if self._ssh:
            await self._ssh.close()

    def _certificates(self) -> list[TlsCertificates]:
        return [certificates for certificates in (self._tls, *(bind.tls for bind in self._binds)) if certificates]

    async def _all_left(self) -> None:
        while self._connections:
            self._empty.clear()
            await self._empty.wait()

    # ---- accept

    def _listen_to(self, sock: socket.socket) -> None:
        asyncio.get_running_loop().add_reader(sock.fileno(), self._accept, sock)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(ACCEPTS_PER_TURN):
            try:
                sock, address = listening.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionError:
                continue  # it went before its turn came
            except OSError as error:
                self._rest(listening, error)
                return
            self._greet(sock, address, self._listening[listening])

    def _rest(self, listening: socket.socket, error: OSError) -> None:
        """Out of descriptors or memory: the reader would fire without end, so look away for a while."""
        log.warning("cannot accept connections (%s); trying again in %s s", error.strerror, REST_SECONDS)
        loop = asyncio.get_running_loop()
        loop.remove_reader(listening.fileno())

        def resume() -> None:
            self._resting.discard(timer)
            self._listen_to(listening)

        timer = loop.call_later(REST_SECONDS, resume)
        self._resting.add(timer)

    def _greet(self, sock: socket.socket, address: tuple[str, int], bind: Bind) -> None:
        tune(sock)
        accepted = AcceptedConnection(numeric(address[0]), address[1], sock.getsockname()[1], self._left)
        if bind.proxy:
            # A proxy itself is no guest: whom it brings is counted.
            self._connections.add(accepted)
            self._hand_over(bind)(accepted, sock, Protocol.PROXY, b"")
            return
        try:
            self._shared.admit(accepted)
        except Refused as refused:
            _turn_away(sock, str(refused))
            return
        self._connections.add(accepted)
        self._wait_for(bind, accepted, sock)

    def _wait_for(self, bind: Bind, accepted: AcceptedConnection, sock: socket.socket) -> None:
        Detection(self._shared, accepted, sock, bind.protocols, self._hand_over(bind)).wait()

    def _left(self, accepted: AcceptedConnection) -> None:
        self._connections.discard(accepted)
        self._shared.quiet.give_back(accepted)
        self._shared.dismiss(accepted)
        if not self._connections:
            self._empty.set()

    # ---- handlers

    def _hand_over(self, bind: Bind) -> HandOver:
        def hand_over(accepted: AcceptedConnection, sock: socket.socket, protocol: Protocol, history: bytes) -> None:
            opener = self._openers.get(protocol) if protocol in bind.protocols else None
            entering = opener(bind, accepted, sock, history) if opener else self._refuse(accepted, sock, protocol)
            task = asyncio.get_running_loop().create_task(entering)
            accepted.end = task.cancel
            self._entering.add(task)
            task.add_done_callback(functools.partial(self._entered, accepted, sock))

        return hand_over

    def _entered(self, accepted: AcceptedConnection, sock: socket.socket, task: asyncio.Task[None]) -> None:
        """Whoever reached no handler is gone: a failed handshake, a peer that left, a shutdown."""
        self._entering.discard(task)
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, OSError):
            log.error("a protocol handler failed for %s", accepted.address, exc_info=error)
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
        """Take the header of a trusted proxy away, and begin again with what is behind it."""
        if not self._shared.trusted.includes(accepted.address):
            await self._refuse(accepted, sock, Protocol.PROXY)
            return
        header = await take_header(sock, self._shared.settings.undecided_seconds)
        try:
            self._shared.brought(accepted, header.address, header.port)
        except Refused as refused:
            _turn_away(sock, str(refused))
            accepted.leave()
            return
        self._wait_for(msgspec.structs.replace(bind, protocols=bind.protocols - {Protocol.PROXY}), accepted, sock)

    async def _open_tls(self, bind: Bind, accepted: AcceptedConnection, sock: socket.socket, _history: bytes) -> None:
        if certificates := bind.tls or self._tls:
            await enter_tls(self._shared, self._web, certificates, accepted, sock)
        else:
            await self._refuse(accepted, sock, Protocol.TLS)

    async def _refuse(self, accepted: AcceptedConnection, sock: socket.socket, protocol: Protocol) -> None:
        await self._connect(sock, Rejection(accepted, REFUSALS[protocol](accepted.here)))


def _turn_away(sock: socket.socket, reason: str) -> None:
    """One line, if it can be sent at once and the peer reads lines."""
    with sock, contextlib.suppress(OSError):
        if _reads_lines(sock):
            sock.send(f"ERROR :{reason}\r\n".encode())


def _reads_lines(sock: socket.socket) -> bool:
    try:
        first = sock.recv(PEEK_BYTES, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    return bool(first) and choose(first) in {Protocol.IRC, Protocol.LEGACY}
