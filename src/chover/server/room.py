"""The readers of one channel, and what they are still to get."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic

from chover.engine.events import Event, in_own_name
from chover.engine.ids import LogId
from chover.server.lately import Lately
from chover.server.reader import R
from chover.server.roll import Roll
from chover.server.unit import Unit

Pending = list[tuple[Event, Unit[R] | None]]
"""Events that a room is still to be given, in order, with the unit that each came in."""


class Room(Generic[R]):
    """The readers of one channel, grouped by how its lines look to them, and what they are still to get."""

    __slots__ = ("lately", "log", "name", "pending", "roll", "shapes")

    def __init__(self, log: LogId, name: str) -> None:
        self.log = log
        self.name = name
        self.shapes: dict[int, dict[R, None]] = {}
        self.pending: Pending[R] = []
        self.roll = Roll()
        self.lately = Lately()

    def add(self, session: R) -> None:
        self.shapes.setdefault(session.shape, {})[session] = None

    def remove(self, session: R) -> None:
        readers = self.shapes.get(session.shape, {})
        if session in readers:
            del readers[session]
            if not readers:
                del self.shapes[session.shape]

    def holds(self, session: R) -> bool:
        return session in self.shapes.get(session.shape, ())

    def sessions(self) -> Iterable[R]:
        return [session for readers in self.shapes.values() for session in readers]

    def apart(self, pending: Pending[R]) -> dict[R, list[int]]:
        """The authors who get some events otherwise than everybody, and the places of these.

        That is for a label, for want of echo-message, or for an author outside of the channel.
        """
        apart: dict[R, list[int]] = {}
        for place, (event, unit) in enumerate(pending):
            if unit is None or (session := unit.session) is None:
                continue
            silent = not session.echoes and in_own_name(event)
            if silent or unit.label or not self.holds(session):
                apart.setdefault(session, []).append(place)
        return apart
