"""The Python API: ``async with chover.connect(…) as chat`` (docs/python.md).

The client's own connection stands behind it: it comes back by itself, fetches what was missed, and sends again under
the same nonce what was not acknowledged.
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
"""Most messages that wait for whoever iterates; the oldest are dropped then."""
GOODBYE_SECONDS: Final = 10.0


class ChatError(Exception):
    """The text is one line that says what is wrong and what to do."""


class CannotConnect(ChatError):
    """There is no server, or it does not let us in, or it is not the one it should be."""


class Disconnected(ChatError):
    """The connection is gone for good; a lost one comes back by itself."""


class NotJoined(ChatError):
    """We are not in that channel."""


class NotDelivered(ChatError):
    """The server would not take a message."""


class Chat:
    """One client of one server; made by ``connect``."""

    def __init__(self, server: ServerAddress, identity: LoginIdentity, known: KnownServers | None) -> None:
        self._state = State(channel="")
        self._connection = Connection(server, identity, self._state, known=known)
        self._messages: deque[PlainLine] = deque(maxlen=WAITING)
        self._pulse = asyncio.Event()
        self._connection.changes.subscribe(self._pulse.set)
        self._outcomes: dict[str, str] = {}
        """What became of messages by nonce: "" kept, else why not."""
        self._places: dict[str, str] = {}
        """Channels by folded name: "" we are in, else why not."""
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
        """What was said is acknowledged or given up within ``GOODBYE_SECONDS`` without progress."""
        if kind is None:
            await self._connection.settle(GOODBYE_SECONDS)
        await self._connection.close()
        if self._reading:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading

    @property
    def nick(self) -> str:
        """What we are called now."""
        return self._state.nick

    @property
    def account(self) -> str:
        """The account that we are logged in to, or ""."""
        return self._state.account

    async def join(self, channel: str) -> None:
        """Be in a channel, now and after every lost connection. Raises NotJoined, Disconnected, ValueError."""
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
        """Say something in a channel or to a nick; returns when all of it is kept by the server.

        Raises NotDelivered, Disconnected. Many may be under way at once; they arrive in the order of the calls.
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
        """Say something where a message came from. Raises what ``say`` raises."""
        await self.say(message.conversation, text)

    async def messages(self, target: str = "") -> AsyncIterator[PlainLine]:
        """What others say from now on, of one channel or nick if one is named; each once, reconnected or not.

        What comes while nobody iterates waits. Raises Disconnected.
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
        """Of a conversation that we follow what is fetched from the past was missed; else it is old."""
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

    ``address`` is ``HOST`` or ``HOST:PORT``, this machine's server by default. With ``account`` one logs in: by
    ``password``, which may be a device's token, or else by the key that ``chover join`` has kept; by that key also
    when nobody is named, or its account as ``nick``. ``password`` alone is the server's. Keys are beside ``known``.
    ``tls`` None is TLS, but on this machine in the clear. Raises ValueError for what is no address, or without a key.
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
