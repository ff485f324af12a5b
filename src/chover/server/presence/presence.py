"""The users of other nodes: hears what these say of theirs, and says what this node knows of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic

import msgspec

from chover.engine.events import Event
from chover.engine.ids import UserId
from chover.engine.state import ChatState
from chover.ports import Bus, StoreError
from chover.ports.bus import Cluster
from chover.server.delivery.recipient import C, Recipient
from chover.server.presence import notes
from chover.server.presence.announcer import PresenceAnnouncer, ReadNews, UnregisteredCount
from chover.server.presence.claims import NickClaims
from chover.server.presence.notes import NodeNote, Note
from chover.server.presence.orders import Orders
from chover.server.presence.peer import PeerNode
from chover.server.presence.versions import Versions
from chover.server.presence.whereabouts import Residents, Whereabouts
from chover.wire.capabilities import Cap

_log = logging.getLogger(__name__)

BEAT_SECONDS: Final = 1.0
"""So late the loss of the last message is noticed."""
ASK_SECONDS: Final = 1.0
"""Between two questions to a node for everybody."""
MEET_SECONDS: Final = 3.0
"""So long a node that starts waits for what the others say."""


class Presence(Generic[C]):
    """On a node that is alone it sends nothing, hears nothing and keeps nothing."""

    def __init__(self, chat: ChatState, sessions: Mapping[UserId, Sequence[C]], bus: Bus, cluster: Cluster) -> None:
        self._chat = chat
        self._sessions = sessions
        self._bus = bus
        self._cluster = cluster
        self.active = bus.lossy and not cluster.alone
        self._versions = Versions()
        self.where = Whereabouts(chat, sessions, self._versions)
        self.devices = self.where.devices
        self._announcer = PresenceAnnouncer(chat, sessions, self._versions, cluster, self._send)
        self.orders = Orders(self._send)
        self.claims = NickClaims(chat, cluster)
        self.unregistered = UnregisteredCount(lambda: self._send(self._announcer.beat()), active=self.active)
        self._announcer.unregistered = self.unregistered.take
        self._ended: dict[str, int] = {}
        """The last run of each node that is over."""
        self._met = asyncio.Event()
        self.reading = ReadNews(self._send, self._announcer, active=self.active)
        self._handlers: dict[type, Callable[[PeerNode, Any], None]] = {
            notes.PeopleChanged: self._hear_told,
            notes.Beat: self._hear_beat,
            notes.Ask: self._answer,
            notes.Page: self._hear_page,
            notes.RunEnded: lambda peer, _: self._drop(peer),
            notes.Order: lambda _, order: self.orders.receive(self._announcer.own, order),
            notes.ToDevices: lambda _, told: _tell(self._sessions.get(told.user, ()), told),
            notes.ReadNote: lambda _, told: self.reading.heard(told.user, told.log, told.at),
            notes.Done: lambda _, done: self.orders.answered(done),
        }

    # ---- asked by others on this node --------------------------------------------------------------------------------

    def changed(self, who: UserId) -> None:
        """The devices of a user on this node have changed, or one of them is away or back."""
        if self.active:
            self._announcer.note(who)
            self.unregistered.changed()

    def gone(self, who: UserId, reason: str) -> None:
        """Somebody has left the server, as this node, the log or another node says. No session goes on without them."""
        for session in list(self._sessions.get(who, ())):
            session.end(reason)
        self._versions.forget(who)
        self.where.suspect(who)

    def end_elsewhere(self, who: UserId, words: str, by: str = "") -> int:
        """Have the sessions of a user on other nodes ended. Returns how many are known; none by a token."""
        self.orders.give(self._announcer.own, self.where.peers, who, words, by)
        return 0 if by else sum(devices.count for devices in self.devices(who))

    def tell_devices(self, who: UserId, cap: Cap, line: bytes) -> None:
        """Send a line to the devices of a user on other nodes; a lost one is read again at the next connection."""
        if self.active and self.devices(who):
            self._send(notes.ToDevices(*self._announcer.own, who, cap.value, line))

    # ---- beginning and end -------------------------------------------------------------------------------------------

    def begin(self, apply: Callable[[Event], None], residents: Residents) -> None:
        """Hear the other nodes, and be heard."""
        self.where.begin(apply, residents)
        self._bus.listen(self._cluster.node, self._receive)
        self._bus.subscribe(self._announcer.note_events, own=True)
        self._send(self._announcer.beat(hello=True))

    async def meet(self) -> None:
        """Wait until all other nodes have said who is there, MEET_SECONDS at most. Raises StoreError."""
        if not self.active:
            return
        others = {facts.id for facts in await self._cluster.nodes()} - {self._cluster.node}
        try:
            async with asyncio.timeout(MEET_SECONDS):
                while not all(node in self.where.peers and self.where.peers[node].known for node in others):
                    self._met.clear()
                    await self._met.wait()
        except TimeoutError:
            _log.warning("some nodes have not said yet who is there: people on them appear when they do")

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self.beat()

    async def beat(self) -> None:
        """What is done once a second."""
        self._send(self._announcer.beat())
        await self._drop_dead()
        self.where.look()
        for peer in list(self.where.peers.values()):
            self._ask(peer)
        self.orders.repeat(self.where.peers)

    def end(self) -> None:
        """Everybody here has left."""
        self.unregistered.close()
        if self.active:
            self._announcer.flush()
            self._send(notes.RunEnded(*self._announcer.own))

    # ---- what others say ---------------------------------------------------------------------------------------------

    def _receive(self, data: bytes) -> None:
        try:
            note = notes.decode(data)
        except msgspec.MsgspecError as error:
            _log.warning("what another node says of its users cannot be read, is it a newer version? %s", error)
            return
        peer = self._peer(note)
        if peer is not None:
            peer.heard = asyncio.get_running_loop().time()
            self._handlers[type(note)](peer, note)

    def _peer(self, note: NodeNote) -> PeerNode | None:
        """The node that says it; None for this one, and for a run that is over."""
        if note.node == self._cluster.node or note.epoch <= self._ended.get(note.node, 0):
            return None
        peer = self.where.peers.setdefault(note.node, PeerNode(note.node, note.epoch))
        if note.epoch > peer.epoch:
            peer.begin_again(note.epoch)
        return peer if note.epoch == peer.epoch else None

    def _hear_told(self, peer: PeerNode, told: notes.PeopleChanged) -> None:
        for due in peer.take(told):
            self.where.take(peer, due.items)
        self._ask(peer)

    def _hear_beat(self, peer: PeerNode, beat: notes.Beat) -> None:
        peer.beat(beat.number, beat.unregistered)
        self._ask(peer)
        if beat.hello:
            self._send(self._announcer.beat(), peer.node)

    def _ask(self, peer: PeerNode) -> None:
        now = asyncio.get_running_loop().time()
        if peer.lacks and now - peer.asked >= ASK_SECONDS:
            peer.asked = now
            self._send(notes.Ask(*self._announcer.own), peer.node)

    def _answer(self, peer: PeerNode, _: notes.Ask) -> None:
        for page in self._announcer.everybody():
            self._send(page, peer.node)

    def _hear_page(self, peer: PeerNode, page: notes.Page) -> None:
        users = peer.collect(page)
        if users is None:
            return
        self.where.replace(peer, users)
        for due in peer.rest():
            self.where.take(peer, due.items)
        self._met.set()

    async def _drop_dead(self) -> None:
        """Drop nodes that are silent, and whose run is over for the store."""
        now = asyncio.get_running_loop().time()
        silent = [peer for peer in self.where.peers.values() if now - peer.heard > self._cluster.lease_seconds]
        if not silent:
            return
        try:
            runs = {facts.id: facts.epoch for facts in await self._cluster.nodes()}
        except StoreError as error:
            _log.debug("cannot see yet which nodes are gone: %s", error)
            return
        for peer in silent:
            if runs.get(peer.node) != peer.epoch:
                self._drop(peer)

    def _drop(self, peer: PeerNode) -> None:
        """A node is gone, and so is what it said."""
        self._ended[peer.node] = peer.epoch
        self.where.peers.pop(peer.node, None)
        for who in peer.users:
            self.where.let_go(who)

    def _send(self, note: Note, node: str = "") -> None:
        """To one node, or to all others."""
        self._bus.send(notes.encode(note), node)


def _tell(sessions: Sequence[Recipient], told: notes.ToDevices) -> None:
    for session in sessions:
        if Cap(told.cap) in session.caps:
            session.send(told.line)
