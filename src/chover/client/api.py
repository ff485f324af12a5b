"""The Python API: ``async with chover.connect(…) as chat`` (docs/python.md).

It uses the client's own connection, which reconnects by itself, fetches missed messages, and sends unacknowledged ones
again under the same nonce.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self

from chover import names
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress, Unreachable, parse_server
from chover.client.connection.keys import DeviceKeys
from chover.client.connection.registration import LoginIdentity, Rejected
from chover.client.connection.trust import KnownServers, Untrusted
from chover.client.lines import key, same
from chover.client.notifications import Caught, ChannelLeft, Delivered, Ended, Notification, PlainLine, Undelivered
from chover.client.state import State, history_requests, sending
from chover.client.state.conversation import KnownMember
from chover.client.state.entries import told
from chover.wire import hello

Message = PlainLine

WAITING: Final = 10_000
"""The maximum number of waiting messages; beyond it the oldest are dropped."""
GOODBYE_SECONDS: Final = 10.0


class ChatError(Exception):
    """The text is one line that says what is wrong and what to do."""


class CannotConnect(ChatError):
    """There is no server, it refuses us, or it is not the expected one."""


class Disconnected(ChatError):
    """The connection is gone for good; a lost one is restored automatically."""


class NotJoined(ChatError):
    """We are not in that channel."""


class NotDelivered(ChatError):
    """The server refused a message."""


class Chat:
    """One client of one server; made by ``connect``."""

    def __init__(self, server: ServerAddress, identity: LoginIdentity, known: KnownServers | None) -> None:
        self._state = State(channel="")
        self._connection = Connection(server, identity, self._state, known=known)
        self._messages: deque[PlainLine] = deque(maxlen=WAITING)
        self._pulse = asyncio.Event()
        self._connection.changes.subscribe(self._pulse.set)
        self._outcomes: dict[str, str] = {}
        """The results of messages by nonce: "" kept, otherwise the reason why not."""
        self._places: dict[str, str] = {}
        """Channels by folded name: "" joined, otherwise the reason why not."""
        self._followed: set[str] = set()
        self._reading: asyncio.Task[None] | None = None
        self._over = ""

    async def __aenter__(self) -> Self:
        """Raises CannotConnect."""
        try:
            await self._connection.open()
        except (Unreachable, Untrusted, Rejected) as error:
            raise CannotConnect(str(error)) from error
        self._reading = asyncio.create_task(self._read(), name="notifications")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for acknowledgements as long as there is progress every ``GOODBYE_SECONDS``, then disconnect."""
        if kind is None:
            await self._connection.settle(GOODBYE_SECONDS)
        await self._connection.close()
        if self._reading:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading

    @property
    def nick(self) -> str:
        """Our current nick."""
        return self._state.nick

    @property
    def account(self) -> str:
        """The account that we are logged in to, or ""."""
        return self._state.account

    async def join(self, channel: str) -> None:
        """Join a channel, also after every reconnection. Raises NotJoined, Disconnected, ValueError."""
        if not names.is_channel(channel):
            raise ValueError(f"{channel!r} is not a channel: the name of a channel begins with #")
        if key(channel) in self._state.channels:
            return
        self._places.pop(key(channel), None)
        self._connection.join(channel)
        reason = await self._until(self._places, key(channel))
        if reason:
            raise NotJoined(reason)

    async def say(self, target: str, text: str) -> None:
        """Send a message to a channel or a nick; returns when the server has kept all of it.

        Raises NotDelivered, Disconnected. Many calls may be pending at once; messages arrive in the order of the calls.
        """
        nonces = []
        for piece in sending.pieces(self._state, target, text):
            while self._state.outbox.full and not self._over:
                await self._moved()
            nonces.append(secrets.token_urlsafe(16))
            self._state.say(target, piece, nonces[-1])
            self._connection.flush()
        reasons = [await self._until(self._outcomes, nonce) for nonce in nonces]
        for nonce in nonces:
            del self._outcomes[nonce]
        if any(reasons):
            raise NotDelivered(next(filter(None, reasons)))

    async def reply(self, message: PlainLine, text: str) -> None:
        """Send a message to the conversation of another message. Raises what ``say`` raises."""
        await self.say(message.conversation, text)

    async def messages(self, target: str = "") -> AsyncIterator[PlainLine]:
        """Messages of others from now on, optionally only from one channel or nick. Each is delivered once.

        Messages that arrive while nobody iterates wait. Raises Disconnected.
        """
        while True:
            while self._messages:
                line = self._messages.popleft()
                if not target or same(line.conversation, target):
                    yield line
            if self._over:
                raise Disconnected(self._over)
            await self._moved()

    async def history(self, channel: str, limit: int = 100) -> list[PlainLine]:
        """The newest messages of a channel, oldest first, at most ``limit``; joins it. Raises what ``join`` raises."""
        await self.join(channel)
        conversation = self._state.conversation(channel)
        while sum(entry.is_talk for entry in conversation.entries) < limit:
            if not history_requests.load_older(self._state, conversation):
                break
            self._connection.flush()
            while conversation.older is KnownMember.ASKING and not self._over:
                await self._moved()
        said = [told(conversation.name, entry, past=True) for entry in conversation.entries if entry.is_talk]
        return said[-limit:] if limit > 0 else []

    # ---- notifications

    async def _read(self) -> None:
        while not self._over:
            self._take(await self._connection.next())
            self._pulse.set()

    def _take(self, notifications: Notification) -> None:
        match notifications:
            case PlainLine():
                self._heard(notifications)
            case Delivered(nonce):
                self._outcomes[nonce] = ""
            case Undelivered():
                self._outcomes[notifications.nonce] = notifications.reason
            case Caught(conversation):
                self._places[key(conversation)] = ""
                self._followed.add(key(conversation))
            case ChannelLeft(channel, reason):
                self._places[key(channel)] = reason
            case Ended(reason):
                self._over = reason

    def _heard(self, line: PlainLine) -> None:
        """A message that was fetched from the past was missed if we follow the conversation; otherwise it is old."""
        if line.past and key(line.conversation) not in self._followed:
            return
        self._followed.add(key(line.conversation))
        if not line.own:
            self._messages.append(line)

    async def _until(self, outcomes: dict[str, str], name: str) -> str:
        while name not in outcomes:
            if self._over:
                raise Disconnected(self._over)
            await self._moved()
        return outcomes[name]

    async def _moved(self) -> None:
        self._pulse.clear()
        await self._pulse.wait()


def connect(
    address: str = "",
    *,
    nick: str = "",
    account: str = "",
    password: str = "",
    tls: bool | None = None,
    known: KnownServers | None = None,
) -> Chat:
    """A chat to be used as ``async with chover.connect("chat.example.org", nick="bot") as chat``.

    ``address`` is ``HOST`` or ``HOST:PORT``, this machine's server by default. ``account`` logs in with
    ``password``, which may be a device token, or with the key that ``chover join`` has stored. The stored key is also
    used if no account is given, or if ``nick`` is its account. ``password`` alone is the server's password. Keys are
    stored beside ``known``. ``tls`` None means TLS, except on this machine. Raises ValueError for an invalid address,
    or if there is no key.
    """
    server = parse_server(address, tls=tls)
    keys = DeviceKeys(known.path.with_name("keys") if known else None)
    if account and password:
        name, secret = account, f"{account}:{password}"
    else:
        name, secret = keys.who(str(server), account or nick, password)
    if account and not secret:
        raise ValueError(
            f"There is no key of {account} on {server} here: give a password, or use chover join with a link"
        )
    return Chat(server, LoginIdentity(nick or name or hello.GUEST, secret), known)
