"""What goes out to other nodes in one turn: events that go the same way together, in the order that matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from chover.bus import encoding
from chover.bus.audience import followed_by
from chover.engine.events import Event

_EVERYBODY: Final = ("events",)


class NodeMessage(NamedTuple):
    """What is sent to nodes, as it is."""

    subject: str
    data: bytes


def talk_of(whom: Iterable[str]) -> tuple[str, ...]:
    """The subjects of what is said in these channels, to or by these users."""
    return tuple(f"talk.{one}" for one in whom)


def outgoing(waiting: Iterable[Event | NodeMessage], size: int) -> Iterator[NodeMessage]:
    """The messages, of up to ``size`` bytes. Those of one log keep their order.

    People arrive before they join, and leave behind what they said.
    """
    parcels: dict[tuple[str, ...], list[Event]] = {}
    ways: dict[str, tuple[str, ...]] = {}
    for one in waiting:
        way = () if isinstance(one, NodeMessage) else followed_by(one)
        if isinstance(one, NodeMessage) or ways.setdefault(one.log, way) != way:
            # Behind what is sent next, the earlier ones would be a gap on their way.
            yield from _sent(parcels, size)
            parcels, ways = {}, {}
        if isinstance(one, NodeMessage):
            yield one
        else:
            ways[one.log] = way
            parcels.setdefault(way, []).append(one)
    yield from _sent(parcels, size)


def _sent(parcels: Mapping[tuple[str, ...], Sequence[Event]], size: int) -> Iterator[NodeMessage]:
    for way, events in parcels.items():
        for data in encoding.messages(events, size):
            for subject in talk_of(way) or _EVERYBODY:
                yield NodeMessage(subject, data)
