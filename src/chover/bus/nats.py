"""The bus of several nodes: core NATS, which is fast and may lose. What it loses the feed reads from the store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from nats import errors
from nats.aio.client import Client

from chover.bus.incoming import Incoming
from chover.bus.local import LocalBus, Receive
from chover.bus.nats_subjects import NatsSubjects
from chover.bus.outgoing import NodeMessage, outgoing, talk_of
from chover.engine.events import Event
from chover.ports import BusError
from chover.ports.measures import Measure, single

if TYPE_CHECKING:
    from nats.aio.msg import Msg

_log = logging.getLogger(__name__)

SCHEMES: Final = ("nats", "tls", "ws", "wss")
CONNECT_SECONDS: Final = 10.0
PING_SECONDS: Final = 5
"""Twice that long without an answer, and the connection is taken for lost."""
AGAIN_SECONDS: Final = 0.25
"""Between two attempts to connect again, which never end."""
DRAIN_SECONDS: Final = 5
WAITING_BYTES: Final = 4 << 20
"""So much is kept for a server that is away for a moment; what does not fit is lost, and read from the store."""
_UNNOTICED: Final = 1024
"""Room that the protocol takes beside a message."""


class OnceTold:
    """Writes each warning once, until what it was about is over."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def __call__(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            _log.warning("%s", text)

    def forget(self) -> None:
        self._told.clear()


class _Client(Client):
    async def _process_pong(self) -> None:
        # The answer to a flush that was cancelled or timed out: the client would stop reading at it.
        if self._pongs and self._pongs[0].done():
            self._pongs[0] = asyncio.get_running_loop().create_future()
        await super()._process_pong()


