"""Two conversations side by side, as they come back at the next start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec
from prompt_toolkit.key_binding.key_processor import KeyProcessor

from chover.client.local.host import ClientHost
from chover.client.screen.rendering.split import OtherSide
from chover.client.screen.servers import Servers, ShownServer

FILE: Final = "screen.json"


class KeptSide(msgspec.Struct, frozen=True):
    """A conversation by the name of its server and its key."""

    server: str
    key: str


class KeptSides(msgspec.Struct, frozen=True):
    """``here`` has the keys, on the right if ``right``; without ``other`` nothing is beside it."""

    here: KeptSide | None = None
    other: KeptSide | None = None
    right: bool = False


class KeptSplit:
    """Until ``restore`` has found both conversations, or somebody has done something else, what is stored stays."""

    def __init__(self, host: ClientHost, servers: Servers) -> None:
        self._host = host
        self._servers = servers
        self._stored = host.load(FILE)
        self._wanted = _read(self._stored)

    def watch(self, keys: KeyProcessor, focus: Callable[[], object]) -> None:
        """Give up at the first key that changes ``focus``: what somebody looks at and writes."""
        before: list[object] = []

        def about_to(_keys: KeyProcessor) -> None:
            before[:] = [focus()]

        def pressed(_keys: KeyProcessor) -> None:
            # A report of the terminal comes as a key, too, and changes nothing.
            if [focus()] != before:
                self.give_up()

        keys.before_key_press += about_to
        keys.after_key_press += pressed

    def give_up(self) -> None:
        """Somebody has begun to write, or went elsewhere: nobody is taken away from there."""
        self._wanted = None

    def restore(self) -> None:
        """Show both conversations as soon as their servers have told which ones there are."""
        wanted, servers = self._wanted, self._servers
        if wanted is None or wanted.here is None or wanted.other is None:
            return
        here, other = self._server(wanted.here), self._server(wanted.other)
        if here is None or other is None or not (here.state.settled and other.state.settled):
            return
        self._wanted = None
        shown = here.state.conversations.get(wanted.here.key)
        if shown is not None and wanted.other.key in other.state.conversations:
            servers.split.stand(OtherSide(other.state, wanted.other.key), right=wanted.right)
            servers.go_to(here.state, shown)

    def _server(self, side: KeptSide) -> ShownServer | None:
        return next((server for server in self._servers.all if server.name == side.server), None)

    def store(self) -> None:
        """Store what is side by side now, if it has changed."""
        if self._wanted is not None:
            return
        text = msgspec.json.encode(self._now()).decode()
        if text != self._stored and (self._stored or self._servers.split.other is not None):
            self._stored = text
            self._host.store(FILE, text)

    def _now(self) -> KeptSides:
        beside, active = self._servers.other_side(), self._servers.active
        if beside is None or not active.state.active:
            return KeptSides()
        server, conversation = beside
        here = KeptSide(active.name, active.state.active)
        return KeptSides(here, KeptSide(server.name, conversation.key), self._servers.split.right)


def _read(text: str) -> KeptSides | None:
    """What was stored; None if nothing was beside anything, or if it cannot be read."""
    try:
        kept = msgspec.json.decode(text or "{}", type=KeptSides)
    except msgspec.MsgspecError:
        return None
    return kept if kept.other is not None else None
