"""The listener: accepts connections, detects their protocol, and passes the untouched sockets to the handlers."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from chover import server_log
from chover.edge.accepted import AcceptedConnection
from chover.edge.binding import Address, CannotListen, numeric, open_sockets, tune, tune_accepted
from chover.edge.handler_table import Bind, HandlerTable, turn_away
from chover.edge.inheritance import Inheritance, ListeningSocket, OpenConnection
from chover.edge.listener_context import ListenerContext
from chover.edge.own_names import OwnNames
from chover.edge.protocols import Protocol
from chover.edge.settings import ListenerLimits
from chover.edge.ssh.worker_pool import SshWorkerPool
from chover.edge.tls.handler import TlsCertificates
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
"""The first turns of a new connection take 0.2 ms, so others wait for at most this many."""
REST_SECONDS: Final = 0.5
"""Pause in accepting when the process has run out of file descriptors or memory."""
COMPLAINT_SECONDS: Final = 60.0
"""These failures are logged at most once in this time."""
CUT_SECONDS: Final = 1.0
"""Time for the loop to report the connections that were cut at the end."""


class Listener:
    """The port, from open to close."""

    def __init__(
        self,
        host: Host,
        binds: Sequence[Bind],
        tls: TlsCertificates | None = None,
        settings: ListenerLimits | None = None,
        ssh: SshWorkerPool | None = None,
        inherited: Inheritance | None = None,
    ) -> None:
        """``inherited`` is what the previous process has left open."""
        names = OwnNames(lambda: _names_of(self._certificates()))
        self._shared = ListenerContext(host, settings or ListenerLimits(), names)
        if tls is not None:
            self._shared.challenges = tls.challenges.http
        self._binds = binds
        self._inherited = inherited or Inheritance()
        self._tls = tls
        self._web = WebServer(self._shared)
        self._ssh = ssh
        self._listening: dict[socket.socket, Bind] = {}
        self._left_to_others: dict[socket.socket, Bind] = {}
        """Sockets that are shared with other processes, from which those accept at the moment."""
        self._connections: set[AcceptedConnection] = set()
        self._resting: set[asyncio.TimerHandle] = set()
        self._empty = asyncio.Event()
        self._complained_at = -COMPLAINT_SECONDS
        self._handlers = HandlerTable(self._shared, self._web, tls, ssh)

    # ---- open and close

    async def open(self) -> list[Address]:
        """Listen, then start to prepare the certificate. Returns the addresses listened on. Raises CannotListen."""
        try:
            for bind in self._binds:
                sockets = self._inherited.listening(bind.host, bind.port)
                if bind.optional and self._inherited.complete and not sockets:
                    continue
                for sock in sockets:
                    # An older version may have opened it.
                    tune(sock)
                for sock in sockets or await _opened(bind):
                    self._listening[sock] = bind
        except CannotListen:
            self.stop_accepting()
            raise
        # Once each, where several processes share an address.
        addresses = list(dict.fromkeys(Address(*sock.getsockname()[:2]) for sock in self._listening))
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
        """Other sites whose pages may open a session, as browsers name them."""
        return self._shared.origins

    @origins.setter
    def origins(self, origins: Sequence[str]) -> None:
        self._shared.origins = [origin.lower() for origin in origins]

    def follow_web(self, url: str = "", metrics_token: str = "", names: Sequence[str] = ()) -> None:
        """Set the URL of the pages, and the token for the metrics.

        ``names`` are additional hosts by which this server is known.
        """
        self._shared.url = url
        self._shared.names.configure([url, *names, *self._shared.origins])
        self._shared.metrics_token = metrics_token

    def trust(self, networks: Sequence[str]) -> None:
        """Set the proxies that may report the client's address; addresses or networks."""
        self._shared.trusted = Trusted(networks)

    async def web_ready(self) -> None:
        """Wait until HTTP is available; earlier requests wait for that, too. Raises the reason if it fails."""
        await self._web.ready()

    def stop_accepting(self) -> None:
        """Close the listening sockets; open connections stay."""
        loop = asyncio.get_running_loop()
        for timer in self._resting:
            timer.cancel()
        self._resting.clear()
        for sock in self._listening:
            loop.remove_reader(sock.fileno())
            sock.close()
        for sock in self._left_to_others:
            sock.close()
        self._listening.clear()
        self._left_to_others.clear()

    def accept_from(self, descriptors: AbstractSet[int], shared: AbstractSet[int]) -> None:
        """Of the ``shared`` listening sockets accept from these, and leave the rest to the other processes."""
        for sock, bind in [*self._listening.items(), *self._left_to_others.items()]:
            wanted = sock.fileno() in descriptors or sock.fileno() not in shared
            if wanted and sock in self._left_to_others:
                self._listening[sock] = self._left_to_others.pop(sock, bind)
                self._listen_to(sock)
            elif not wanted and sock in self._listening:
                self._left_to_others[sock] = self._listening.pop(sock)
                asyncio.get_running_loop().remove_reader(sock.fileno())

    def hand_over_listening(self) -> list[ListeningSocket]:
        """Stop accepting. Returns duplicates of the listening sockets, on which new connections wait meanwhile."""
        listening = [
            ListeningSocket(os.dup(sock.fileno()), bind.host, bind.port) for sock, bind in self._listening.items()
        ]
        self.stop_accepting()
        return listening

    def hand_over_connections(self) -> list[OpenConnection]:
        """The connections whose sessions are idle and can continue in another process. They end here."""
        return [
            OpenConnection(handed.descriptor, one.address, one.port, one.here, one.via, handed.state)
            for one in list(self._connections)
            if (handed := one.keep()) is not None
        ]

    async def take_over(self) -> None:
        """Continue with the connections that the previous process has left open."""
        for connection in self._inherited.connections():
            sock = socket.socket(fileno=connection.descriptor)
            tune(sock)
            accepted = AcceptedConnection(connection.address, connection.port, connection.here, self._left)
            accepted.via = connection.via
            self._shared.admit_again(accepted)
            self._connections.add(accepted)
            await self._handlers.go_on(accepted, sock, connection.state)

    async def close(self, grace_seconds: float) -> None:
        """Stop accepting. Close connections without a session now, and the others when the grace period is over."""
        self.stop_accepting()
        for accepted in [accepted for accepted in self._connections if not accepted.in_session]:
            accepted.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_left(), grace_seconds)
        for accepted in list(self._connections):
            accepted.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_left(), CUT_SECONDS)
        await self._handlers.done()
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
        # All of them first: meanwhile most have spoken, and nothing needs to watch for their first bytes.
        waiting, error = _accepted(listening)
        bind, here = self._listening[listening], listening.getsockname()[1]
        for sock, address in waiting:
            accepted = AcceptedConnection(numeric(address[0]), address[1], here, self._left)
            try:
                self._greet(sock, accepted, bind)
            except Exception:
                # A bug ends this connection, not those that were accepted with it.
                sock.close()
                accepted.leave()
                log.exception("a connection could not be accepted%s", server_log.from_address(address[0]))
        if error is not None:
            self._rest(listening, error)

    def _rest(self, listening: socket.socket, error: OSError) -> None:
        """Out of descriptors or memory: the reader would fire all the time, so stop watching for a while."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._complained_at >= COMPLAINT_SECONDS:
            self._complained_at = loop.time()
            log.warning("cannot accept connections (%s): %s; trying until it can", error.strerror, _remedy(error))
        loop.remove_reader(listening.fileno())

        def resume() -> None:
            self._resting.discard(timer)
            if listening in self._listening:
                self._listen_to(listening)

        timer = loop.call_later(REST_SECONDS, resume)
        self._resting.add(timer)

    def _greet(self, sock: socket.socket, accepted: AcceptedConnection, bind: Bind) -> None:
        tune_accepted(sock)
        if bind.proxy:
            # A proxy itself is not counted: the client that it forwards is.
            self._connections.add(accepted)
            self._handlers.opening(bind)(accepted, sock, Protocol.PROXY, b"")
            return
        try:
            self._shared.admit(accepted)
        except Refused as refused:
            turn_away(sock, str(refused))
            return
        self._connections.add(accepted)
        self._handlers.detect(bind, accepted, sock)

    def _left(self, accepted: AcceptedConnection) -> None:
        self._connections.discard(accepted)
        self._shared.quiet.give_back(accepted)
        self._shared.dismiss(accepted)
        if not self._connections:
            self._empty.set()


def _accepted(listening: socket.socket) -> tuple[list[tuple[socket.socket, tuple[str, int]]], OSError | None]:
    """The connections that are accepted in this turn, and why there cannot be more."""
    found: list[tuple[socket.socket, tuple[str, int]]] = []
    for _ in range(ACCEPTS_PER_TURN):
        try:
            found.append(listening.accept())
        except (BlockingIOError, InterruptedError):
            break
        except ConnectionError:
            continue  # it went before its turn came
        except OSError as error:
            return found, error
    return found, None


def _remedy(error: OSError) -> str:
    if error.errno in {errno.EMFILE, errno.ENFILE}:
        return "raise LimitNOFILE (systemd) or ulimit -n, or lower limits.connections"
    return "see what the machine lacks"


async def _opened(bind: Bind) -> list[socket.socket]:
    """Raises CannotListen where the bind is not optional."""
    try:
        return await open_sockets(bind.host, bind.port)
    except CannotListen as error:
        if not bind.optional:
            raise
        log.warning("port %d is left out: %s", bind.port, str(error).partition(":")[0])
        return []


def _names_of(certificates: list[TlsCertificates]) -> list[str]:
    """The host names in the certificates that are ready."""
    return [name for each in certificates if each.identity for name in each.identity.names]