class NatsBus:
    """Implements ports.Bus; its contract is tests/bus/contract.py.

    What this node publishes reaches its own subscribers before ``publish`` returns, and the others by NATS at the end
    of the turn. Subjects: chover.CLUSTER.talk.ID, of a channel or a user, for what is said there, to them or by them;
    chover.CLUSTER.events for all other events; chover.CLUSTER.nodes and chover.CLUSTER.node.NODE for messages of nodes.
    """

    lossy: Final = True

    def __init__(self, client: Client, where: str) -> None:
        self._client = client
        self._prefix = "chover"
        self._where = where
        self._local = LocalBus()
        self._waiting: list[Event | NodeMessage] = []
        self._subjects = NatsSubjects(client)
        self._more = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None
        self._tell = OnceTold()
        self._incoming = Incoming(self._tell)
        self.trouble: list[Exception] = []
        """What went wrong while it was being connected."""
        self._connecting: asyncio.Event | None = asyncio.Event()
        self._servers, self._dialing = 1, True
        self.published = self.lost = self.errors = self.reconnects = 0

    # ---- beginning ---------------------------------------------------------------------------------------------------

    @classmethod
    async def connect(cls, url: str, name: str = "chover", *, seconds: float = CONNECT_SECONDS) -> NatsBus:
        """Connect to one or more URLs, separated by commas, under a name. Raises BusError with one line."""
        servers, where = _servers(url)
        bus = cls(_Client(), where)
        try:
            async with asyncio.timeout(seconds):
                await bus._join(servers, name)
        except TimeoutError:
            await _closed(bus._client)
            raise BusError(f"{_NOBODY.format(where)} within {seconds:g} s: {_CHECK}") from None
        except BusError:
            await _closed(bus._client)
            raise
        return bus

    async def enter(self, cluster: bytes) -> None:
        # A few bytes of the secret, which tell nobody the others: two clusters on one server never hear each other.
        self._prefix = f"chover.{cluster[:8].hex()}"
        self._incoming.begin(self._prefix)
        try:
            everything = await self._client.subscribe(f"{self._prefix}.events", cb=self._heard)
            self._subjects.begin(self._prefix, everything)
            await _answered(self._client)
        except (OSError, errors.Error) as error:
            raise BusError(_line(error, self._where)) from error
        if self.trouble:
            raise BusError(_line(self.trouble[0], self._where))
        self._connecting = None
        self._sending = asyncio.get_running_loop().create_task(self._send())
        _log.info("connected to NATS at %s", self._where)

    async def _join(self, servers: list[str], name: str) -> None:
        assert self._connecting is not None
        self._servers = len(servers)
        joining = asyncio.ensure_future(self._begin(servers, name))
        failing = asyncio.ensure_future(self._connecting.wait())
        try:
            # What was wrong with each of the servers is not tried again: it is told at once.
            await asyncio.wait((joining, failing), return_when=asyncio.FIRST_COMPLETED)
            if self._connecting.is_set():
                raise BusError(_line(self.trouble[-1], self._where))
            await joining
            self.trouble.clear()
        except (OSError, errors.Error) as error:
            raise BusError(_line(error, self._where)) from error
        finally:
            # From here on nothing that goes wrong, while it is closed either, may stop and wait.
            self._dialing = False
            for task in (joining, failing):
                task.cancel()
            await asyncio.gather(joining, failing, return_exceptions=True)

    async def _begin(self, servers: list[str], name: str) -> None:
        await self._client.connect(
            servers,
            name=name,
            no_echo=True,
            error_cb=self._went_wrong,
            disconnected_cb=self._disconnected,
            reconnected_cb=self._reconnected,
            max_reconnect_attempts=-1,
            reconnect_time_wait=AGAIN_SECONDS,  # type: ignore[arg-type]  # it sleeps so long
            ping_interval=PING_SECONDS,
            pending_size=WAITING_BYTES,
        )
        self._dialing = False
        trial = await self._client.subscribe("chover.hello")
        await self._client.publish("chover.hello", b"")
        await _answered(self._client)
        await trial.unsubscribe()

    # ---- events ------------------------------------------------------------------------------------------------------

    def subscribe(self, receive: Receive, *, own: bool = False) -> None:
        self._local.subscribe(receive)
        if not own:
            self._incoming.subscribe(receive)

    def publish(self, events: Sequence[Event]) -> None:
        """Never raises and never waits: what cannot be sent is lost, and read from the store by the others."""
        self._waiting += [event for event in events if event.log]
        self._more.set()
        # In the same turn as the own ones, so that people get both in one write.
        self._incoming.take()
        self._local.publish(events)

    def listen(self, node: str, receive: Callable[[bytes], None]) -> None:
        self._incoming.listen(receive)
        self._subjects.want(["nodes", f"node.{node}"], follows=True)

    def send(self, data: bytes, node: str = "") -> None:
        self._waiting.append(NodeMessage(f"node.{node}" if node else "nodes", data))
        self._more.set()

    def follow(self, whom: Iterable[str]) -> None:
        self._subjects.want(talk_of(whom), follows=True)
        self._more.set()

    def unfollow(self, whom: Iterable[str]) -> None:
        self._subjects.want(talk_of(whom), follows=False)
        self._more.set()

    async def followed(self) -> None:
        # What a server answers behind the subscriptions says that it has taken them.
        with contextlib.suppress(OSError, TimeoutError, errors.Error):
            await asyncio.wait_for(self._subjects.asked.wait(), CONNECT_SECONDS)
            await self._client.flush()

    async def _send(self) -> None:
        while True:
            await self._more.wait()
            await self._send_waiting()

    async def _send_waiting(self) -> None:
        self._more.clear()
        # Before what is published: whoever hears that somebody came here may answer at once.
        try:
            await self._subjects.ask()
        except (OSError, errors.Error) as error:
            self._tell(f"what is said elsewhere is read from the database, a second late: {error}")
        waiting, self._waiting = self._waiting, []
        for subject, data in outgoing(waiting, self._client.max_payload - _UNNOTICED):
            try:
                await self._client.publish(f"{self._prefix}.{subject}", data)
            except (OSError, errors.Error) as error:
                self.lost += 1
                self._tell(f"a message to other nodes was not sent, they read it from the store: {error}")
            else:
                self.published += 1

    async def _heard(self, message: Msg) -> None:
        self._incoming.add(message)

    # ---- the connection ----------------------------------------------------------------------------------------------

    async def _went_wrong(self, error: Exception) -> None:
        """Called by the client with whatever goes wrong: a lost connection, a slow consumer, what is not allowed."""
        if self._connecting is not None:
            self.trouble.append(error)
            if not self._dialing:
                self._connecting.set()
            elif len(self.trouble) >= self._servers:
                # It would try again for ever, which would leave a socket behind when it is interrupted.
                self._connecting.set()
                await asyncio.Event().wait()
            return
        self.errors += 1
        if self._client.is_connected:
            self._tell(_line(error, self._where))

    async def _disconnected(self) -> None:
        if self._connecting is None and not self._client.is_closed and not self._client.is_draining:
            self._tell(
                f"lost the connection to NATS at {self._where}: until it is back, what happens on other nodes arrives"
                " about a second late"
            )

    async def _reconnected(self) -> None:
        self._tell.forget()
        self.reconnects += 1
        _log.info("connected to NATS at %s again", self._where)

    def measures(self) -> list[Measure]:
        following, came = self._subjects.followed, self._incoming
        wrong = self.errors + came.errors
        return [
            single("bus_connected", "gauge", "Whether the bus between nodes is connected.", self._client.is_connected),
            single("bus_received_total", "counter", "Messages of other nodes that the bus has brought.", came.received),
            single("bus_received_bytes_total", "counter", "Bytes of these messages.", came.received_bytes),
            single("bus_followed", "gauge", "Channels and users of this node, whose talk it hears.", following),
            single("bus_sent_total", "counter", "Messages that were sent to other nodes.", self.published),
            single("bus_lost_total", "counter", "Messages to other nodes that could not be sent.", self.lost),
            single("bus_reconnects_total", "counter", "How often the bus was connected again.", self.reconnects),
            single("bus_errors_total", "counter", "What went wrong on the bus between nodes.", wrong),
        ]

    async def close(self) -> None:
        """Send what waits, as far as the server takes it, and hear nothing any more."""
        await self._local.close()
        self._incoming.end()
        if self._sending is not None:
            self._sending.cancel()
        if self._client.is_connected:
            await self._send_waiting()
            try:
                await self._client.flush(DRAIN_SECONDS)
            except (OSError, TimeoutError, RuntimeError, errors.Error) as error:
                _log.info("the last messages were not taken by the bus: %s", error)
        await _closed(self._client)


