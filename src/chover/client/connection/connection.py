"""A connection that keeps itself up: it registers, answers, notices silence, comes back, and sends what is left.

A face reads ``next`` in one task and calls ``say`` from another: reading stops while nobody takes the news.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, Protocol

import msgspec

from chover.client.connection.dial import ServerAddress, ServerLink, Unreachable, dial, hang_up
from chover.client.connection.outbox import Pending
from chover.client.connection.registration import WANTED, LoginIdentity, RegistrationDone, RegistrationFlow, Rejected
from chover.client.connection.trust import KnownServers, Untrusted
from chover.client.lines import key, same
from chover.client.notifications import Delivered, Ended, Notification, Offline, Online, Pinned, Undelivered
from chover.client.state import State, dispatch, lifecycle, sending
from chover.wire.message import Message, ProtocolError, format_line, parse

NEWS: Final = 1000
"""Most news waiting for the face; then the server waits."""
LINE_BYTES: Final = 16384
"""Longest line taken from a server: 8,191 bytes of tags and 512 of message are allowed."""
CLOSE_SECONDS: Final = 1.0
"""Longest wait for the server's goodbye."""

_READ: Final = 65536
_LOGGED_IN: Final = "900"


class Tuning(msgspec.Struct, frozen=True):
    """All in seconds."""

    idle: float = 60.0
    """Silence after which the server is asked for a sign of life."""
    pending: float = 10.0
    """The same while a message waits for its acknowledgement."""
    answer: float = 20.0
    """Longest wait for that sign."""
    register: float = 20.0
    """Longest registration."""
    first_pause: float = 0.5
    """Before the first attempt to come back; each later one doubles it."""
    longest_pause: float = 30.0


def pauses(tuning: Tuning, draw: Callable[[], float]) -> Iterator[float]:
    """How long to wait before each attempt: doubling up to the longest, and between half and all of it by chance.

    ``draw`` gives a number from 0 to 1. Chance, because ten thousand clients lose a restarted server at once.
    """
    pause = tuning.first_pause
    while True:
        yield pause * (0.5 + draw() / 2)
        pause = min(pause * 2, tuning.longest_pause)


class Splitter:
    """Bytes as they come, lines as they end."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[Message]:
        """The complete messages. Raises ProtocolError for a line that does not end."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LINE_BYTES:
            raise ProtocolError("INPUT_TOO_LONG", "the server sent a line without an end")
        return [message for line in lines if (message := _parsed(line)) is not None]


def _parsed(line: bytes) -> Message | None:
    try:
        return parse(line.rstrip(b"\r").decode(errors="replace"))
    except ProtocolError:
        return None


class Reach(Protocol):
    """How a connection is made; by default ``dial``. Raises dial.Unreachable or trust.Untrusted."""

    async def __call__(self, *, met: bool) -> ServerLink: ...


def _nothing() -> None: ...


def _let_go(_grant: RegistrationDone) -> None: ...


