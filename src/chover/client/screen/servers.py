"""The servers of one screen, in the order in which they were added. One of them is active: it has the keys."""

from __future__ import annotations

from collections.abc import Callable

from chover.client.commands.command import NOWHERE
from chover.client.frontend import OtherServers
from chover.client.screen.appearance import Appearance
from chover.client.screen.rendering.layout import SPLITTABLE
from chover.client.screen.rendering.split import OtherSide
from chover.client.screen.status import ScreenStatus
from chover.client.screen.viewport import Viewport
from chover.client.screen.writing.line import Line
from chover.client.state import State, actions
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.client.state.overview import Heading, Place, in_order
from chover.i18n import _


def _nothing() -> None: ...


def _alone(_name: str) -> None:
    raise CannotDo(_("You cannot connect to other servers from here."))


class ShownServer:
    """What the lists and the keys of a screen need to know of one of its servers."""

    def __init__(self, name: str, state: State, status: ScreenStatus, viewport: Viewport, line: Line) -> None:
        self.name = name
        self.state = state
        self.status = status
        self.viewport = viewport
        self.line = line

    @property
    def remark(self) -> str:
        """Why it is not there now, in a word; usually ""."""
        if self.status.trouble:
            return _("offline")
        return "" if self.state.settled else "…"


class Servers(OtherServers):
    """``changed`` is called after another one became active."""

    def __init__(self, appearance: Appearance) -> None:
        self._appearance = appearance
        self.split = appearance.split
        self.all: list[ShownServer] = []
        self.active: ShownServer
        self.changed: Callable[[], None] = _nothing
        self.told: Callable[[], None] = _nothing
        """Called after a server has said something."""
        self.connects: Callable[[str], None] = _alone
        self.disconnects: Callable[[str], None] = _alone

    def add(self, server: ShownServer) -> None:
        """Add one behind the others; the first one becomes active."""
        self.all.append(server)
        if len(self.all) == 1:
            self.active = server

    def remove(self, server: ShownServer) -> None:
        """Remove one; if it was active, the one before it becomes so. The last one stays."""
        if server is self.active:
            at = self.all.index(server)
            self.activate(self.all[at - 1] if at else self.all[1])
        self.all.remove(server)

    def activate(self, server: ShownServer) -> None:
        """Give the keys to a server: its current conversation is shown."""
        if server is self.active:
            return
        self.active.line.drafting.keep()
        self.active.viewport.turn_away()
        self.active = server
        # With a mark where unread messages begin.
        server.state.show(server.state.active)
        self.changed()

    def connect(self, address: str) -> None:
        self.connects(address)

    def disconnect(self, name: str) -> None:
        self.disconnects(name)

    @property
    def several(self) -> bool:
        return len(self.all) > 1

    def label(self, server: ShownServer) -> str:
        """Its name where people have to tell it from others; "" if it is the only one."""
        return server.name if self.several else ""

    def places(self) -> list[Place]:
        """The conversations of all servers, in the order of the list."""
        return [row for row in self.rows() if isinstance(row, Place)]

    def rows(self) -> list[Place | Heading]:
        """The list: the conversations, under the names of their servers if there are several."""
        rows: list[Place | Heading] = []
        number = 0
        for server in self.all:
            active, label = server is self.active, self.label(server)
            if label:
                rows.append(Heading(server.state, label, server.remark, active))
            for conversation in in_order(server.state):
                number += 1
                here = active and conversation.key == server.state.active
                rows.append(Place(server.state, conversation, number, label, here))
        return rows

    # ---- two conversations side by side

    def beside(self, name: str) -> None:
        if name == "off":
            self.split.close()
            return
        state = self.active.state
        place = actions.place(state, name) if name else None
        if self._appearance.layout.columns < SPLITTABLE:
            raise CannotDo(_("Two conversations side by side need {n} columns.", n=SPLITTABLE))
        if state.current is None:
            raise CannotDo(_(NOWHERE))
        if self.other_side() is None:
            self.open_side()
        elif place is not None:
            self.turn_side()
        else:
            raise CannotDo(_("There are two conversations already: /split off shows one."))
        if place is not None:
            self.go_to(state, place)

    def other_side(self) -> tuple[ShownServer, Conversation] | None:
        """What is shown on the other side of a split; None: nothing, or it is gone."""
        other = self.split.other
        server = next((each for each in self.all if other is not None and each.state is other.state), None)
        conversation = server.state.conversations.get(other.key) if server is not None and other is not None else None
        return (server, conversation) if server is not None and conversation is not None else None

    def open_side(self) -> None:
        """Show the current conversation on both sides; the keys are on the right."""
        self.active.line.drafting.keep()
        self.split.open(self._here())

    def turn_side(self) -> None:
        """Put the keys on the other side."""
        beside = self.other_side()
        if beside is None:
            return
        server, conversation = beside
        self.split.turn(self._here())
        self.go_to(server.state, conversation)

    def _here(self) -> OtherSide:
        return OtherSide(self.active.state, self.active.state.active)

    def settle_side(self) -> bool:
        """Called before painting: what is seen on the other side is read. Returns whether a server has to be told."""
        for server in self.all:
            server.state.also_seen = ""
        beside = self.other_side()
        if beside is None:
            self.split.close()
            return False
        server, conversation = beside
        return server.viewport.settle_beside(conversation)

    def show(self, row: Place | Heading) -> None:
        """Go to a conversation, or to a server and what was shown of it last."""
        self.go_to(row.state, row.conversation if isinstance(row, Place) else None)

    def go_to(self, state: State, conversation: Conversation | None) -> None:
        """The same, for a conversation of the server with that state."""
        server = next((each for each in self.all if each.state is state), None)
        if server is None:
            return
        self.activate(server)
        if conversation is not None:
            server.line.show(conversation)