async def _answered(client: Client) -> None:
    """Wait until everything sent so far is answered: what is not allowed has been said then."""
    # The first may get the answer to a question that the client asked by itself while it connected.
    await client.flush()
    await client.flush()


async def _closed(client: Client) -> None:
    # What is being read while everything is taken down may fail in the client, which logs a traceback of that.
    logging.getLogger("nats.aio.client").setLevel(logging.CRITICAL)
    # RuntimeError: it writes to a connection that uvloop has closed already, because the server is away.
    with contextlib.suppress(OSError, TimeoutError, RuntimeError, errors.Error):
        async with asyncio.timeout(DRAIN_SECONDS):
            await client.close()
    # It goes no further where it cannot write what is left to a server that is gone, nor where it was interrupted.
    transport: Any = client._transport  # noqa: SLF001 - nothing else closes the socket then
    with contextlib.suppress(AttributeError, OSError, RuntimeError):
        transport.close()
        await transport.wait_closed()


_NOBODY: Final = "NATS at {} does not answer"
_CHECK: Final = "check bus.url, and that the server runs"


def _servers(url: str) -> tuple[list[str], str]:
    """The URLs, and what to call them: without a password. Raises BusError."""
    servers = [one.strip() for one in url.split(",") if one.strip()]
    where = []
    for server in servers:
        try:
            parts = urlsplit(server)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in SCHEMES or not parts.hostname or parts.path.strip("/") or parts.query:
            shown = server.rpartition("@")[2]
            raise BusError(f"bus.url: {shown} is no address of NATS: write nats://HOST:4222, or tls://HOST:4222")
        where.append(f"{parts.hostname}:{port}" if port else parts.hostname)
    return servers, ", ".join(where)


def _line(error: Exception, where: str) -> str:
    """What happened, and what to do."""
    number = (error.errno or 0) if isinstance(error, OSError) else 0
    # In the same words whatever the event loop makes of it.
    text = os.strerror(number) if number > 0 else str(error).removeprefix("nats: ").strip("'\" ")
    text = text or type(error).__name__
    low = text.lower()
    if isinstance(error, errors.AuthorizationError) or "authorization" in low or "authentication" in low:
        return f"NATS at {where} refuses this user: check the name and the password in bus.url"
    if "permissions violation" in low:
        return f"NATS at {where} does not allow it ({text}): let this user publish and subscribe to chover.>"
    if isinstance(error, errors.SlowConsumerError):
        return "this node is too slow for what NATS brings: it reads from the store what was dropped"
    if isinstance(error, errors.SecureConnRequiredError | errors.SecureConnWantedError | errors.SecureConnFailedError):
        return f"NATS at {where} and bus.url disagree about TLS ({text}): write tls:// or nats://, as the server has it"
    return f"{_NOBODY.format(where)} ({text}): {_CHECK}"
