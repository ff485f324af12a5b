"""The readers of one channel, and what they are still to get."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chover.engine.events import Event, in_own_name
from chover.engine.ids import LogId
from chover.server.lately import Lately
from chover.server.roll import Roll

if TYPE_CHECKING:
    from chover.server.session import Session
    from chover.server.unit import Unit

Pending = list[tuple[Event, "Unit | None"]]
"""Events that a room is still to be given, in order, with the unit that each came in."""


class Room:
    """The readers of one channel, grouped by how its lines look to them, and what they are still to get."""

    __slots__ = ("lately", "log", "name", "pending", "roll", "shapes")

    def __init__(self, log: LogId, name: str) -> None:
        self.log = log
        self.name = name
        self.shapes: dict[int, dict[Session, None]] = {}
        self.pending: Pending = []
        self.roll = Roll()
        self.lately = Lately()

    def add(self, session: Session) -> None:
        self.shapes.setdefault(session.shape, {})[session] = None

    def remove(self, session: Session) -> None:
        readers = self.shapes.get(session.shape, {})
        if session in readers:
            del readers[session]
            if not readers:
                del self.shapes[session.shape]

    def holds(self, session: Session) -> bool:
        return session in self.shapes.get(session.shape, ())

    def sessions(self) -> Iterable[Session]:
        return [session for readers in self.shapes.values() for session in readers]

    def apart(self, pending: Pending) -> dict[Session, list[int]]:
        """The authors who get some events otherwise than everybody, and the places of these.

        That is for a label, for want of echo-message, or for an author outside of the channel.
        """
        apart: dict[Session, list[int]] = {}
        for place, (event, unit) in enumerate(pending):
            if unit is None or (session := unit.session) is None:
                continue
            silent = not session.echoes and in_own_name(event)
            if silent or unit.label or not self.holds(session):
                apart.setdefault(session, []).append(place)
        return apart
