"""All that belongs to one server of a full screen: its parts, its keys, its input line, and what it keeps.

What it shares with the other servers of the screen is the terminal, the settings, and how things look.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import NamedTuple

from prompt_toolkit.layout import Layout

from chover.client.bell import Bell
from chover.client.connection.connection import Connection
from chover.client.local.host import ClientHost
from chover.client.local.local_data import LocalData
from chover.client.local.recording import Recording
from chover.client.local.settings import ClientSettings
from chover.client.screen.appearance import Appearance
from chover.client.screen.context import ScreenContext
from chover.client.screen.dispatch import take
from chover.client.screen.frontend import ScreenFrontend
from chover.client.screen.input_line import InputLine
from chover.client.screen.keys.mouse import mouse_handler
from chover.client.screen.keys.table import ScreenKeys
from chover.client.screen.pictures import ScreenPictures
from chover.client.screen.runner import Runner
from chover.client.screen.servers import Servers, ShownServer
from chover.client.screen.status import ScreenStatus
from chover.client.screen.terminal import ScreenTerminal
from chover.client.screen.uploading import ScreenUploads
from chover.client.screen.viewport import Viewport
from chover.client.screen.writing.line import Line
from chover.client.scripting import Scripts
from chover.client.state import leaving


class Shared(NamedTuple):
    """What the servers of a screen share."""

    host: ClientHost
    settings: ClientSettings
    appearance: Appearance
    terminal: ScreenTerminal
    servers: Servers
    pictures: ScreenPictures
    scripts: Scripts


class ServerScreen:
    """``name`` is what people call the server."""

    def __init__(self, shared: Shared, connection: Connection, name: str) -> None:
        host, settings = shared.host, shared.settings
        self.connection = connection
        self.state = connection.state
        self.local_data = LocalData(host, self.state, str(connection.server), connection.who)
        self.parts = self._parts(shared, name)
        self.server = self.parts.server
        self.keys = ScreenKeys(self.parts)
        self.input = InputLine(self.state, settings, self.parts.line, shared.appearance, mouse_handler(self.parts))
        self.layout = Layout(self.input, focused_element=self.input.window)
        self.recording = Recording(host, self.state, settings, str(connection.server), self.parts.frontend.tell)
        self.recording.take()
        self._bell = Bell(host, self.state, settings, shared.terminal.output)
        self._refresh = shared.terminal.refresh
        self._servers = shared.servers
        self._listening: asyncio.Task[None] | None = None
        self._unsubscribe = connection.changes.subscribe(self._changed)
        shared.servers.add(self.server)

    def _parts(self, shared: Shared, name: str) -> ScreenContext:
        host, settings, appearance, terminal, servers, pictures, scripts = shared
        connection = self.connection
        status = ScreenStatus(host, self.state, terminal.refresh)
        viewport = Viewport(self.state, settings, appearance, terminal, pictures)
        line = Line(host, connection, settings, status, terminal.refresh, ScreenFrontend.kind)
        runner = Runner(host, connection, self.local_data, status, self._acted)
        uploads = ScreenUploads(host, connection, line, status, terminal.refresh)
        frontend = ScreenFrontend(
            host,
            connection,
            settings,
            self.local_data,
            name=name,
            scripts=scripts,
            status=status,
            appearance=appearance,
            viewport=viewport,
            line=line,
            terminal=terminal,
            runner=runner,
            uploads=uploads,
            servers=servers,
        )
        server = ShownServer(name, self.state, status, viewport, line)
        return ScreenContext(
            host,
            self.state,
            settings,
            status,
            appearance,
            viewport,
            line,
            terminal,
            runner,
            uploads,
            frontend,
            server,
            servers,
        )

    def begin(self) -> None:
        """Take notifications from now on."""
        self._listening = asyncio.create_task(self._listen(), name=f"notifications of {self.server.name}")

    def _acted(self) -> None:
        """Somebody has done something: it may have opened or left a thread, which has a draft of its own."""
        self.parts.line.drafting.turn()
        self._refresh()

    async def _listen(self) -> None:
        while True:
            take(self.parts, self._bell, await self.connection.next())
            self._refresh()

    def tick(self, now: int) -> None:
        """Called every second: what depends on the clock, and what has to be stored."""
        self.state.now = now
        self.parts.line.drafting.rest()
        self._depart()
        self.recording.take()
        self.local_data.write()
        self.local_data.store()
        if any(conversation.typing for conversation in self.state.conversations.values()):
            self._refresh()

    def _depart(self) -> None:
        """Complete departures that were made ten seconds ago."""
        left = leaving.undoable(self.state)
        leaving.depart(self.state)
        self.connection.flush()
        if leaving.undoable(self.state) is not left:
            self._refresh()

    def _changed(self) -> None:
        self.recording.take()
        self.parts.line.drafting.follow()
        self._servers.told()
        self._refresh()

    async def end(self) -> None:
        """End what ``begin`` has begun, and store everything but the messages that are still to be sent."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        self._unsubscribe()
        self.recording.close()
        self.parts.line.drafting.keep()
        leaving.depart(self.state, now=True)
        self.parts.line.drafting.flush()
        self.local_data.write()
        self.local_data.store()
