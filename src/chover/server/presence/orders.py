"""What this node wants the others to do with sessions there, until they have done it or are gone."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Final

from chover.engine.ids import UserId
from chover.server.presence.notes import Done, Note, Order

REMEMBERED: Final = 10_000
"""So many orders are remembered as carried out; an older one that comes again is carried out again."""


class Orders:
    """``send`` sends a note to a node. ``carry_out`` is set by the composition of the server."""

    def __init__(self, send: Callable[[Note, str], None]) -> None:
        self._send = send
        self._numbers = itertools.count(1)
        self._open: dict[tuple[int, str], Order] = {}
        self._done: dict[tuple[str, int, int], None] = {}
        self.carry_out: Callable[[Order], None] = lambda _: None

    def give(self, own: tuple[str, int], nodes: Iterable[str], user: UserId, words: str, by: str = "") -> None:
        """Have sessions on other nodes ended. ``own``: this node and its epoch."""
        order = Order(*own, next(self._numbers), user, words, by)
        for node in nodes:
            self._open[order.no, node] = order
            self._send(order, node)

    def repeat(self, nodes: Iterable[str]) -> None:
        """Send again what is not answered; what was meant for nodes that are gone is dropped."""
        alive = set(nodes)
        for (no, node), order in list(self._open.items()):
            if node in alive:
                self._send(order, node)
            else:
                del self._open[no, node]

    def receive(self, own: tuple[str, int], order: Order) -> None:
        key = (order.node, order.epoch, order.no)
        if key not in self._done:
            self._done[key] = None
            if len(self._done) > REMEMBERED:
                del self._done[next(iter(self._done))]
            self.carry_out(order)
        self._send(Done(*own, order.no), order.node)

    def answered(self, done: Done) -> None:
        self._open.pop((done.no, done.node), None)
