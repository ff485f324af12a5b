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
from prompt_toolkit.key_binding import DynamicKeyBindings, KeyBindingsBase
from prompt_toolkit.output import Output

from chover.client.commands import find
from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress
from chover.client.local.host import ClientHost
from chover.client.local.settings import ClientSettings
from chover.client.screen.appearance import Appearance
from chover.client.screen.application import application
from chover.client.screen.context import ScreenContext
from chover.client.screen.frame import Frame
from chover.client.screen.frontend import ScreenFrontend
from chover.client.screen.kept_split import KeptSplit
from chover.client.screen.pictures import ScreenPictures
from chover.client.screen.rendering.layout import Layout
from chover.client.screen.server_screen import ServerScreen, Shared
from chover.client.screen.server_screens import Opens, ServerScreens
from chover.client.screen.servers import Servers
from chover.client.screen.terminal import ScreenTerminal
from chover.client.screen.writing.line import Line
from chover.client.scripting import Scripts
from chover.client.state import State

TICK = 1.0
"""Seconds between checks of the clock: who is typing, what to store."""


def _always() -> bool:
    return True


class FullScreen:
    """``ready`` says whether the terminal has accepted everything; until ``drained`` nothing more is painted.

    ``opens`` makes connections to other servers; None: there is only this one.
    """

    elsewhere: ServerAddress | None = None
    """The server to connect to next, after ``run`` has ended: other servers are shown beside this one."""

    def __init__(
        self,
        host: ClientHost,
        connection: Connection,
        *,
        settings: ClientSettings | None = None,
        input: Input | None = None,  # noqa: A002 - prompt_toolkit's word
        output: Output | None = None,
        ready: Callable[[], bool] = _always,
        opens: Opens | None = None,
    ) -> None:
        self.host = host
        self.settings = settings or ClientSettings(host)
        self.app = application(self.settings, input, output)
        self.terminal = ScreenTerminal(self.app, ready)
        self.appearance = Appearance(host, self.settings)
        self.servers = Servers(self.appearance)
        pictures = ScreenPictures(host, self.terminal, lambda: self.appearance.picture_way)
        self.terminal.redrawn = pictures.forget
        self.scripts = Scripts(host, lambda name: find(name) is not None, lambda: self.frontend)
        shared = Shared(host, self.settings, self.appearance, self.terminal, self.servers, pictures, self.scripts)
        self.screens = ServerScreens(shared, connection, opens)
        self.servers.changed = self._switched
        self.kept_split = KeptSplit(host, self.servers)
        self.servers.told = self.kept_split.restore
        self.kept_split.watch(self.app.key_processor, self.screens.focus)
        self.frame = Frame(lambda: self.parts, self._measured)
        self.app.key_bindings = DynamicKeyBindings(self._bindings)
        self.app.before_render += lambda _app: self._settle()
        self.app.after_render += lambda _app: self._paint()
        self._looks_around = False
        self._switched()

    # ---- the active server

    @property
    def active(self) -> ServerScreen:
        return self.screens.active

    @property
    def parts(self) -> ScreenContext:
        return self.active.parts

    @property
    def line(self) -> Line:
        return self.parts.line

    @property
    def frontend(self) -> ScreenFrontend:
        return self.parts.frontend

    @property
    def connection(self) -> Connection:
        return self.active.connection

    @property
    def connections(self) -> list[Connection]:
        """Those of all servers."""
        return [screen.connection for screen in self.screens.all]

    @property
    def state(self) -> State:
        return self.active.state

    def _bindings(self) -> KeyBindingsBase:
        return self.active.keys()

    def _measured(self, columns: int, rows: int) -> Layout:
        return self.active.input.measured(columns, rows)

    def _switched(self) -> None:
        """Another server is active: its input line gets what is typed."""
        self.app.layout = self.active.layout
        self.terminal.refresh()

    # ---- from the beginning to the end

    async def run(self, *, alone: bool = True) -> None:
        """Run until the user leaves. Raises EOFError if the terminal is gone.

        ``alone``: the screen handles the process's signals, and exceptions in the loop.
        """
        clock = asyncio.create_task(self._tick(), name="clock")
        try:
            for complaint in (*self.settings.complaints, *self.appearance.complaints()):
                self.frontend.tell(complaint)
            self.active.begin()
            self.scripts.load_all()
            self.screens.connect_known()
            # Its own session: without it, all screens in the process would share their input.
            with create_app_session(input=self.app.input, output=self.app.output):
                started = partial(self.terminal.begin, asks=self.appearance.asks)
                await self.app.run_async(pre_run=started, handle_sigint=alone, set_exception_handler=alone)
        finally:
            with contextlib.suppress(OSError):
                self.parts.viewport.pictures.forget()
            self.terminal.end()
            clock.cancel()
            self.kept_split.store()
            await asyncio.gather(clock, self.screens.end(), return_exceptions=True)

    def close_local_data(self) -> None:
        """Call this last: it stores pending messages for the next time."""
        for screen in self.screens.all:
            screen.local_data.close()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            for screen in list(self.screens.all):
                screen.tick(self.host.now())
            self.kept_split.store()

    def _settle(self) -> None:
        """Before painting: visible messages become read, and the server is told."""
        if self.frame.settle():
            for connection in self.connections:
                connection.flush()

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
