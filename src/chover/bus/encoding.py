"""Events as messages of the bus: arrays of MessagePack, with bodies as the store keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from chover.engine import rows
from chover.engine.events import Event
from chover.engine.ids import LogId

EVENTS: Final = 500
"""So many events go into one message at most."""


class BusRow(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """An event. What a later version adds stands behind these, and is skipped by this one."""

    log: str
    seq: int
    at: int
    msgid: str
    kind: str
    version: int
    actor: str
    nonce: str
    data: bytes
    oper: bool = False
    """Told with the event, though the store does not keep it; so is the next one."""
    after: int = -1


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(list[BusRow]).decode


def encode(events: Sequence[Event]) -> bytes:
    """One message."""
    return _encode([_row(event) for event in events])


def messages(events: Sequence[Event], size: int) -> Iterator[bytes]:
    """As many messages as it takes for none to be larger than ``size`` bytes, but one that is larger by itself."""
    for first in range(0, len(events), EVENTS):
        yield from _halved(events[first : first + EVENTS], size)


def _halved(events: Sequence[Event], size: int) -> Iterator[bytes]:
    data, middle = encode(events), len(events) // 2
    if len(data) <= size or not middle:
        yield data
        return
    yield from _halved(events[:middle], size)
    yield from _halved(events[middle:], size)


def decode(data: bytes) -> Iterable[Event]:
    """The events of one message. Raises msgspec.MsgspecError for anything else."""
    return [_event(row) for row in _decode(data)]


def _row(event: Event) -> BusRow:
    kind, version = rows.kind_of(event)
    source = event.source
    data = rows.encode(event)
    return BusRow(
        event.log,
        event.seq,
        event.at,
        event.msgid,
        kind,
        version,
        source.id,
        event.nonce,
        data,
        source.oper,
        event.after,
    )


def _event(row: BusRow) -> Event:
    event = rows.decode(
        LogId(row.log), row.seq, row.at, row.msgid, row.kind, row.version, row.actor, row.data, row.nonce
    )
    event.after = row.after
    if row.oper:
        event.source = msgspec.structs.replace(event.source, oper=True)
    return event