class Connection:
    """One client of one server. Raises nothing after ``open``: what happens is told as news.

    ``wanted`` are the capabilities that the face can use; ``reach`` makes the connection where it is no dialled one.
    """

    def __init__(
        self,
        server: ServerAddress,
        identity: LoginIdentity,
        state: State,
        *,
        known: KnownServers | None = None,
        tuning: Tuning = Tuning(),  # noqa: B008 - frozen
        wanted: frozenset[str] = WANTED,
        reach: Reach | None = None,
    ) -> None:
        self.server = server
        self.state = state
        self.refused = 0
        """How many messages the server would not take."""
        self.complaint = ""
        """Why it would not take the first of them, or why the connection has ended."""
        self.changed: Callable[[], None] = _nothing
        """Called when the state may have changed, once for all that one read brought."""
        self.granted: Callable[[RegistrationDone], None] = _let_go
        """Called with what an invitation gave us, before anything else is done. What it raises ends the connection."""
        self._identity = identity
        self._wanted = wanted
        self._reach = reach or partial(dial, server, known or KnownServers())
        self._tuning = tuning
        self._news: asyncio.Queue[Notification] = asyncio.Queue(NEWS)
        self._progress = asyncio.Event()
        self._awake = asyncio.Event()
        self._link: ServerLink | None = None
        self._task: asyncio.Task[None] | None = None
        self._tried = ""
        self._met = False
        self._ended = False
        self._closing = False

    async def open(self) -> None:
        """Connect and register. Raises dial.Unreachable, trust.Untrusted or registration.Rejected."""
        link, early = await self._connect()
        self._task = asyncio.create_task(self._keep(link, early), name=f"connection to {self.server}")

    async def next(self) -> Notification:
        """The next news; after Ended there is none."""
        return await self._news.get()

    def waiting(self) -> list[Notification]:
        """The news that nobody has taken yet."""
        return [self._news.get_nowait() for _ in range(self._news.qsize())]

    async def say(self, target: str, text: str, *, action: bool = False) -> None:
        """Have text sent, as few messages as the server allows; waits while too much is waiting already."""
        for piece in sending.pieces(self.state, target, text, action=action):
            while self.state.outbox.full and not self._ended:
                await self._moved()
            self.state.say(target, piece, secrets.token_urlsafe(16), action=action)
            self.flush()
        self.hurry()

    def join(self, channel: str) -> None:
        self.state.join(channel)
        self.flush()

    def flush(self) -> None:
        """Write what is due; the outbox's window bounds it."""
        if self._link is not None:
            _write(self._link, lifecycle.take(self.state))

    @property
    def who(self) -> str:
        """The name that we came in with."""
        return self._identity.nick

    @property
    def password(self) -> str:
        """What we came in with, or ""."""
        return self._identity.password

    def log_in(self, password: str) -> None:
        """Somebody logs in with this; once the server has taken it, later connections do so by themselves."""
        self._tried = password

    def _remember(self) -> None:
        account, password, self._tried = self.state.account, self._tried, ""
        if not same(self.state.nick, self._identity.nick) and self.state.held == self.state.nick:
            # It was somebody's, maybe ours: now we may have it.
            self.state.lines.append(format_line("NICK", self._identity.nick))
        self._identity = LoginIdentity(account, f"{account}:{password}")

    def wake(self) -> None:
        """Come back now instead of after the pause; a connection that stands is made anew."""
        self._awake.set()
        if self._link is not None:
            hang_up(self._link)

    def hurry(self) -> None:
        """Somebody waits: where there is no connection the next attempt is made now."""
        if self._link is None:
            self._awake.set()

    async def settle(self, patience: float) -> list[Pending]:
        """Wait until all is acknowledged or refused; what is left when nothing moves for ``patience`` seconds."""
        while len(self.state.outbox) and not self._ended:
            try:
                async with asyncio.timeout(patience):
                    await self._moved()
            except TimeoutError:
                break
        return list(self.state.outbox)

    async def close(self) -> None:
        """Say goodbye and be gone within ``CLOSE_SECONDS``."""
        self._closing = True
        if self._link is not None:
            self._link.writer.write(b"QUIT\r\n")
        if self._task is not None:
            await asyncio.wait([self._task], timeout=CLOSE_SECONDS if self._link is not None else 0)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    # ---- one connection

    async def _connect(self) -> tuple[ServerLink, list[Message]]:
        """A registered connection, and what came behind the welcome already."""
        link = await self._reach(met=self._met)
        try:
            async with asyncio.timeout(self._tuning.register):
                early = await self._register(link)
        except BaseException as error:
            hang_up(link)
            if isinstance(error, TimeoutError | OSError | ProtocolError):
                raise Unreachable(f"{self.server} does not let us in: {_why(error)}.") from error
            raise
        self._met = True
        self._link = link
        if link.pinned:
            await self._tell(Pinned(str(self.server), link.pinned))
        return link, early

    async def _register(self, link: ServerLink) -> list[Message]:
        self._splitter = Splitter()
        nick = self.state.held or self._identity.nick
        registration = RegistrationFlow(self._identity, nick, secrets.randbelow, self._wanted)
        chunk = link.first
        while chunk:
            messages = self._splitter.feed(chunk)
            for at, message in enumerate(messages):
                _write(link, registration.receive(message))
                if registration.grant is not None and self._identity.invite:
                    self._take_grant(registration.grant)
                if registration.done:
                    lifecycle.begin(self.state, registration.nick, registration.caps, registration.account)
                    return messages[at + 1 :]
            chunk = await link.reader.read(_READ)
        raise Unreachable(f"{self.server} closed the connection before it let us in.")

    def _take_grant(self, grant: RegistrationDone) -> None:
        """The invitation is used up: from now on the key lets us in."""
        password = f"{grant.account}:{grant.key}"
        self._identity = msgspec.structs.replace(self._identity, password=password, invite="")
        for channel in grant.channels:
            self.state.join(channel)
            self.state.opening = self.state.opening or key(channel)
        self.granted(grant)

    async def _serve(self, link: ServerLink, early: list[Message]) -> str:
        """Run one connection to its end; why it ended."""
        try:
            await self._take_in(early)
            while True:
                self.flush()
                await link.writer.drain()
                chunk = await self._read(link)
                if not chunk:
                    return self.state.farewell or "the server closed the connection"
                await self._take_in(self._splitter.feed(chunk))
        except (OSError, TimeoutError, ProtocolError) as error:
            return self.state.farewell or _why(error)
        finally:
            self._link = None
            hang_up(link)

    async def _read(self, link: ServerLink) -> bytes:
        """What the server sends. Raises TimeoutError when it does not even answer a PING."""
        tuning = self._tuning
        quiet = min(tuning.pending, tuning.idle) if len(self.state.outbox) else tuning.idle
        try:
            async with asyncio.timeout(quiet):
                return await link.reader.read(_READ)
        except TimeoutError:
            lifecycle.regain(self.state)
            self.flush()
            _write(link, ["PING alive"])
        async with asyncio.timeout(tuning.answer):
            return await link.reader.read(_READ)

    async def _take_in(self, messages: list[Message]) -> None:
        for message in messages:
            for notifications in dispatch.receive(self.state, message, time.time_ns() // 1_000_000):
                await self._tell(notifications)
        if self._tried and any(message.command == _LOGGED_IN for message in messages):
            self._remember()
        self.changed()

    # ---- all of them

    async def _keep(self, link: ServerLink, early: list[Message]) -> None:
        try:
            await self._tell(Online(self.state.nick))
            while True:
                reason = await self._serve(link, early)
                lifecycle.lost(self.state)
                if self._closing:
                    return
                await self._tell(Offline(reason))
                link, early = await self._return()
                await self._tell(Online(self.state.nick, again=True))
        except (Untrusted, Rejected) as error:
            await self._end(str(error))
        except Exception as bug:
            await self._end(f"this client has a bug: {bug!r}")
            raise

    async def _return(self) -> tuple[ServerLink, list[Message]]:
        """A new connection, however long it takes. Raises Untrusted or Rejected when waiting does not help."""
        chance = secrets.SystemRandom().random
        for pause in pauses(self._tuning, chance):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), pause)
            self._awake.clear()
            try:
                return await self._connect()
            except Unreachable:
                continue
            except Rejected as error:
                if error.final:
                    raise
        raise AssertionError  # pauses has no end

    async def _end(self, reason: str) -> None:
        self._ended = True
        self.complaint = self.complaint or reason
        self._progress.set()
        await self._tell(Ended(reason))

    async def _tell(self, notifications: Notification) -> None:
        # Before the face hears of it: whoever waits in ``settle`` goes on at once and looks here.
        if isinstance(notifications, Undelivered):
            self.refused += 1
            self.complaint = self.complaint or notifications.reason
        if isinstance(notifications, Delivered | Undelivered):
            self._progress.set()
        await self._news.put(notifications)
        self.changed()

    async def _moved(self) -> None:
        self._progress.clear()
        await self._progress.wait()


def _write(link: ServerLink, lines: list[str]) -> None:
    for line in lines:
        link.writer.write(line.encode(errors="replace") + b"\r\n")


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer"
    return (error.strerror if isinstance(error, OSError) else str(error)) or "the connection broke"
