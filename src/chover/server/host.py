"""One server process: it passes events to the chat and its readers, and protocol handlers call it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from chover import names
from chover.config import Config
from chover.engine import verbs
from chover.engine.apply import apply, takes_effect
from chover.engine.events import Arrived, ChannelRenamed, Event, Identified, Joined, ModesSet, Quit, Renamed, Said
from chover.engine.ids import NOWHERE, SERVER, channel_log
from chover.engine.labels import as_known
from chover.engine.model import Channel, User
from chover.engine.state import ChatState
from chover.ports import (
    Accounts,
    Bus,
    Observer,
    Peer,
    Present,
    Refused,
    Sink,
    Store,
    StoreError,
    Voice,
)
from chover.ports.measures import Measure
from chover.server.building import Equipment, build, nothing_more
from chover.server.commands.conversations.relaying import SCENE
from chover.server.delivery.audience import BEFORE_APPLY
from chover.server.delivery.pending_append import PendingAppend
from chover.server.handover import Handover
from chover.server.info import capabilities
from chover.server.info.introduction import introduction
from chover.server.lifecycle import begin_listening, close_forsaken, closing, end_all, wake_always_on
from chover.server.measures import measures
from chover.server.membership import channel_renames
from chover.server.membership.entering import introduce_elsewhere
from chover.server.membership.forgetting import Forgetting
from chover.server.membership.lobby import MESSAGES, Lobby
from chover.server.notifications.push_job import PushJob
from chover.server.pipeline.boot import recall, restore
from chover.server.pipeline.feed import Feed
from chover.server.pipeline.health import Health
from chover.server.pipeline.ledger import NotKept
from chover.server.pipeline.local_interest import LocalInterest
from chover.server.pipeline.pace import Pace
from chover.server.profile import drafts, preferences
from chover.server.rules import rules_of
from chover.server.scheduling.job import ScheduledJob, notice_departure, notice_end
from chover.server.services.table import SERVICES
from chover.server.session.announcements import announce, display_name
from chover.server.session.runner import log_label
from chover.server.session.session import Node, Session
from chover.server.users import devices, succession
from chover.wire import hello

_log = logging.getLogger(__name__)

QUIT_AGAIN_SECONDS: Final = 5.0
"""If a quit could not be kept (disk full, database gone), it is tried again after this time."""


class ChatHost:
    """Implements ports.Host: passes events from the store and the bus to the chat, and connects sessions to both.

    Everything runs on one event loop. ``equip`` is given the voice by which hooks speak, and says what else the
    server has. ``node`` is what handlers work with.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        bus: Bus,
        accounts: Accounts,
        cloak_key: bytes,
        observer: Observer | None = None,
        equip: Callable[[Voice], Equipment] = nothing_more,
    ) -> None:
        node = self.node = build(config, store, bus, accounts, cloak_key, observer, equip)
        self.chat = node.chat
        self.accounts, self.files, self.hooks, self.exports = accounts, node.files, node.hooks, node.exports
        self.previews, self.emoji = node.previews, node.emoji
        interest = LocalInterest(node.chat, node.fanout, node.ledger, bus) if bus.lossy else None
        self.feed = (
            Feed(store, self._apply)
            if interest is None
            else Feed(store, partial(_apply_in_any_order, node.chat, self._apply), interest)
        )
        self.pushes = PushJob(node, node.push, self.feed.applied) if node.push is not None else None
        """What pushes for all nodes, where ``run``."""
        self.scheduled = ScheduledJob(node, node.push)
        self._watching: list[asyncio.Task[None]] = []
        self.forgetting = Forgetting(node)
        self.ailment = Health(store).ailment
        self.clock_warning = node.ledger.clock.warning
        self.introduction = partial(introduction, node)
        self.lobby_room = Lobby(node)
        self._interest = interest
        if interest is not None:
            interest.watched = self.lobby_room.log
        self.messages = Pace(devices.now())
        self.handover = Handover(node, self.open_session)
        self.said = 0
        self._stopping = False
        self._departs = self.depart
        for service in SERVICES.values():
            node.chat.reservations.claim(names.fold(service.nick), SERVER)
        node.chat.reservations.claim(names.fold(SCENE), SERVER)
        self._bus = bus

    def measures(self) -> list[Measure]:
        return measures(self.node, self.messages.total)

    # ---- beginning -----------------------------------------------------------------------------------------------

    async def boot(self, kept: Sequence[bytes] = ()) -> None:
        """Take up the state of the last run, and close the memberships that it left open. Raises StoreError.

        ``kept`` are sessions that the last run has written down (``freeze``): their users are not gone.
        """
        await self.node.moderation.load()
        await self.node.connections.begin()
        await self.feed.survey()
        snapshot = await self.node.store.load()
        self.node.ledger.clock.begin(snapshot.newest)
        here = self.handover.bring_back(kept)
        restore(self.chat, snapshot)
        recall(self.chat, self.node.accounts.everybody())
        self.feed.begin({channel_log(row.id): row.head for row in snapshot.channels})
        self._watching = begin_listening(self.node, self.feed, self._bus, self._interest, self.pushes)
        wake_always_on(self.node)
        self.handover.give_back()
        elsewhere = await self.node.presence.claims.claim_again(here)
        left = {
            row.user: row
            for row in snapshot.members
            if row.user not in here
            and row.user not in elsewhere
            and not devices.always_on(self.node, self.chat.users[row.user])
        }
        try:
            await asyncio.gather(*[self.node.ledger.commit(partial(closing, self.node, row)) for row in left.values()])
            await succession.settle(self.node)
            await close_forsaken(self.node, list(self.chat.channels.values()), restart=True)
        except NotKept as error:
            raise StoreError(str(error)) from error
        await self.lobby_room.read()

    # ---- events --------------------------------------------------------------------------------------------------

    def _apply(self, event: Event) -> None:
        """Apply one event in its order. A bug in one event must not block the later ones, whose authors wait."""
        try:
            self._happen(event)
        except Exception:  # noqa: BLE001 - a bug ends an event, not the server
            # Without its contents, which are private.
            _log.exception("event %d of %r, %s, could not be applied", event.seq, event.log, type(event.body).__name__)

    def _happen(self, event: Event) -> None:
        """Change the state, and tell everybody concerned."""
        pending = self.node.ledger.pending.get(event.msgid)
        if type(event.body) in BEFORE_APPLY:
            self._depart(event, pending)
            return
        if apply(self.chat, event):
            self.node.fanout.deliver(event, pending)
            if type(event.body) in MESSAGES:
                if isinstance(event.body, Said):
                    self.messages.note(event.at)
                self.lobby_room.notice(event)
            elif (follow := _AFTER.get(type(event.body))) is not None:
                follow(self.node, event, event.body, pending)

    def _depart(self, event: Event, pending: PendingAppend[Session] | None) -> None:
        if takes_effect(self.chat, event):
            self.node.fanout.deliver(event, pending)
            self._note_departure(event)
        apply(self.chat, event)
        if pending is not None:
            notice_departure(self.node, event)
        if event.log == NOWHERE:
            _follow_departure(self.node, event)
        channel = self.chat.channels.get(event.log)
        if channel is not None and not channel.members:
            self._emptied(channel)

    def _emptied(self, channel: Channel) -> None:
        if verbs.close_forsaken(self.chat, channel, restart=self._stopping).events:
            self.node.spawn(self._close_emptied(channel))
        else:
            self.forgetting.emptied()

    async def _close_emptied(self, channel: Channel) -> None:
        try:
            await close_forsaken(self.node, [channel], restart=self._stopping)
        except NotKept as error:
            _log.error("could not end the empty channel %s, so it stays: %s", channel.name, error)

    def _note_departure(self, event: Event) -> None:
        """A nick is given up, for another or for good."""
        user = self.chat.users.get(event.source.id)
        if event.log == NOWHERE and user is not None:
            self.node.whowas.note(event.source, user.folded, user.realname, event.at)

    # ---- what the protocol handlers call --------------------------------------------------------------------------

    def admit(self, address: str) -> None:
        try:
            self.node.moderation.require_address(address)
            self.node.gate.admit(address)
        except Refused as refused:
            self.node.gate.refused[refused.kind] += 1
            raise

    def dismiss(self, address: str) -> None:
        self.node.gate.dismiss(address)

    def open_session(self, peer: Peer, sink: Sink) -> Session:
        session = Session(self.node, peer, sink, self._departs)
        self.node.sessions.add(session)
        self.node.presence.unregistered.changed()
        return session

    def lobby(self) -> str:
        return self.lobby_room.name

    def lobby_tail(self) -> list[hello.LegacyMessage]:
        return self.lobby_room.tail()

    def watch_lobby(self, receive: Callable[[hello.LegacyMessage], None]) -> Callable[[], None]:
        return self.lobby_room.watch(receive)

    def depart(self, session: Session, reason: str) -> None:
        """A session is over. The user leaves with the last session, and the connection closes when that is kept."""
        self.node.sessions.discard(session)
        self.node.presence.unregistered.changed()
        user = session.user
        if user is None:
            session.sink.close()
            return
        self.node.gate.departed(session.peer.address)
        self.node.connections.gone(session)
        _log.info("disconnected: %s", log_label(session))
        self.node.fanout.detach(session, user.id)
        if devices.nobody_left(self.node, user):
            self.node.spawn(self._quit(user, reason, session))
        else:
            session.sink.close()
        devices.gone(session, user)
        announce(session)
        if self.node.observer is not None:
            self.node.observer.disconnected(
                session.peer, display_name(session), session.version or hello.UNKNOWN_VERSION
            )

    async def _quit(self, user: User, reason: str, session: Session) -> None:
        """Retry until the departure is stored: a user who stayed a member would hold the nick until a restart."""
        while True:
            try:
                await devices.leave_if_last(self.node, user, reason)
            except NotKept as error:
                _log.error("could not save yet that %s has left: %s", user.nick, error)
            else:
                return
            finally:
                session.sink.close()
            if self._stopping:
                return
            await asyncio.sleep(QUIT_AGAIN_SECONDS)

    # ---- what the operator asks ----------------------------------------------------------------------------------

    def present(self) -> list[Present]:
        """Everybody who is online, a row for each session, by nick."""
        rows = [_present(session, session.user) for session in self.node.sessions if session.user is not None]
        return sorted(rows, key=lambda row: row.nick.lower())

    def reconfigure(self, config: Config) -> None:
        """Apply settings that may change while people are online: texts, limits, history, channels."""
        self.node.config = config
        self.node.gate.limits = config.limits
        self.node.cloaks.shown = config.server.cloak
        self.node.fanout.readers.quiet_above = config.channels.quiet_above
        self.lobby_room.resize()
        capabilities.renew(self.node)
        # The names in use were folded by the old mapping.
        self.chat.rules = replace(rules_of(config), casemapping=self.chat.rules.casemapping)

    # ---- the end -------------------------------------------------------------------------------------------------

    async def close(self, reason: str, bound: float) -> None:
        """Tell everybody why, write what is queued within ``bound`` seconds, and stop."""
        self._stopping = True
        # Input is ignored from now on; pending messages are still answered, then everybody is told.
        for session in self.node.sessions:
            session.lines.clear()
        try:
            await asyncio.wait_for(end_all(self.node, reason), bound)
        except TimeoutError:
            for session in list(self.node.sessions):
                session.end(reason)
                session.sink.close()
            self.node.outbox.flush()
            self.node.tasks.cancel()
        for task in self._watching:
            task.cancel()


