"""The prompt-line client: the lines and the flow of the original ChatOverSockets."""

from __future__ import annotations

import asyncio
import io
import sys
from datetime import datetime
from typing import Final, TextIO

from chover import names
from chover.client.connection.connection import Connection, keep_nothing
from chover.client.connection.dial import OriginalServer, ServerAddress, Unreachable, at
from chover.client.connection.joining import FollowedInvitation
from chover.client.connection.registration import LoginIdentity, NameTaken, Rejected
from chover.client.connection.trust import KnownServers, Untrusted
from chover.client.notifications import (
    Caught,
    ChannelLeft,
    Ended,
    Notification,
)
from chover.client.prompt import stdin
from chover.client.prompt.classic_lines import ClassicLines
from chover.client.prompt.prompt import Speaking, help_text
from chover.client.state import State
from chover.client.state.actions import CannotDo
from chover.wire import hello
from chover.wire.plain import harmless

WELCOME: Final = "Welcome, begin a new conversation."
LEAVING: Final = "\n[!] Client shutting down..."
LEFT: Final = "[i] Done."
WELCOME_SECONDS: Final = 5.0
"""Longest wait for the history before the prompt appears."""
PIPE_SECONDS: Final = 30.0
"""For input from a pipe: longest wait for the next acknowledgement after its end."""
QUIT_SECONDS: Final = 3.0
"""How long quitting waits for acknowledgements."""

_QUIT: Final = frozenset({"/q", "/quit", "/exit"})
_HELP: Final = frozenset({"/?", "/h", "/help"})


class _Leave(Exception):
    """The user wants to leave."""


