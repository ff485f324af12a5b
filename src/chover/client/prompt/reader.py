"""The client for screen readers: lines one after another and one input line. Nothing is drawn or shown only by colour.

Messages in the current conversation are read out as they arrive; from other conversations only mentions are. Lists are
numbered, and the number of a row picks it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output

from chover.client.commands import run as run_command
from chover.client.commands.messages import show_listed
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress
from chover.client.keyboard import escape_closes_nothing
from chover.client.local.host import ClientHost, NotHere
from chover.client.local.local_data import LocalData
from chover.client.local.recording import Recording
from chover.client.local.settings import ClientSettings
from chover.client.notifications import (
    HistoryMissed,
    Notification,
    PlainLine,
    ThreadsListed,
)
from chover.client.prompt.completing import completing_keys
from chover.client.prompt.reader_frontend import ReaderFrontend
from chover.client.prompt.reader_line import ReaderLine, within
from chover.client.prompt.readout import Readout
from chover.client.state import leaving
from chover.client.state.actions import CannotDo
from chover.client.state.overview import in_order
from chover.i18n import _

TICK: Final = 1.0
"""Seconds between two checks of the clock."""
KEYS: Final = (("c-n", 1), ("c-p", -1))


class Reader:
    """Runs the client, and executes what is typed."""

    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        *,
        settings: ClientSettings | None = None,
        input: Input | None = None,  # noqa: A002 - prompt_toolkit's word
        output: Output | None = None,
    ) -> None:
        self.host = host
        self.connection = connection
        self.state = connection.state
        self.state.looking = True
        self.local_data = LocalData(host, self.state, str(connection.server), connection.who)
        self.line = ReaderLine(self._where, self.obey, input=input, output=output)
        settings = settings or ClientSettings(host)
        self._readout = Readout(self.line, host, connection, settings)
        self._frontend = ReaderFrontend(host, connection, settings, self.local_data, self.line, self._readout)
        self.app = self.line.app
        self.app.key_bindings = self._keys()
        self._recording = Recording(host, self.state, settings, str(connection.server), self.line.tell)
        connection.changes.subscribe(self._changed)

    def _where(self) -> str:
        return self.state.current.name if self.state.current else ""

    @property
    def connections(self) -> list[Connection]:
        """The connection, as the only one."""
        return [self.connection]

    @property
    def elsewhere(self) -> ServerAddress | None:
        """The server to connect to next."""
        return self._frontend.servers.address

    async def run(self) -> None:
        """Until the user leaves."""
        notifications = asyncio.create_task(self._listen(), name="notifications")
        try:
            self.line.tell(_("Type and press Enter; /help lists the commands, Ctrl-N goes to the next conversation."))
            self._frontend.own_scripts.load_all()
            with create_app_session(input=self.app.input, output=self.app.output):
                await self.app.run_async()
        finally:
            notifications.cancel()
            await asyncio.gather(notifications, return_exceptions=True)
            self._recording.close()
            self._depart(now=True)
            self.local_data.write()
            self.local_data.store()

    def close_local_data(self) -> None:
        self.local_data.close()

    def leave(self) -> None:
        self.line.leave()

    async def _listen(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    self._take(await self.connection.next())
            self._depart(now=False)
            self.local_data.write()
            self._readout.follow()

    def _take(self, notification: Notification) -> None:
        if isinstance(notification, PlainLine):
            self._frontend.scripts.heard(notification)
        if isinstance(notification, HistoryMissed | ThreadsListed):
            show_listed(self._frontend, notification)
        else:
            self._readout.read_out(notification)

    def _depart(self, *, now: bool) -> None:
        """Complete departures that were made ten seconds ago."""
        self.state.now = self.host.now()
        leaving.depart(self.state, now=now)
        self.connection.flush()

    def _changed(self) -> None:
        """Write down what is new, and read out what is in the state but in no notification: the end of a search."""
        self._recording.take()
        if self.state.search is not None and self.state.search.status != "asking":
            self._found()

    def _found(self) -> None:
        """Read out what a search has found."""
        search, self.state.search = self.state.search, None
        if search is None:
            return
        rows = [
            (f"{each.name} {self._readout.said(each.entry)}", f"/goto {each.name} {each.entry.msgid}")
            for each in search.found
        ]
        self.line.choose(search.reason or _("{n} found.", n=len(rows)), rows)

    def _keys(self) -> KeyBindings:
        made = completing_keys(self.state, self.line.buffer, self._frontend.kind)
        escape_closes_nothing(made, lambda: self.app)
        made.add("enter")(lambda _event: self.line.accept())
        made.add("c-z")(lambda _event: self._suspend())
        made.add("c-c")(lambda _event: self.obey("/quit") if not self.line.buffer.text else self.line.buffer.reset())
        made.add("c-d")(lambda _event: self.obey("/quit") if not self.line.buffer.text else self.line.buffer.delete())
        for keys, by in KEYS:
            made.add(keys)(self._step(by))
        return made

    def _suspend(self) -> None:
        """Suspend to the shell, which continues us with ``fg``."""
        try:
            self.host.require_suspend()
        except NotHere as reason:
            self.line.tell(str(reason))
        else:
            self.app.create_background_task(within(self.host.suspend))

    def _step(self, by: int) -> Callable[[KeyPressEvent], None]:
        def handle(_event: KeyPressEvent) -> None:
            ordered = in_order(self.state)
            if ordered:
                at = next((at for at, each in enumerate(ordered) if each.key == self.state.active), 0)
                self._frontend.show(ordered[(at + by) % len(ordered)])

        return handle

    def obey(self, text: str) -> None:
        """Execute what was typed."""
        if not text:
            return
        self.state.now = self.host.now()
        try:
            run_command(self._frontend, text)
        except CannotDo as reason:
            self.line.tell(str(reason))
        self.local_data.write()
        self.connection.flush()
        self._readout.follow()
