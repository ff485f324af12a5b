"""A connection that restores itself.

It registers, answers pings, detects silence, reconnects, and sends pending messages.

A front end reads ``next`` in one task and calls ``say`` from another. While nobody takes the notifications, the client
stops reading from the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from chover.client.capabilities import WANTED
from chover.client.connection.connector import Connector, Reach, RegisteredLink, Tuning, why, write
from chover.client.connection.credentials import Credentials
from chover.client.connection.dial import ServerAddress, ServerLink, Unreachable, dial, hang_up
from chover.client.connection.listeners import ChangeListeners
from chover.client.connection.notification_queue import NotificationQueue
from chover.client.connection.registration import LoginIdentity, RegistrationDone, Rejected
from chover.client.connection.silence import READ, Silence
from chover.client.connection.trust import KnownServers, Untrusted
from chover.client.notifications import Notification, Offline, Online
from chover.client.state import State, dispatch, lifecycle, sending
from chover.client.state.model.outbox import Pending
from chover.i18n import _
from chover.wire.message import Message, ProtocolError

CLOSE_SECONDS: Final = 1.0
"""Longest wait for the server to close the connection."""


def keep_nothing(_grant: RegistrationDone) -> None:
    """Used without an invitation."""


class Connection:
    """A client of one server. Nothing is raised after ``open``: everything that happens is a notification.

    ``wanted`` are the capabilities that the front end can use. ``reach`` replaces dialling, for other kinds of
    connections. ``granted`` is called first with what an invitation gave us; an exception from it ends the connection.
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
        granted: Callable[[RegistrationDone], None] = keep_nothing,
    ) -> None:
        self.server = server
        self.state = state
        self.changes = ChangeListeners()
        """Its listeners are called when the state may have changed."""
        self._credentials = Credentials(identity)
        self._tuning = tuning
        self._notifications = NotificationQueue(self.changes.tell)
        self._connector = Connector(
            server,
            state,
            self._credentials,
            reach=reach or partial(dial, server, known or KnownServers()),
            tuning=tuning,
            wanted=wanted,
            tell=self._notifications.tell,
            granted=granted,
        )
        self._awake = asyncio.Event()
        self._link: ServerLink | None = None
        self._silence = Silence()
        self._task: asyncio.Task[None] | None = None
        self._closing = False

    async def open(self, away: Callable[[str], None] | None = None) -> None:
        """Connect and register. Raises dial.Unreachable, trust.Untrusted or registration.Rejected.

        With ``away`` this takes as long as it needs: if nothing answers, that is told why, once.
        """
        try:
            registered = await self._connector.connect()
        except Unreachable as reason:
            if away is None:
                raise
            away(str(reason))
            registered = await self._connector.again(self._awake)
        self._link = registered.link
        self._task = asyncio.create_task(self._keep(registered), name=f"connection to {self.server}")

    async def next(self) -> Notification:
        """The next notification; there is none after Ended."""
        return await self._notifications.next()

    def waiting(self) -> list[Notification]:
        """The notifications that nobody has taken yet."""
        return self._notifications.taken()

    @property
    def refused(self) -> int:
        """How many messages the server has refused."""
        return self._notifications.refused

    @property
    def complaint(self) -> str:
        """Why the first of them was refused, or why the connection has ended."""
        return self._notifications.complaint

    async def say(self, target: str, text: str, *, action: bool = False) -> None:
        """Send text, in as few messages as the server allows. Waits while too much is pending already."""
        for piece in sending.pieces(self.state, target, text, action=action):
            while self.state.outbox.full and not self._notifications.ended:
                await self._notifications.progress()
            self.state.say(target, piece, secrets.token_urlsafe(16), action=action)
            self.flush()
        self.hurry()

    def join(self, channel: str) -> None:
        self.state.join(channel)
        self.flush()

    def flush(self) -> None:
        """Write what is due, limited by the outbox's window."""
        if self._link is not None:
            lines = lifecycle.take(self.state)
            self._credentials.notice(lines)
            write(self._link, lines)
            if len(self.state.outbox):
                self._silence.end_within(self._tuning.pending)

    @property
    def who(self) -> str:
        """The name that we connected with."""
        return self._credentials.identity.nick

    @property
    def password(self) -> str:
        """The password that we connected with, or ""."""
        return self._credentials.identity.password

    def log_in(self, password: str) -> None:
        """Log in with this password. Once the server has accepted it, later connections use it, too."""
        self._credentials.tried = password

    def wake(self) -> None:
        """Reconnect now, without the pause; an existing connection is replaced."""
        self._awake.set()
        if self._link is not None:
            hang_up(self._link)

    def hurry(self) -> None:
        """Somebody is waiting: if there is no connection, try to reconnect now."""
        if self._link is None:
            self._awake.set()

    async def settle(self, patience: float) -> list[Pending]:
        """Wait until all messages are acknowledged or refused.

        Returns the rest if nothing moves for ``patience`` seconds.
        """
        while len(self.state.outbox) and not self._notifications.ended:
            try:
                async with asyncio.timeout(patience):
                    await self._notifications.progress()
            except TimeoutError:
                break
        return list(self.state.outbox)

    async def close(self) -> None:
        """Disconnect within ``CLOSE_SECONDS``."""
        self._closing = True
        if self._link is not None:
            self._link.writer.write(b"QUIT\r\n")
        if self._task is not None:
            await asyncio.wait([self._task], timeout=CLOSE_SECONDS if self._link is not None else 0)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    # ---- one connection

    async def _serve(self, registered: RegisteredLink) -> str:
        """Run one connection to its end. Returns why it ended."""
        link = registered.link
        try:
            await self._take_in(registered.early)
            while True:
                self.flush()
                await link.writer.drain()
                chunk = await self._read(link)
                if not chunk:
                    return self.state.closing_reason or _("the server closed the connection")
                await self._take_in(registered.splitter.feed(chunk))
        except (OSError, TimeoutError, ProtocolError) as error:
            return self.state.closing_reason or why(error)
        finally:
            self._link = None
            hang_up(link)

    async def _read(self, link: ServerLink) -> bytes:
        """Read from the server. Raises TimeoutError if it does not even answer a PING."""
        tuning = self._tuning
        quiet = min(tuning.pending, tuning.idle) if len(self.state.outbox) else tuning.idle
        try:
            return await self._silence.read(link.reader, quiet)
        except TimeoutError:
            lifecycle.regain(self.state)
            self.flush()
            write(link, ["PING alive"])
        async with asyncio.timeout(tuning.answer):
            return await link.reader.read(READ)

    async def _take_in(self, messages: list[Message]) -> None:
        for message in messages:
            for notifications in dispatch.receive(self.state, message, time.time_ns() // 1_000_000):
                await self._notifications.tell(notifications)
        self._credentials.heard(messages, self.state)
        self.changes.tell()

    # ---- all of them

    async def _keep(self, registered: RegisteredLink) -> None:
        try:
            await self._notifications.tell(Online(self.state.nick))
            while True:
                reason = await self._serve(registered)
                lifecycle.lost(self.state)
                if self._closing:
                    return
                await self._notifications.tell(Offline(reason))
                registered = await self._connector.again(self._awake)
                self._link = registered.link
                await self._notifications.tell(Online(self.state.nick, again=True))
        except (Untrusted, Rejected) as error:
            await self._notifications.end(str(error))
        except Exception as bug:
            await self._notifications.end(_("this client has a bug: {bug}", bug=repr(bug)))
            raise
