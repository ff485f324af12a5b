"""What this node tells the others of the users whose devices it has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from chover.engine.events import Event, Identified, Quit
from chover.engine.ids import NOWHERE, LogId, UserId
from chover.engine.state import ChatState
from chover.ports.bus import Cluster
from chover.server.presence import labels, notes
from chover.server.presence.notes import NO_DEVICES, Devices, Item, LeftNote, Note, Page, PeopleChanged, UserNote
from chover.server.presence.versions import Versions

COUNT_SECONDS: Final = 0.02
"""Between two notes of how many connections are nobody's."""
TOGETHER: Final = 100
"""So many changes go into one message at most."""


class UnregisteredCount:
    """How many connections to this node are nobody's yet, which the others are told by ``tell`` when it changes."""

    def __init__(self, tell: Callable[[], None], *, active: bool) -> None:
        self._tell = tell
        self._active = active
        self.now: Callable[[], int] = lambda: 0
        """Set by the composition of the server."""
        self._told = 0
        self._waiting: asyncio.Handle | None = None

    def take(self) -> int:
        """The number, which the others are told now."""
        self._told = self.now()
        return self._told

    def changed(self) -> None:
        """A connection has come, has become somebody's, or has gone."""
        if self._active and self._waiting is None:
            self._waiting = asyncio.get_running_loop().call_soon(self._look)

    def _look(self) -> None:
        self._waiting = None
        if self.now() != self._told:
            self._tell()
            self._waiting = asyncio.get_running_loop().call_later(COUNT_SECONDS, self._look)

    def close(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()


class PresenceAnnouncer:
    """Numbers what has changed, and says it at the end of the turn by ``say``."""

    def __init__(
        self,
        chat: ChatState,
        sessions: Mapping[UserId, Sequence[Any]],
        versions: Versions,
        cluster: Cluster,
        say: Callable[[Note], None],
    ) -> None:
        self._chat = chat
        self._sessions = sessions
        self._versions = versions
        self._cluster = cluster
        self._say = say
        self._number = 0
        self._touched: dict[UserId, None] = {}
        """Users of whom something was said here: they may have devices on other nodes only by now."""
        self._changed: list[UserId | LeftNote] = []
        self._armed = False
        self.unregistered: Callable[[], int] = lambda: 0
        """How many connections to this node are nobody's yet."""

    @property
    def own(self) -> tuple[str, int]:
        """The id of this node, and its run."""
        return self._cluster.node, self._cluster.epoch

    def note_events(self, events: Sequence[Event]) -> None:
        """Events that were published here."""
        for event in events:
            if event.log == NOWHERE:
                self._note_event(event)

    def _note_event(self, event: Event) -> None:
        who, body = event.source.id, event.body
        if isinstance(body, Quit):
            self.note(LeftNote(who, body.reason, event.msgid, event.at))
        elif isinstance(body, Identified):
            # What is known of an earlier run of the account's user is older than what the guest has said.
            self._versions.forget(who)
            self._stamp(body.who, labels.ALL)
        elif type(body) in labels.SETS and who in self._chat.users:
            self._stamp(who, labels.SETS[type(body)])

    def _stamp(self, who: UserId, names: tuple[str, ...]) -> None:
        self._versions.stamp(who, names, self._cluster.node, self._chat.now())
        self.note(who)

    def note(self, what: UserId | LeftNote) -> None:
        """Something of a user, or of their devices here, has changed."""
        self._changed.append(what)
        if not isinstance(what, LeftNote):
            self._touched[what] = None
        if not self._armed:
            self._armed = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Tell the others what has changed in this turn."""
        self._armed = False
        changed, self._changed = self._changed, []
        items = list(self._items(changed))
        for first in range(0, len(items), TOGETHER):
            self._number += 1
            self._say(PeopleChanged(*self.own, self._number, tuple(items[first : first + TOGETHER])))

    def _items(self, changed: Sequence[UserId | LeftNote]) -> Iterator[Item]:
        last = {what: place for place, what in enumerate(changed)}
        for place, what in enumerate(changed):
            if isinstance(what, LeftNote):
                yield what
            elif last[what] == place and what in self._chat.users:
                yield self._describe(what)

    def _describe(self, who: UserId) -> UserNote:
        devices = _devices(self._sessions.get(who, ()))
        return labels.note_of(self._chat, self._chat.users[who], devices, self._versions.of(who))

    def beat(self, *, hello: bool = False) -> notes.Beat:
        self.flush()
        return notes.Beat(*self.own, self._number, hello, self.unregistered())

    def everybody(self) -> Iterator[Page]:
        self.flush()
        self._touched = {who: None for who in self._touched if who in self._chat.users}
        users = [who for who in {**self._touched, **dict.fromkeys(self._sessions)} if who in self._chat.users]
        portions = list(notes.portions([self._describe(who) for who in users]))
        for place, portion in enumerate(portions):
            yield Page(*self.own, self._number, place, len(portions), portion)


class ReadNews:
    """What was read on this node, for the node that pushes; ``heard`` is told what was read on others."""

    def __init__(self, send: Callable[[Note], None], announcer: PresenceAnnouncer, *, active: bool) -> None:
        self._send = send
        self._announcer = announcer
        self._active = active
        self.heard: Callable[[UserId, LogId, int], None] = lambda *_: None
        """Set by the composition of the server."""

    def tell(self, who: UserId, log: LogId, at: int) -> None:
        """Somebody has read a conversation up to a time, in ms since 1970. If this is lost, nobody notices."""
        if self._active:
            self._send(notes.ReadNote(*self._announcer.own, who, log, at))


def _devices(sessions: Sequence[Any]) -> Devices:
    """What others are told of the devices of a user here."""
    if not sessions:
        return NO_DEVICES
    away = "" if any(not each.away for each in sessions) else next(each.away for each in reversed(sessions))
    addresses = tuple(dict.fromkeys(each.peer.address for each in sessions))
    secure = all(each.peer.tls for each in sessions)
    return Devices(len(sessions), away, secure, min(each.since for each in sessions), addresses)