def run(
    host: str,
    port: int,
    *,
    nick: str = "",
    password: str = "",
    tls: bool | None = None,
    known: KnownServers | None = None,
    patience: float = PIPE_SECONDS,
    invitation: FollowedInvitation | None = None,
) -> int:
    """Chat until the user leaves; blocks, in any thread. ``patience`` is in seconds, for input from a pipe.

    The exit status is 0, or 1 if there is no server or something was not delivered. Raises NameTaken only with an
    ``invitation``.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show ❯ gets a question mark instead of an exception.
        sys.stdout.reconfigure(errors="replace")
    name = nick or hello.GUEST
    identity = invitation.identity(name) if invitation else LoginIdentity(name, password)
    known = invitation.known if invitation else known or KnownServers()
    client = Classic(at(host, port, tls=tls), identity, known, patience, invitation)
    try:
        return asyncio.run(client.run())
    except KeyboardInterrupt:
        if not client.done:
            _say(f"{LEAVING}\n{LEFT}")
        return 1 if client.unsettled else 0


class Classic:
    """One run of the client."""

    def __init__(
        self,
        server: ServerAddress,
        identity: LoginIdentity,
        known: KnownServers,
        patience: float,
        invitation: FollowedInvitation | None = None,
    ) -> None:
        self._server = server
        self._identity = identity
        self.done = False
        """Whether the last line has been printed."""
        self._patience = patience
        self._state = State()
        self._speaking = Speaking(self._state, _tell)
        self._lines = ClassicLines(self._speaking, identity.name)
        self._known = known
        self._invitation = invitation

    @property
    def unsettled(self) -> int:
        """Messages that are not acknowledged."""
        return len(self._state.outbox)

    async def run(self) -> int:
        self._connection = self._connecting()
        self._speaking.connection = self._connection
        try:
            await self._connection.open()
        except NameTaken:
            raise
        except (Unreachable, Untrusted, Rejected) as error:
            if self._invitation:
                sys.stderr.write(f"chover: {error}\n")
            else:
                _say(_failure(self._server, error))
            return 1
        if self._invitation:
            self._invitation.follow(self._connection)
        try:
            await self._welcome()
            return await self._chat()
        finally:
            self.done = True
            _say(LEAVING)
            await self._connection.close()
            _say(LEFT)

    def _connecting(self) -> Connection:
        server, identity, state = self._server, self._identity, self._state
        granted = self._invitation.granted if self._invitation else keep_nothing
        return Connection(server, identity, state, known=self._known, granted=granted)

    async def _welcome(self) -> None:
        """Show the history, or the welcome."""
        try:
            async with asyncio.timeout(WELCOME_SECONDS):
                while not isinstance(notifications := await self._connection.next(), Caught | ChannelLeft | Ended):
                    self._show(notifications)
                self._show(notifications)
        except TimeoutError:
            notifications = Caught("", 0)
        if isinstance(notifications, Caught) and not notifications.lines:
            _say(WELCOME)
        if self._identity.name not in {hello.GUEST, self._state.nick}:
            _say(f"[i] You are {self._state.nick} here: {self._why_renamed()}.")

    def _why_renamed(self) -> str:
        try:
            names.fold_nick(self._identity.name)
        except names.BadName as reason:
            return str(reason)
        return f"{self._identity.name} is taken"

    async def _chat(self) -> int:
        """Run until the user leaves or the connection ends for good."""
        talk = self._prompt if stdin.is_terminal() else self._pipe
        typing = asyncio.create_task(talk(), name="input")
        showing = asyncio.create_task(self._show_all(), name="notifications")
        try:
            await asyncio.wait([typing, showing], return_when=asyncio.FIRST_COMPLETED)
            return typing.result() if typing.done() else 1
        finally:
            typing.cancel()
            showing.cancel()
            await asyncio.gather(typing, showing, return_exceptions=True)
            for notifications in self._connection.waiting():
                self._show(notifications)

    # ---- input

    async def _prompt(self) -> int:
        # This takes 140 ms, and is only needed for people at a terminal.
        from prompt_toolkit import PromptSession  # noqa: PLC0415
        from prompt_toolkit.patch_stdout import patch_stdout  # noqa: PLC0415

        from chover.client.keyboard import escape_closes_nothing, listen  # noqa: PLC0415
        from chover.client.prompt.completing import completing_keys  # noqa: PLC0415
        from chover.client.prompt.field import keep_printable, tabs  # noqa: PLC0415

        session: PromptSession[str] = PromptSession(
            lambda: prompt_line(self._speaking.shown),
            enable_suspend=True,
            input_processors=[tabs()],
        )
        keep_printable(session.default_buffer)
        keys = completing_keys(self._state, session.default_buffer, self._speaking.kind)
        escape_closes_nothing(keys, lambda: session.app)
        session.key_bindings = keys
        listen(session.app)
        with patch_stdout():
            try:
                while True:
                    await self._typed(await session.prompt_async())
            except (_Leave, EOFError, KeyboardInterrupt):
                return self._report(len(await self._connection.settle(QUIT_SECONDS)), sys.stdout)

    async def _pipe(self) -> int:
        try:
            async for line in stdin.lines():
                await self._obey(line)
        except _Leave:
            pass
        left = len(await self._connection.settle(self._patience))
        return self._report(left + self._connection.refused, sys.stderr)

    async def _typed(self, text: str) -> None:
        """At a terminal, a slash begins a command."""
        if text in _QUIT | _HELP:
            await self._obey(text)
            return
        try:
            await self._speaking.type(text)
        except CannotDo as reason:
            _say(f"[!] {reason}")
        if self._speaking.left_for_good:
            raise _Leave

    async def _obey(self, text: str) -> None:
        """Input from a pipe is always text."""
        if text in _QUIT:
            raise _Leave
        if text in _HELP:
            _say(help_text())
        else:
            await self._connection.say(self._state.home, text)

    @staticmethod
    def _report(undelivered: int, out: TextIO) -> int:
        if undelivered:
            print(f"[!] Not delivered: {undelivered} of your messages.", file=out, flush=True)
        return 1 if undelivered else 0

    # ---- output

    async def _show_all(self) -> None:
        while not isinstance(notifications := await self._connection.next(), Ended):
            self._show(notifications)
        self._show(notifications)

    def _show(self, notifications: Notification) -> None:
        for line in self._lines.of(notifications):
            _say(line)


def prompt_line(where: str = "") -> str:
    """The original's prompt; ``where`` names the conversation if there are several."""
    who = f"You ({where})" if where else "You"
    return f"{who} | {hello.prompt_stamp(datetime.now().astimezone())} ❯ "


def _failure(server: ServerAddress, error: Exception) -> str:
    if isinstance(error, OriginalServer):
        return f"[x] {error}"
    return f"[x] Failed to connect to {server}.\n[i] {error}"


def _tell(text: str) -> None:
    for line in text.split("\n"):
        _say(f"[i] {harmless(line)}")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is the front end's output
