"""What nodes tell each other about people, as messages of the bus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import msgspec

from chover.engine.ids import LogId, UserId

Version: TypeAlias = tuple[int, str]
"""When a label was set, and on which node: the greater one holds."""
PAGE_BYTES: Final = 200_000
"""So much of a list of users goes into one message, unless one of them is larger."""


class Devices(msgspec.Struct, frozen=True, array_like=True):
    """The devices of a user on one node. ``away`` is empty unless all of them are. ``since`` in ms since 1970."""

    count: int
    away: str = ""
    secure: bool = False
    since: int = 0
    addresses: tuple[str, ...] = ()


NO_DEVICES: Final = Devices(0)


class UserNote(msgspec.Struct, frozen=True, array_like=True, tag="user"):
    """What a node knows of a user, and which devices of theirs it has."""

    id: UserId
    devices: Devices
    nick: str
    labelled: str
    username: str
    host: str
    account: str
    realname: str
    away: str
    modes: tuple[str, ...]
    metadata: dict[str, str]
    blocks: tuple[str, ...]
    accepts: tuple[UserId, ...]
    formerly: tuple[UserId, ...]
    """Earlier ids of the same person."""
    versions: dict[str, Version]


class LeftNote(msgspec.Struct, frozen=True, array_like=True, tag="left"):
    """A user has left the server. ``at`` in ms since 1970."""

    id: UserId
    reason: str
    msgid: str
    at: int


Item: TypeAlias = UserNote | LeftNote


class NodeNote(msgspec.Struct, frozen=True, array_like=True):
    """The node that says it, in one of its runs."""

    node: str
    epoch: int


class PeopleChanged(NodeNote, frozen=True, array_like=True, tag="told"):
    """What has changed. ``number`` counts the messages of the run."""

    number: int
    items: tuple[Item, ...]


class Beat(NodeNote, frozen=True, array_like=True, tag="beat"):
    """``number`` is the last one that was sent. ``hello``: the node wants to hear the others'.

    ``unregistered`` is how many of its connections are nobody's yet.
    """

    number: int
    hello: bool = False
    unregistered: int = 0


class Ask(NodeNote, frozen=True, array_like=True, tag="ask"):
    """The node wants to know everybody."""


class Page(NodeNote, frozen=True, array_like=True, tag="page"):
    """A part of everybody, as of a number."""

    number: int
    place: int
    pages: int
    users: tuple[UserNote, ...]


class RunEnded(NodeNote, frozen=True, array_like=True, tag="ended"):
    """The run is over."""


class Order(NodeNote, frozen=True, array_like=True, tag="order"):
    """End the sessions of a user, or only those that ``by`` has logged in. ``no`` counts the orders of the run."""

    no: int
    user: UserId
    words: str
    by: str = ""


class ToDevices(NodeNote, frozen=True, array_like=True, tag="devices"):
    """A line for the devices of a user that have a capability: what one of them did on another node."""

    user: UserId
    cap: int
    line: bytes


class ReadNote(NodeNote, frozen=True, array_like=True, tag="read"):
    """A user has read a conversation up to a time, in ms since 1970."""

    user: UserId
    log: LogId
    at: int


class Done(NodeNote, frozen=True, array_like=True, tag="done"):
    """An order of the node that this is sent to was carried out."""

    no: int


Note: TypeAlias = PeopleChanged | Beat | Ask | Page | RunEnded | Order | ToDevices | ReadNote | Done

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Note)


def encode(note: Note) -> bytes:
    return _encoder.encode(note)


def decode(data: bytes) -> Note:
    """Raises msgspec.MsgspecError."""
    note: Note = _decoder.decode(data)
    return note


def portions(users: list[UserNote]) -> Iterator[tuple[UserNote, ...]]:
    """The users in portions that fit into a message each; at least one portion."""
    portion: list[UserNote] = []
    size = 0
    for user in users:
        more = len(_encoder.encode(user))
        if portion and size + more > PAGE_BYTES:
            yield tuple(portion)
            portion, size = [], 0
        portion.append(user)
        size += more
    yield tuple(portion)
