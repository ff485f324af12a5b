"""Makes registered connections: the first one, and others after a loss, with pauses between the attempts."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Iterator
from typing import Protocol

import msgspec

from chover.client.connection.credentials import Credentials
from chover.client.connection.dial import ServerAddress, ServerLink, Unreachable, hang_up
from chover.client.connection.registration import RegistrationDone, RegistrationFlow, Rejected
from chover.client.connection.silence import READ
from chover.client.connection.splitter import Splitter
from chover.client.notifications import Notification, Pinned
from chover.client.state import State, lifecycle
from chover.i18n import _
from chover.wire.message import Message, ProtocolError


class Tuning(msgspec.Struct, frozen=True):
    """All in seconds."""

    idle: float = 60.0
    """Silence after which the server is sent a PING."""
    pending: float = 10.0
    """The same while a message waits for its acknowledgement."""
    answer: float = 20.0
    """Longest wait for the answer to that PING."""
    register: float = 20.0
    """Longest duration of the registration."""
    first_pause: float = 0.5
    """Before the first attempt to reconnect; each later pause is twice as long."""
    longest_pause: float = 30.0
    early: float = 60.0
    """For so long after the loss, no pause is longer than ``early_pause``: most servers are back by then."""
    early_pause: float = 6.0


def pauses(tuning: Tuning, draw: Callable[[], float]) -> Iterator[float]:
    """The pauses before each attempt: they double up to a limit, and are then reduced at random by up to half.

    In the first minute the limit is low, for somebody who looks at the screen without typing. ``draw`` gives a number
    from 0 to 1. It is random because ten thousand clients lose a restarted server at once.
    """
    pause, passed = tuning.first_pause, 0.0
    while True:
        most = tuning.early_pause if passed < tuning.early else tuning.longest_pause
        wait = min(pause, most) * (0.5 + draw() / 2)
        passed += wait
        yield wait
        pause = min(pause * 2, tuning.longest_pause)


class Reach(Protocol):
    """Makes a connection; by default ``dial``. Raises dial.Unreachable or trust.Untrusted."""

    async def __call__(self, *, met: bool) -> ServerLink: ...


class RegisteredLink(msgspec.Struct):
    """A connection after the server's welcome. ``early`` is what arrived together with it."""

    link: ServerLink
    splitter: Splitter
    early: list[Message]


class Connector:
    """``granted`` is called with what an invitation gave us; an exception from it ends the connection."""

    def __init__(
        self,
        server: ServerAddress,
        state: State,
        credentials: Credentials,
        *,
        reach: Reach,
        tuning: Tuning,
        wanted: frozenset[str],
        tell: Callable[[Notification], Awaitable[None]],
        granted: Callable[[RegistrationDone], None],
    ) -> None:
        self._server = server
        self._state = state
        self._credentials = credentials
        self._reach = reach
        self._tuning = tuning
        self._wanted = wanted
        self._tell = tell
        self._granted = granted
        self._met = False

    async def connect(self) -> RegisteredLink:
        """A registered connection. Raises dial.Unreachable, trust.Untrusted or registration.Rejected."""
        link = await self._reach(met=self._met)
        try:
            async with asyncio.timeout(self._tuning.register):
                registered = await self._register(link)
        except BaseException as error:
            hang_up(link)
            if isinstance(error, TimeoutError | OSError | ProtocolError):
                raise Unreachable(
                    _("{server} refused the connection: {error}.", server=self._server, error=why(error))
                ) from error
            raise
        self._met = True
        if link.pinned:
            await self._tell(Pinned(str(self._server), link.pinned))
        return registered

    async def _register(self, link: ServerLink) -> RegisteredLink:
        splitter = Splitter()
        nick = self._state.held or self._credentials.identity.nick
        registration = RegistrationFlow(self._credentials.identity, nick, secrets.randbelow, self._wanted)
        chunk = link.first
        while chunk:
            messages = splitter.feed(chunk)
            for at, message in enumerate(messages):
                write(link, registration.receive(message))
                if registration.grant is not None and self._credentials.identity.invite:
                    self._credentials.redeem(registration.grant, self._state)
                    self._granted(registration.grant)
                if registration.done:
                    lifecycle.begin(self._state, registration.nick, registration.caps, registration.account)
                    return RegisteredLink(link, splitter, messages[at + 1 :])
            chunk = await link.reader.read(READ)
        raise Unreachable(
            _("{server} closed the connection before the registration was complete.", server=self._server)
        )

    async def again(self, awake: asyncio.Event) -> RegisteredLink:
        """A new connection, however long it takes; ``awake`` triggers the next attempt at once.

        Raises Untrusted or Rejected if waiting does not help.
        """
        chance = secrets.SystemRandom().random
        for pause in pauses(self._tuning, chance):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(awake.wait(), pause)
            awake.clear()
            try:
                return await self.connect()
            except Unreachable:
                continue
            except Rejected as error:
                if error.final:
                    raise
        raise AssertionError  # pauses has no end


def write(link: ServerLink, lines: list[str]) -> None:
    for line in lines:
        link.writer.write(line.encode(errors="replace") + b"\r\n")


def why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return _("it does not answer")
    return (error.strerror if isinstance(error, OSError) else str(error)) or _("the connection broke")
