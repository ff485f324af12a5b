"""The listener: accepts, looks at the first bytes, and takes the untouched socket through the door they mean."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import socket
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final

import msgspec

from chover.edge.binding import Address, CannotListen, numeric, open_sockets, tune
from chover.edge.doors import EVERY, PEEK_BYTES, REFUSALS, Door, choose
from chover.edge.doorstep import Doorstep, HandOver
from chover.edge.farewell import Farewell
from chover.edge.hall import Hall
from chover.edge.irc import IrcDoor
from chover.edge.proxy import take_header
from chover.edge.seed import SeedDoor
from chover.edge.settings import DoorSettings
from chover.edge.ssh.keeper import SshKeeper
from chover.edge.tls import TlsKeeper, enter_tls
from chover.edge.trust import Trusted
from chover.edge.visit import Visit
from chover.edge.web.keeper import WebKeeper
from chover.ports import Host, Refused

__all__ = ["Address", "Bind", "CannotListen", "Door", "DoorSettings", "Listener", "SshKeeper", "TlsKeeper"]

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
    doors: frozenset[str] = EVERY
    tls: TlsKeeper | None = None
    proxy: bool = False
    """Every connection begins with a PROXY header, and only trusted proxies are let in."""


Opener = Callable[[Bind, Visit, socket.socket, bytes], Coroutine[Any, Any, None]]
"""Takes a socket whose bytes are all unread, and the history for one that was silent."""


class Listener:
    """The port, from open to close."""

    def __init__(
        self,
        host: Host,
        binds: Sequence[Bind],
        tls: TlsKeeper | None = None,
        settings: DoorSettings | None = None,
        ssh: SshKeeper | None = None,
    ) -> None:
        self._hall = Hall(host, settings or DoorSettings())
        self._binds = binds
        self._tls = tls
        self._web = WebKeeper(self._hall)
        self._ssh = ssh
        self._listening: dict[socket.socket, Bind] = {}
        self._visits: set[Visit] = set()
        self._entering: set[asyncio.Task[None]] = set()
        self._resting: set[asyncio.TimerHandle] = set()
        self._empty = asyncio.Event()
        self._openers: dict[Door, Opener] = {
            Door.IRC: self._open_irc,
            Door.SEED: self._open_seed,
            Door.TLS: self._open_tls,
            Door.HTTP: self._open_http,
            Door.PROXY: self._open_proxied,
        }
        if ssh:
            self._openers[Door.SSH] = self._open_ssh

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
        for keeper in self._keepers():
            keeper.start()
        self._web.start()
        if self._ssh:
            self._ssh.start(self._hall)
        return addresses

    @property
    def origins(self) -> Sequence[str]:
        """Other sites whose pages may open a session, as a browser names them."""
        return self._hall.origins

    @origins.setter
    def origins(self, origins: Sequence[str]) -> None:
        self._hall.origins = [origin.lower() for origin in origins]

    @property
    def url(self) -> str:
        """Where people reach the pages, as the settings have it."""
        return self._hall.url

    @url.setter
    def url(self, url: str) -> None:
        self._hall.url = url

    @property
    def metrics_token(self) -> str:
        return self._hall.metrics_token

    @metrics_token.setter
    def metrics_token(self, token: str) -> None:
        self._hall.metrics_token = token

    def trust(self, networks: Sequence[str]) -> None:
        """From now on these proxies may say who is behind them; addresses or networks."""
        self._hall.trusted = Trusted(networks)

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
        for visit in [visit for visit in self._visits if not visit.in_session]:
            visit.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_left(), grace_seconds)
        for visit in list(self._visits):
            visit.end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all_left(), CUT_SECONDS)
        await asyncio.gather(*self._entering, return_exceptions=True)
        for keeper in self._keepers():
            await keeper.close()
        await self._web.close()
        if self._ssh:
            await self._ssh.close()

    def _keepers(self) -> list[TlsKeeper]:
        return [keeper for keeper in (self._tls, *(bind.tls for bind in self._binds)) if keeper]

    async def _all_left(self) -> None:
        while self._visits:
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
        visit = Visit(numeric(address[0]), address[1], sock.getsockname()[1], self._left)
        if bind.proxy:
            # A proxy itself is no guest: whom it brings is counted.
            self._visits.add(visit)
            self._hand_over(bind)(visit, sock, Door.PROXY, b"")
            return
        try:
            self._hall.admit(visit)
        except Refused as refused:
            _turn_away(sock, str(refused))
            return
        self._visits.add(visit)
        self._wait_for(bind, visit, sock)

    def _wait_for(self, bind: Bind, visit: Visit, sock: socket.socket) -> None:
        Doorstep(self._hall, visit, sock, bind.doors, self._hand_over(bind)).wait()

    def _left(self, visit: Visit) -> None:
        self._visits.discard(visit)
        self._hall.quiet.give_back(visit)
        self._hall.dismiss(visit)
        if not self._visits:
            self._empty.set()

    # ---- doors

    def _hand_over(self, bind: Bind) -> HandOver:
        def hand_over(visit: Visit, sock: socket.socket, door: Door, history: bytes) -> None:
            opener = self._openers.get(door) if door in bind.doors else None
            entering = opener(bind, visit, sock, history) if opener else self._refuse(visit, sock, door)
            task = asyncio.get_running_loop().create_task(entering)
            visit.end = task.cancel
            self._entering.add(task)
            task.add_done_callback(functools.partial(self._entered, visit, sock))

        return hand_over

    def _entered(self, visit: Visit, sock: socket.socket, task: asyncio.Task[None]) -> None:
        """Whoever did not get through the door is gone: a failed handshake, a peer that left, a shutdown."""
        self._entering.discard(task)
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, OSError):
            log.error("a door failed for %s", visit.address, exc_info=error)
        if error or task.cancelled():
            sock.close()
            visit.leave()

    async def _connect(self, sock: socket.socket, protocol: asyncio.Protocol) -> None:
        await asyncio.get_running_loop().connect_accepted_socket(lambda: protocol, sock)

    async def _open_irc(self, _bind: Bind, visit: Visit, sock: socket.socket, _history: bytes) -> None:
        await self._connect(sock, IrcDoor(self._hall.host, visit, self._hall.settings.close_seconds))

    async def _open_seed(self, _bind: Bind, visit: Visit, sock: socket.socket, history: bytes) -> None:
        await self._connect(sock, SeedDoor(self._hall, visit, history))

    async def _open_http(self, _bind: Bind, visit: Visit, sock: socket.socket, _history: bytes) -> None:
        await self._web.ready()
        await self._connect(sock, self._web.door(visit))

    async def _open_ssh(self, _bind: Bind, visit: Visit, sock: socket.socket, _history: bytes) -> None:
        assert self._ssh
        if not await self._ssh.serve(visit, sock):
            await self._refuse(visit, sock, Door.SSH)

    async def _open_proxied(self, bind: Bind, visit: Visit, sock: socket.socket, _history: bytes) -> None:
        """Take the header of a trusted proxy away, and begin again with what is behind it."""
        if not self._hall.trusted.includes(visit.address):
            await self._refuse(visit, sock, Door.PROXY)
            return
        header = await take_header(sock, self._hall.settings.undecided_seconds)
        try:
            self._hall.brought(visit, header.address, header.port)
        except Refused as refused:
            _turn_away(sock, str(refused))
            visit.leave()
            return
        self._wait_for(msgspec.structs.replace(bind, doors=bind.doors - {Door.PROXY}), visit, sock)

    async def _open_tls(self, bind: Bind, visit: Visit, sock: socket.socket, _history: bytes) -> None:
        if keeper := bind.tls or self._tls:
            await enter_tls(self._hall, self._web, keeper, visit, sock)
        else:
            await self._refuse(visit, sock, Door.TLS)

    async def _refuse(self, visit: Visit, sock: socket.socket, door: Door) -> None:
        await self._connect(sock, Farewell(visit, REFUSALS[door](visit.here)))


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
    return bool(first) and choose(first) in {Door.IRC, Door.SEED}
