"""From a user to what is told of them, and from what is told to the events that make it so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from chover.engine.events import (
    AcceptsSet,
    Arrived,
    AwaySet,
    BlocksSet,
    Event,
    HostSet,
    Identified,
    Known,
    MetadataSet,
    ModeChange,
    Quit,
    RealnameSet,
    Renamed,
    Source,
    UserModesSet,
)
from chover.engine.ids import NOWHERE
from chover.engine.model import User
from chover.engine.modes import BOT, OPERATOR
from chover.engine.state import ChatState
from chover.server.presence.notes import Devices, UserNote, Version
from chover.server.presence.versions import OLDEST


class _Label(NamedTuple):
    """``own`` reads it from the state, ``told`` from a note; ``change`` makes the one the other."""

    own: Callable[[ChatState, User], Any]
    told: Callable[[UserNote], Any]
    change: Callable[[Any, Any], Known]


def _modes(before: tuple[str, ...], after: tuple[str, ...]) -> Known:
    gone = [ModeChange(add=False, mode=mode) for mode in before if mode not in after]
    return UserModesSet((*gone, *[ModeChange(add=True, mode=mode) for mode in after if mode not in before]))


def _metadata(before: Mapping[str, str], after: Mapping[str, str]) -> Known:
    changed = {key: value for key, value in after.items() if before.get(key) != value}
    return MetadataSet({**dict.fromkeys(key for key in before if key not in after), **changed})


_LABELS: Final[dict[str, _Label]] = {
    "host": _Label(
        lambda _, user: (user.username, user.host),
        lambda note: (note.username, note.host),
        lambda _, after: HostSet(*after),
    ),
    "modes": _Label(lambda _, user: tuple(sorted(user.modes)), lambda note: note.modes, _modes),
    "metadata": _Label(lambda _, user: user.metadata, lambda note: note.metadata, _metadata),
    "realname": _Label(lambda _, user: user.realname, lambda note: note.realname, lambda _, text: RealnameSet(text)),
    "away": _Label(lambda _, user: user.away, lambda note: note.away, lambda _, text: AwaySet(text)),
    "blocks": _Label(
        lambda chat, user: chat.blocks.get(user.id, ()), lambda note: note.blocks, lambda _, masks: BlocksSet(masks)
    ),
    "accepts": _Label(
        lambda chat, user: tuple(chat.accepts.get(user.id, ())),
        lambda note: note.accepts,
        lambda _, who: AcceptsSet(who),
    ),
}
ALL: Final = tuple(_LABELS)
SETS: Final[Mapping[type, tuple[str, ...]]] = {
    Arrived: ALL,
    HostSet: ("host",),
    UserModesSet: ("modes",),
    MetadataSet: ("metadata",),
    RealnameSet: ("realname",),
    AwaySet: ("away",),
    BlocksSet: ("blocks",),
    AcceptsSet: ("accepts",),
    Renamed: (),
}
"""The labels whose version an event of this node moves."""


def note_of(chat: ChatState, user: User, devices: Devices, versions: dict[str, Version]) -> UserNote:
    return UserNote(
        user.id,
        devices,
        user.nick,
        user.labelled,
        user.username,
        user.host,
        user.account,
        user.realname,
        user.away,
        tuple(sorted(user.modes)),
        user.metadata,
        chat.blocks.get(user.id, ()),
        tuple(chat.accepts.get(user.id, ())),
        tuple(old for old, new in chat.formerly.items() if new == user.id) if chat.formerly else (),
        versions,
    )


def meeting(chat: ChatState, note: UserNote) -> Event:
    """The event by which a user becomes known: they arrive, or somebody who is known has logged in or out."""
    for old in note.formerly:
        if old in chat.users:
            return Event(NOWHERE, chat.users[old].source, Identified(note.id, note.account), at=chat.now())
    bot, oper = BOT in note.modes, OPERATOR in note.modes
    source = Source(note.id, note.nick, note.username, note.host, note.account, bot, oper)
    return Event(NOWHERE, source, Arrived(note.realname), note.labelled, at=chat.now())


def leaving(user: User, reason: str, msgid: str, at: int) -> Event:
    return Event(NOWHERE, user.source, Quit(reason), msgid, at=at)


def changes(chat: ChatState, user: User, note: UserNote, held: Mapping[str, Version], *, ours: bool) -> Iterator[Event]:
    """The events that bring a user to what a note says, one by one: the next sees the state after the one before.

    ``held`` are the versions known here. ``ours``: devices of the user are here, so a label that is as old is right.
    """
    if note.nick != user.nick:
        yield Event(NOWHERE, user.source, Renamed(note.nick), note.labelled, at=chat.now())
    for name, label in _LABELS.items():
        before, after = label.own(chat, user), label.told(note)
        version, known = note.versions.get(name, OLDEST), held.get(name, OLDEST)
        if before != after and (version > known or (version == known and not ours)):
            yield Event(NOWHERE, user.source, label.change(before, after), at=chat.now())
