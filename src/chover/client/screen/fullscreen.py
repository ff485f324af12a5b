"""Composes a full screen from a host, a connection, and prompt_toolkit's input and output.

Two of them share nothing, so many can run in one process and one loop (over SSH). It is painted at most once per turn
of the loop; a frame is skipped while the terminal has not accepted the last one.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial

from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import DynamicKeyBindings
from prompt_toolkit.layout import Layout
from prompt_toolkit.output import Output

from chover.client.bell import Bell
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress
from chover.client.local.host import ClientHost
from chover.client.local.local_data import LocalData
from chover.client.local.recording import Recording
from chover.client.local.settings import ClientSettings
from chover.client.screen.appearance import Appearance
from chover.client.screen.application import application
from chover.client.screen.context import ScreenContext
from chover.client.screen.dispatch import take
from chover.client.screen.frame import Frame
from chover.client.screen.frontend import ScreenFrontend
from chover.client.screen.input_line import InputLine
from chover.client.screen.keys.mouse import mouse_handler
from chover.client.screen.keys.table import ScreenKeys
from chover.client.screen.line import Line
from chover.client.screen.pictures import ScreenPictures
from chover.client.screen.runner import Runner
from chover.client.screen.status import ScreenStatus
from chover.client.screen.terminal import ScreenTerminal
from chover.client.screen.uploading import ScreenUploads
from chover.client.screen.viewport import Viewport
from chover.client.state import leaving

TICK = 1.0
"""Seconds between checks of the clock: who is typing, what to store."""


def _always() -> bool:
    return True


class FullScreen:
    """``ready`` says whether the terminal has accepted everything; until ``drained`` nothing more is painted."""

    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        *,
        settings: ClientSettings | None = None,
        input: Input | None = None,  # noqa: A002 - prompt_toolkit's word
        output: Output | None = None,
        ready: Callable[[], bool] = _always,
    ) -> None:
        self.host = host
        self.connection = connection
        self.state = connection.state
        self.settings = settings or ClientSettings(host)
        self.local_data = LocalData(host, self.state, str(connection.server), connection.who)
        self.app = application(self.settings, input, output)
        self.terminal = ScreenTerminal(self.app, ready)
        self.parts = self._parts()
        self.line, self.frontend = self.parts.line, self.parts.frontend
        self._bell = Bell(host, self.state, self.settings, self.app.output)
        typed = InputLine(self.state, self.settings, self.line, self.parts.appearance, mouse_handler(self.parts))
        self.frame = Frame(self.parts, typed)
        self.app.layout = Layout(typed, focused_element=typed.window)
        self.app.key_bindings = DynamicKeyBindings(ScreenKeys(self.parts))
        self.app.before_render += lambda _app: self._settle()
        self.app.after_render += lambda _app: self._paint()
        self._looks_around = False
        self._recording = Recording(host, self.state, self.settings, str(connection.server), self.frontend.tell)
        self._recording.take()
        self._unsubscribe = connection.changes.subscribe(self._changed)

    def _parts(self) -> ScreenContext:
        host, connection, settings, terminal = self.host, self.connection, self.settings, self.terminal
        status = ScreenStatus(host, self.state, terminal.refresh)
        appearance = Appearance(host, settings)
        pictures = ScreenPictures(host, terminal, lambda: appearance.picture_way)
        terminal.redrawn = pictures.forget
        viewport = Viewport(self.state, settings, appearance, pictures)
        line = Line(host, connection, settings, status, terminal.refresh, ScreenFrontend.kind)
        runner = Runner(host, connection, self.local_data, status, terminal.refresh)
        uploads = ScreenUploads(host, connection, line, status, terminal.refresh)
        frontend = ScreenFrontend(
            host,
            connection,
            settings,
            self.local_data,
            status=status,
            appearance=appearance,
            viewport=viewport,
            line=line,
            terminal=terminal,
            runner=runner,
            uploads=uploads,
        )
        return ScreenContext(
            host, self.state, settings, status, appearance, viewport, line, terminal, runner, uploads, frontend
        )

    async def run(self, *, alone: bool = True) -> None:
        """Run until the user leaves. Raises EOFError if the terminal is gone.

        ``alone``: the screen handles the process's signals, and exceptions in the loop.
        """
        tasks = [
            asyncio.create_task(self._notifications(), name="notifications"),
            asyncio.create_task(self._tick(), name="clock"),
        ]
        try:
            for complaint in (*self.settings.complaints, *self.parts.appearance.complaints()):
                self.frontend.tell(complaint)
            self.frontend.scripts.load_all()
            # Its own session: without it, all screens in the process would share their input.
            with create_app_session(input=self.app.input, output=self.app.output):
                started = partial(self.terminal.begin, asks=self.parts.appearance.asks)
                await self.app.run_async(pre_run=started, handle_sigint=alone, set_exception_handler=alone)
        finally:
            with contextlib.suppress(OSError):
                self.parts.viewport.pictures.forget()
            self.terminal.end()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._unsubscribe()
            self._recording.close()
            self.line.drafting.keep()
            leaving.depart(self.state, now=True)
            self.line.drafting.flush()
            self.local_data.write()
            self.local_data.store()

    def close_local_data(self) -> None:
        """Call this last: it stores pending messages for the next time."""
        self.local_data.close()

    async def _notifications(self) -> None:
        while True:
            take(self.parts, self._bell, await self.connection.next())
            self.terminal.refresh()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.state.now = self.host.now()
            self.line.drafting.rest()
            self._depart()
            self._recording.take()
            self.local_data.write()
            self.local_data.store()
            if any(conversation.typing for conversation in self.state.conversations.values()):
                self.terminal.refresh()

    def _depart(self) -> None:
        """Complete departures that were made ten seconds ago."""
        left = leaving.undoable(self.state)
        leaving.depart(self.state)
        self.connection.flush()
        if leaving.undoable(self.state) is not left:
            self.terminal.refresh()

    def _changed(self) -> None:
        self._recording.take()
        self.line.drafting.follow()
        self.terminal.refresh()

    def _settle(self) -> None:
        """Before painting: visible messages become read, and the server is told."""
        if self.frame.settle():
            self.connection.flush()

    def _paint(self) -> None:
        self.frame.paint()
        if not self._looks_around and not self.app.is_done:
            self._looks_around = True
            asyncio.get_running_loop().call_soon(self._look_around)

    def _look_around(self) -> None:
        """After painting: ask for what belongs to the visible messages."""
        self._looks_around = False
        if not self.app.is_done and self.parts.viewport.look_around():
            self.connection.flush()

    def drained(self) -> None:
        """The terminal has accepted everything: paint what was skipped."""
        self.terminal.drained()

    def leave(self) -> None:
        self.terminal.leave()

    @property
    def elsewhere(self) -> ServerAddress | None:
        """The server to connect to next, after ``run`` has ended."""
        return self.frontend.elsewhere