def _follow_login(node: Node, event: Event, body: Identified, _: object) -> None:
    node.presence.claims.follow(event)
    node.presence.where.arrived(body.who)


def _follow_join(node: Node, event: Event, _: Joined, pending: object) -> None:
    if pending is None and (here := node.fanout.sessions.get(event.source.id)):
        node.spawn(introduce_elsewhere(here, node.chat.channels[event.log]))


def _follow_arrival(node: Node, event: Event, _: Arrived, __: object) -> None:
    node.most_users = max(node.most_users, len(node.chat.users))
    node.presence.where.arrived(event.source.id)


def _follow_rename(node: Node, event: Event, body: ChannelRenamed, _: object) -> None:
    channel = node.chat.channels[event.log]
    channel_renames.tell(node.fanout.subscribers(event.log).sessions(), channel, event)
    node.spawn(preferences.follow(node, body.old, channel))
    node.spawn(drafts.follow(node, body.old, channel))


_AFTER: Final[dict[type, Callable[..., None]]] = {
    Identified: _follow_login,
    Joined: _follow_join,
    Arrived: _follow_arrival,
    ChannelRenamed: _follow_rename,
    ModesSet: lambda node, _, body, __: notice_end(node, body),
}
"""What follows from an event that was applied and delivered, beside what it says itself."""


def _follow_departure(node: Node, event: Event) -> None:
    """A nick was given up, for another or for good."""
    who = event.source.id
    node.presence.claims.follow(event)
    if type(event.body) is Renamed:
        node.connections.relabelled(who)
    elif isinstance(event.body, Quit) and who not in node.chat.users:
        node.presence.gone(who, event.body.reason)


def _apply_in_any_order(chat: ChatState, apply_one: Callable[[Event], None], event: Event) -> None:
    for each in as_known(chat, event):
        apply_one(each)


def _present(session: Session, user: User) -> Present:
    peer = session.peer
    channels = tuple(sorted(channel.name for channel in user.channels.values()))
    return Present(
        user.id,
        user.nick,
        peer.address,
        peer.port,
        peer.protocol,
        session.since,
        user.account,
        session.version,
        channels,
    )
