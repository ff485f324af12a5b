"""Adds servers to a screen, and takes them away again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Final

from chover.client.connection.connection import Connection
from chover.client.connection.dial import ServerAddress, Unreachable
from chover.client.connection.registration import Rejected
from chover.client.connection.trust import Untrusted
from chover.client.screen.server_screen import ServerScreen, Shared
from chover.client.sending import known_as, server_at
from chover.client.state.actions import CannotDo
from chover.client.state.overview import unsent
from chover.i18n import _

GOODBYE_SECONDS: Final = 1.0
"""How long leaving one of several servers waits for acknowledgements; the rest is sent next time."""
MOST: Final = 20
"""Servers of one screen."""
Opens = Callable[[ServerAddress], Connection]
"""Makes a connection to a server, which is not open yet."""


class ServerScreens:
    """The servers of a screen, never none. ``opens`` None: no others can be added."""

    def __init__(self, shared: Shared, first: Connection, opens: Opens | None) -> None:
        self.all: list[ServerScreen] = []
        self._shared = shared
        self._servers = shared.servers
        self._opens = opens
        self._opening: dict[ServerScreen, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._servers.connects, self._servers.disconnects = self.connect, self.disconnect
        self._add(first, "")

    @property
    def active(self) -> ServerScreen:
        return next(screen for screen in self.all if screen.server is self._servers.active)

    def _add(self, connection: Connection, name: str) -> ServerScreen:
        screen = ServerScreen(self._shared, connection, name or self._name(connection.server))
        self.all.append(screen)
        return screen

    def _name(self, address: ServerAddress) -> str:
        """What to call a server: as in the settings, or its host; with the port if another one is called so."""
        given = known_as(address, self._shared.settings.servers)
        taken = {screen.server.name for screen in self.all}
        return next((name for name in (*given, address.host) if name not in taken), str(address))

    def connect_known(self) -> None:
        """Connect to the servers of the settings. One that cannot be reached is told once and tried again."""
        if self._opens is None:
            return
        for name, text in self._shared.settings.servers.items():
            try:
                self._connect(name, server_at(text), self._opens, stays=True)
            except CannotDo:
                # It is the one that the program was started with, or the settings complain about it.
                continue

    def connect(self, text: str) -> None:
        """Connect to a server, by its address or its name in the settings, and go there. Raises CannotDo."""
        if self._opens is None:
            raise CannotDo(_("You cannot connect to other servers from here."))
        address = self._shared.settings.servers.get(text)
        self._connect(text if address else "", server_at(address or text), self._opens, stays=False)

    def _connect(self, name: str, address: ServerAddress, opens: Opens, *, stays: bool) -> None:
        known = next((screen for screen in self.all if _same(screen.connection.server, address)), None)
        if known is not None:
            raise CannotDo(_("{server} is in the list already, as {name}.", server=address, name=known.server.name))
        if len(self.all) >= MOST:
            raise CannotDo(_("These are {n} servers already: /disconnect leaves one.", n=MOST))
        screen = self._add(opens(address), name)
        task = asyncio.create_task(self._open(screen, stays=stays), name=f"opening {address}")
        self._opening[screen] = task
        task.add_done_callback(lambda _task: self._opening.pop(screen, None))
        self._shared.terminal.refresh()

    async def _open(self, screen: ServerScreen, *, stays: bool) -> None:
        before = self.focus()
        try:
            await screen.connection.open(partial(self._is_away, screen) if stays else None)
        except (Unreachable, Untrusted, Rejected) as reason:
            self._remove(screen)
            screen.local_data.close()
            self.active.parts.frontend.tell(str(reason))
            return
        screen.server.status.trouble = ""
        screen.begin()
        if not stays and self.focus() == before:
            self._servers.activate(screen.server)
        self._shared.terminal.refresh()

    def focus(self) -> tuple[object, ...]:
        """What somebody looks at and writes. Nobody is taken elsewhere who has gone on meanwhile."""
        line = self._servers.active.line
        return self._servers.active, self._servers.active.state.active, line.dialog, line.buffer.text

    def _is_away(self, screen: ServerScreen, reason: str) -> None:
        screen.server.status.trouble = _("{reason} It is tried again.", reason=reason)
        told = _("{reason} It is tried again; /disconnect {name} gives it up.", reason=reason, name=screen.server.name)
        self.active.parts.frontend.tell(told)

    def disconnect(self, name: str) -> None:
        """Leave a server, by its name or address; "" for the active one. Raises CannotDo."""
        screen = self._called(name) if name else self.active
        if len(self.all) == 1:
            raise CannotDo(_("This is the only server here: /quit leaves it."))
        opening = self._opening.pop(screen, None)
        if opening is not None:
            opening.cancel()
        self._remove(screen)
        self._in_the_end(self._leave(screen))
        more = unsent([screen.state])
        self.active.parts.frontend.tell(_("Left {server}.{more}", server=screen.server.name, more=more))

    def _called(self, name: str) -> ServerScreen:
        for screen in self.all:
            if name.lower() in {screen.server.name.lower(), str(screen.connection.server).lower()}:
                return screen
        there = ", ".join(screen.server.name for screen in self.all)
        raise CannotDo(_("There is no server {name} here: {names}.", name=name, names=there))

    def _remove(self, screen: ServerScreen) -> None:
        self._servers.remove(screen.server)
        self.all.remove(screen)

    async def _leave(self, screen: ServerScreen) -> None:
        await screen.end()
        await screen.connection.settle(GOODBYE_SECONDS)
        screen.local_data.close()
        await screen.connection.close()

    def _in_the_end(self, work: Coroutine[object, object, None]) -> None:
        """Do something that the program waits for before it ends."""
        task = asyncio.create_task(work, name="leaving a server")
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def end(self) -> None:
        """End all of them; their connections stay open, so that what was said last can be acknowledged."""
        opening = list(self._opening.values())
        for task in opening:
            task.cancel()
        ends = (screen.end() for screen in self.all)
        await asyncio.gather(*opening, *self._leaving, *ends, return_exceptions=True)


def _same(one: ServerAddress, other: ServerAddress) -> bool:
    return str(one).lower() == str(other).lower()
