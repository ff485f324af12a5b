"""One server process: the chat's state, what brings events to it, and what the doors call."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any, Final

from chover import names
from chover.config import Config
from chover.engine.chat import Chat
from chover.engine.decision import Append
from chover.engine.events import ChannelRenamed, Event, Renamed, Said, Source
from chover.engine.ids import NOWHERE, RUN_CHARS, SERVER, LogId, UserId, channel_log
from chover.engine.model import Channel, User
from chover.ports import (
    Account,
    Accounts,
    Bus,
    Files,
    Hooks,
    MemberRow,
    NoFiles,
    Observer,
    OpenSession,
    Peer,
    Present,
    Sink,
    Store,
    StoreError,
)
from chover.ports.push import Push
from chover.server import devices, drafts, likeness, marks, offers, succession
from chover.server.afterwards import EditsTold
from chover.server.arrivals import announce
from chover.server.audience import BEFORE_APPLY
from chover.server.boot import recall, restore
from chover.server.caller_id import Callers
from chover.server.cloaks import Cloaks
from chover.server.commands.relaying import SCENE
from chover.server.entrances import Entrances
from chover.server.fanout import Fanout
from chover.server.feed import Feed
from chover.server.forgetting import Forgetting
from chover.server.health import Health
from chover.server.ledger import Ledger, NotKept
from chover.server.limits import Gate
from chover.server.lobby import MESSAGES, Lobby
from chover.server.measures import measures
from chover.server.moderation import Moderation
from chover.server.msgids import Msgids
from chover.server.outbox import Outbox
from chover.server.reporting import Pace
from chover.server.rules import rules_of
from chover.server.services.table import SERVICES
from chover.server.session import Session
from chover.server.table import COMMANDS
from chover.server.unit import Unit
from chover.server.visits import Visits
from chover.server.whowas import Whowas
from chover.wire import hello
from chover.wire.invite import Link

_log = logging.getLogger(__name__)

QUIT_AGAIN_SECONDS: Final = 5.0
"""After a quit could not be kept (disk full, database gone) it is tried again."""
RESTARTED: Final = "The server was restarted"


class Node:
    """Wires the engine to a store and a bus. Everything runs on one event loop."""

    reload: Callable[[], Awaitable[list[str]]] | None = None
    """Rereads the settings; what changed. Raises ValueError. Set by who reads them."""
    link: Callable[[str], Awaitable[Link]] | None = None
    """Makes a link of an invitation's token. Set by who knows where others reach this server."""
    push: Push | None = None
    """Set by who has it."""
    hooks: Hooks | None = None
    """Set by who has them."""

    def __init__(
        self, config: Config, store: Store, bus: Bus, accounts: Accounts, observer: Observer | None = None
    ) -> None:
        self.config = config
        self.store = store
        self.accounts = accounts
        self.entrances = Entrances()
        self.observer = observer
        self.name = config.server.server_name
        self.started = time.time()
        self.most_users = 0
        self.files: Files = NoFiles()
        """Set by who has them."""
        self.read: Callable[[UserId, LogId, int], None] = lambda *_: None
        """Told up to where (ms since 1970) an account has read a conversation. Set by who calls people to it."""
        self.reached_at = f"{self.name}:{config.server.port}"
        """Host and port under which people reach this server, as far as it knows."""
        self.chat = Chat(rules_of(config), partial(secrets.token_hex, 8), devices.now)
        loop = asyncio.get_running_loop()
        self.outbox = Outbox(loop.call_soon)
        self.fanout = Fanout(self.chat, self.outbox, config.channels.quiet_above)
        self.feed = Feed(store, self._apply)
        self.ledger = Ledger(store, bus, Msgids(partial(secrets.token_hex, RUN_CHARS // 2)), self.fanout.flush)
        self.gate = Gate(config.limits, time.monotonic)
        self.moderation = Moderation(self)
        self.visits = Visits(self)
        self.whowas = Whowas()
        self.forgetting = Forgetting(self)
        self.pace = Pace()
        self.callers = Callers()
        self.ailment = Health(store).ailment
        self.measures = partial(measures, self)
        self.said = 0
        self.commands = COMMANDS
        self.offered = offers.offered(self)
        self.sessions: set[Session] = set()
        self.cloaks = Cloaks(store.secret("cloak"), shown=config.server.cloak)
        self.lobby_room = Lobby(self)
        self.edits_told = EditsTold(self)
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        for service in SERVICES.values():
            self.chat.claim(names.fold(service.nick), SERVER)
        self.chat.claim(names.fold(SCENE), SERVER)
        bus.subscribe(self.feed.receive)

    # ---- beginning -----------------------------------------------------------------------------------------------

    async def boot(self) -> None:
        """Take up the state of the last run, and close the memberships that it left open. Raises StoreError."""
        self.moderation.load()
        await self.visits.begin()
        snapshot = self.store.load()
        restore(self.chat, snapshot)
        recall(self.chat, self.accounts.everybody())
        self.feed.applied.update({channel_log(row.id): row.head for row in snapshot.channels})
        self._wake_always_on()
        left = {row.user: row for row in snapshot.members if not devices.always_on(self, self.chat.users[row.user])}
        try:
            await asyncio.gather(*[self.ledger.commit(partial(self._closing, row)) for row in left.values()])
            await succession.settle(self)
            await self._close_forsaken(list(self.chat.channels.values()))
        except NotKept as error:
            raise StoreError(str(error)) from error
        await self.lobby_room.read()

    def _wake_always_on(self) -> None:
        """Whoever is always on is there, without a device, as before the restart."""
        for account in self.accounts.everybody():
            user = self.chat.users.get(account.id) or self._sleeper(account)
            if user is not None and devices.always_on(self, user):
                user.away = devices.GONE
                user.realname = account.settings.realname or user.realname
                user.metadata.update(likeness.own_only(self, user, account.settings.metadata))
                self.chat.show_as(user)
                user.modes.update(account.settings.modes)

    def _sleeper(self, account: Account) -> User | None:
        """The user of an account that is always on and was in no channel."""
        source = Source(account.id, account.name, "~" + "user", self.cloaks.of_account(account.id), account.name)
        sleeps = devices.always_on(self, User(account.id, account.name, account.folded, "", "", account=account.name))
        return self.chat.meet(source, account.name) if sleeps and account.folded not in self.chat.nicks else None

    def _closing(self, row: MemberRow) -> Append:
        return self.quitting(self.chat.users[row.user], RESTARTED)

    # ---- events --------------------------------------------------------------------------------------------------

    def _apply(self, event: Event) -> None:
        """An event in its order. A bug that one meets must not stop those behind it, or who sent them would wait."""
        try:
            self._happen(event)
        except Exception:  # noqa: BLE001 - a bug ends an event, not the server
            _log.exception("event %d of %r could not be applied: %r", event.seq, event.log, event.body)

    def _happen(self, event: Event) -> None:
        """Change the state, and bring it to those it concerns."""
        unit = self.ledger.units.get(event.msgid)
        if type(event.body) in BEFORE_APPLY:
            self._depart(event, unit)
            return
        if self.chat.apply(event):
            self.fanout.deliver(event, unit)
            if type(event.body) in MESSAGES:
                self.said += isinstance(event.body, Said)
                self.lobby_room.notice(event)
            elif type(event.body) is ChannelRenamed:
                self.spawn(marks.follow(self, event.body.old, self.chat.channels[event.log]))
                self.spawn(drafts.follow(self, event.body.old, self.chat.channels[event.log]))

    def _depart(self, event: Event, unit: Unit | None) -> None:
        if self.chat.takes_effect(event):
            self.fanout.deliver(event, unit)
            self._note_departure(event)
        self.chat.apply(event)
        if type(event.body) is Renamed and event.log == NOWHERE:
            self.visits.relabelled(event.source.id)
        channel = self.chat.channels.get(event.log)
        if channel is not None and not channel.members:
            self._emptied(channel)

    def _emptied(self, channel: Channel) -> None:
        if self.chat.close_forsaken(channel).events:
            self.spawn(self._close_emptied(channel))
        else:
            self.forgetting.emptied()

    async def _close_emptied(self, channel: Channel) -> None:
        try:
            await self._close_forsaken([channel])
        except NotKept as error:
            _log.error("%s is empty and stays open, which costs nothing: %s", channel.name, error)

    def _note_departure(self, event: Event) -> None:
        """A nick is given up, for another or for good."""
        user = self.chat.users.get(event.source.id)
        if event.log == NOWHERE and user is not None:
            self.whowas.note(event.source, user.folded, user.realname, event.at)

    async def _close_forsaken(self, channels: list[Channel]) -> None:
        for channel in channels:
            await self.ledger.commit(partial(self.chat.close_forsaken, channel))

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside; it is waited for at the end."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # ---- ids -----------------------------------------------------------------------------------------------------

    @staticmethod
    def fresh_guest() -> UserId:
        return UserId("g" + secrets.token_hex(8))

    # ---- what the doors call -------------------------------------------------------------------------------------

    def admit(self, address: str) -> None:
        self.moderation.require_address(address)
        self.gate.admit(address)

    def dismiss(self, address: str) -> None:
        self.gate.dismiss(address)

    def open_session(self, peer: Peer, sink: Sink) -> OpenSession:
        session = Session(self, peer, sink)
        self.sessions.add(session)
        return session

    def lobby(self) -> str:
        return self.lobby_room.name

    def lobby_tail(self) -> list[hello.Said]:
        return self.lobby_room.tail()

    def watch_lobby(self, receive: Callable[[hello.Said], None]) -> Callable[[], None]:
        return self.lobby_room.watch(receive)

    def depart(self, session: Session, reason: str) -> None:
        """A session is over; the user goes with the last one, and the connection when that is kept."""
        self.sessions.discard(session)
        user = session.user
        if user is None:
            session.sink.close()
            return
        self.gate.departed(session.peer.address)
        self.visits.gone(session)
        self.fanout.detach(session, user.id)
        if self._is_alone(user):
            self.spawn(self._quit(user, reason, session))
        else:
            session.sink.close()
        devices.gone(session, user)
        announce(session)
        if self.observer is not None:
            self.observer.disconnected(session.peer, session.display_name, session.version or hello.UNKNOWN_VERSION)

    def _is_alone(self, user: User) -> bool:
        """Whether nothing keeps the user here: no device, and no wish to stay without one."""
        return user.id not in self.fanout.sessions and user.id in self.chat.users and not devices.always_on(self, user)

    async def leave_if_alone(self, user: User, reason: str) -> None:
        """A session has gone over to somebody else: the user goes when that was the last."""
        if self._is_alone(user):
            await self.ledger.commit(partial(self.quitting, user, reason))

    async def _quit(self, user: User, reason: str, session: Session) -> None:
        """Try until it is kept: who is gone and still a member would hold the nick until the server starts again."""
        while True:
            try:
                await self.ledger.commit(partial(self.quitting, user, reason))
            except NotKept as error:
                _log.error("%s is gone, which could not be kept yet: %s", user.nick, error)
            else:
                return
            finally:
                session.sink.close()
            if self._stopping:
                return
            await asyncio.sleep(QUIT_AGAIN_SECONDS)

    def quitting(self, user: User, reason: str) -> Append:
        return self.chat.quit(user, reason) if user.id in self.chat.users else Append([])

    def channel_name(self, log: LogId) -> str:
        channel = self.chat.channels.get(log)
        return channel.name if channel else ""

    # ---- what the operator asks ----------------------------------------------------------------------------------

    def present(self) -> list[Present]:
        """Everybody who is on, a row for each session, by nick."""
        rows = [_present(session, session.user) for session in self.sessions if session.user is not None]
        return sorted(rows, key=lambda row: row.nick.lower())

    def reconfigure(self, config: Config) -> None:
        """Take up settings that may change while people are on: texts, limits, history, channels."""
        self.config = config
        self.gate.limits = config.limits
        self.cloaks.shown = config.server.cloak
        self.fanout.quiet_above = config.channels.quiet_above
        self.lobby_room.resize()
        offers.renew(self)
        # The names that stand were folded by the old mapping.
        self.chat.rules = replace(rules_of(config), casemapping=self.chat.rules.casemapping)

    # ---- the end -------------------------------------------------------------------------------------------------

    async def close(self, reason: str, bound: float) -> None:
        """Tell everybody why, write out what is queued within ``bound`` seconds, and stop."""
        self._stopping = True
        # Nobody is heard any more; what is being written is still answered, then everybody is told.
        for session in self.sessions:
            session.lines.clear()
        try:
            await asyncio.wait_for(self._end_all(reason), bound)
        except TimeoutError:
            for session in list(self.sessions):
                session.end(reason)
                session.sink.close()
            self.outbox.flush()
            for task in list(self._tasks):
                task.cancel()

    async def _end_all(self, reason: str) -> None:
        await self.ledger.drained()
        for session in list(self.sessions):
            session.end(reason)
        self.outbox.flush()
        await self._settled()
        await self.visits.close()

    async def _settled(self) -> None:
        await self.ledger.drained()
        # What is done last may begin something else: the last to leave a channel ends it.
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


def _present(session: Session, user: User) -> Present:
    peer = session.peer
    channels = tuple(sorted(channel.name for channel in user.channels.values()))
    return Present(
        user.id, user.nick, peer.address, peer.port, peer.door, session.since, user.account, session.version, channels
    )
