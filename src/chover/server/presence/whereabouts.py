"""Where the devices of all users are, and what becomes of users when another node says something."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from chover.engine.events import AwaySet, Event
from chover.engine.ids import NOWHERE, UserId, order_of
from chover.engine.model import User
from chover.engine.state import ChatState
from chover.names import BadName
from chover.server.presence import labels
from chover.server.presence.notes import NO_DEVICES, Devices, Item, LeftNote, UserNote
from chover.server.presence.peer import PeerNode
from chover.server.presence.versions import Versions

_log = logging.getLogger(__name__)

WAITS: Final = 2
"""So many beats nobody leaves whom no node holds any more: their own node says that better."""
HEAR_SECONDS: Final = 2.0
"""So long a login waits for what another node says of the account."""
GONE: Final = "Connection lost"
"""Why somebody left whose node has not said it."""


class Residents(Protocol):
    """What has to be known of users' accounts."""

    def rests(self, user: User) -> str | None:
        """The away message of somebody who stays without a device; None for everybody else."""

    def settle(self, user: User) -> None:
        """The devices of a user on other nodes have changed, who has some here, too."""


class Whereabouts:
    """The other nodes and their users. ``apply`` applies an event that another node has not sent as such."""

    def __init__(self, chat: ChatState, sessions: Mapping[UserId, Sequence[Any]], versions: Versions) -> None:
        self._chat = chat
        self._sessions = sessions
        self._versions = versions
        self.peers: dict[str, PeerNode] = {}
        self.orphans: dict[UserId, int] = {}
        """Users whom no node is known to hold, and for how many beats."""
        self._suspects: set[UserId] = set()
        self.apply: Callable[[Event], None] = lambda _: None
        self._residents: Residents | None = None
        self._news = asyncio.Event()

    def begin(self, apply: Callable[[Event], None], residents: Residents) -> None:
        """Users who are known already and held by none are looked at later."""
        self.apply, self._residents = apply, residents
        self.orphans = dict.fromkeys(self._chat.users, 0)

    def devices(self, who: UserId) -> list[Devices]:
        """The devices of a user on each other node that has some."""
        return [peer.users[who] for peer in self.peers.values() if who in peer.users]

    def held(self, who: UserId) -> bool:
        """Whether some node has devices of a user."""
        return who in self._sessions or any(who in peer.users for peer in self.peers.values())

    async def heard(self, who: UserId, *, there: bool) -> None:
        """Wait until this node has heard that somebody is there, or is gone; HEAR_SECONDS at most."""
        try:
            async with asyncio.timeout(HEAR_SECONDS):
                while (who in self._chat.users) is not there:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            _log.info("it was not heard in time whether a user is on another node")

    def arrived(self, who: UserId) -> None:
        """Somebody has arrived, or has another id, as this node, the log or another node says."""
        self._news.set()
        if self._residents is not None and not self.held(who):
            self.orphans.setdefault(who, 0)

    # ---- what a node says --------------------------------------------------------------------------------------------

    def take(self, peer: PeerNode, items: Sequence[Item]) -> None:
        for item in items:
            if isinstance(item, LeftNote):
                self._left(peer, item)
            else:
                self._merge(peer, item)

    def replace(self, peer: PeerNode, users: Sequence[UserNote]) -> None:
        """These are all users of a node."""
        for who in peer.users.keys() - {user.id for user in users}:
            del peer.users[who]
            self.let_go(who)
        self.take(peer, users)

    def _left(self, peer: PeerNode, note: LeftNote) -> None:
        peer.users.pop(note.id, None)
        user = self._chat.users.get(note.id)
        came_again = user is not None and order_of(user.labelled) > order_of(note.msgid)
        if user is not None and not came_again and not self.held(note.id):
            self.apply(labels.leaving(user, note.reason, note.msgid, note.at))

    def _merge(self, peer: PeerNode, note: UserNote) -> None:
        before = peer.users.pop(note.id, NO_DEVICES)
        if note.devices.count:
            peer.users[note.id] = note.devices
            self.orphans.pop(note.id, None)
            if note.id not in self._chat.users:
                self._meet(note)
        user = self._chat.users.get(note.id)
        if user is None:
            return
        self._follow(peer, note)
        ours = note.id in self._sessions
        for event in labels.changes(self._chat, user, note, self._versions.of(note.id), ours=ours):
            self.apply(event)
        self._versions.learn(note.id, note.versions)
        if not note.devices.count:
            self.let_go(note.id)
        elif ours and before != note.devices:
            self._settle(user)

    def _follow(self, peer: PeerNode, note: UserNote) -> None:
        """The same person under an earlier id, of whom the log may tell later."""
        for old in note.formerly:
            peer.users.pop(old, None)
            if old in self._chat.users:
                self.let_go(old)
            else:
                self._chat.formerly[old] = note.id

    def _meet(self, note: UserNote) -> None:
        self._make_room(note)
        self._versions.forget(note.id)
        self.apply(labels.meeting(self._chat, note))

    def _make_room(self, note: UserNote) -> None:
        """Somebody who has the nick here and is held by nobody has left, and their node could not say it."""
        try:
            other = self._chat.nicks.get(self._chat.rules.same_nick(note.nick))
        except BadName:
            return
        if other is not None and other.id not in note.formerly and not self.held(other.id):
            self.apply(labels.leaving(other, GONE, "", self._chat.now()))

    def let_go(self, who: UserId) -> None:
        """A node has no devices of a user any more."""
        user = self._chat.users.get(who)
        if user is None:
            return
        if who in self._sessions:
            self._settle(user)
        elif not self.held(who):
            self.orphans[who] = 0

    def _settle(self, user: User) -> None:
        if self._residents is not None:
            self._residents.settle(user)

    # ---- what is looked at once a second -----------------------------------------------------------------------------

    def suspect(self, who: UserId) -> None:
        """Somebody has left, and a node may still say that they are there."""
        self._news.set()
        if self.peers:
            self._suspects.add(who)

    def look(self) -> None:
        """Doubt nodes that have users who have left, and end users whom no node has."""
        suspects, self._suspects = self._suspects, set()
        for who in suspects - self._chat.users.keys():
            for peer in self.peers.values():
                if who in peer.users:
                    peer.doubt()
        for who, beats in list(self.orphans.items()):
            self._look_at_orphan(who, beats)

    def _look_at_orphan(self, who: UserId, beats: int) -> None:
        user = self._chat.users.get(who)
        if user is None or self.held(who):
            del self.orphans[who]
            return
        self.orphans[who] = beats + 1
        if beats >= WAITS and all(peer.known for peer in self.peers.values()):
            self._end_orphan(user)

    def _end_orphan(self, user: User) -> None:
        """Those who stay are away; members of channels leave by what the logs say (lifecycle.AbsentUsers)."""
        away = self._residents.rests(user) if self._residents is not None else None
        if away is not None:
            if user.away != away:
                self.apply(Event(NOWHERE, user.source, AwaySet(away), at=self._chat.now()))
            del self.orphans[user.id]
        elif not user.channels:
            self.apply(labels.leaving(user, GONE, "", self._chat.now()))
            self.orphans.pop(user.id, None)
