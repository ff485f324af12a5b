"""What handlers get besides their session: the chat's state, and the collaborators of the server process."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic

from chover.config import Config
from chover.engine.ids import LogId, UserId
from chover.engine.state import ChatState
from chover.ports import Accounts, Exports, Files, Hooks, Observer, Store
from chover.ports.files import EmojiSet, Previews
from chover.ports.measures import Measure
from chover.ports.push import Push
from chover.server.access.cloaks import Cloaks
from chover.server.access.connection_log import ConnectionLog
from chover.server.access.edit_rate import EditRate
from chover.server.access.limits import Gate
from chover.server.access.moderation import Moderation
from chover.server.access.read_budget import ReadBudget
from chover.server.access.report_rate import ReportRate
from chover.server.access.whowas import Whowas
from chover.server.delivery.caller_notices import CallerNotices
from chover.server.delivery.fanout import Fanout
from chover.server.delivery.recipient import C
from chover.server.delivery.send_queue import SendQueue
from chover.server.pipeline.fixed_lines import FixedLines
from chover.server.pipeline.ledger import Ledger
from chover.server.pipeline.live_settings import LiveSettings
from chover.server.pipeline.tasks import Tasks
from chover.server.presence.presence import Presence
from chover.server.session.alarms import Alarms
from chover.server.session.command import Command
from chover.server.session.login_locks import LoginLocks
from chover.wire.invite import InvitationLink


@dataclass(eq=False, slots=True)
class Context(Generic[C]):
    """Everything is given by the constructor (host.py); handlers only read it. ``C`` is the session."""

    settings: LiveSettings
    store: Store
    accounts: Accounts
    chat: ChatState
    sessions: set[C]
    outbox: SendQueue[C]
    fanout: Fanout[C]
    ledger: Ledger[C]
    gate: Gate
    cloaks: Cloaks
    presence: Presence[C]
    moderation: Moderation[C]
    connections: ConnectionLog[C]
    commands: Mapping[str, Command[C]]
    offered: dict[str, str]
    """Each capability's value, empty for none, in the order of CAP LS."""
    observer: Observer | None
    files: Files
    hooks: Hooks | None
    push: Push | None
    reload: Callable[[], Awaitable[list[str]]] | None
    """Reloads the settings and returns what changed. Raises ValueError."""
    link: Callable[[str], Awaitable[InvitationLink]] | None
    """Makes a link from an invitation's token."""
    exports: Exports | None
    previews: Previews | None
    emoji: EmojiSet | None
    started: float
    name: str
    reached_at: str
    """Host and port at which people reach this server, as far as is known."""
    edit_notices: EditRate
    reads: ReadBudget
    tasks: Tasks
    callers: CallerNotices[C]
    read_listeners: list[Callable[[UserId, LogId, int], None]] = field(default_factory=list)
    alarms: Alarms = field(default_factory=Alarms)
    entrances: LoginLocks = field(default_factory=LoginLocks)
    telling: LoginLocks = field(default_factory=LoginLocks)
    """Devices are told what their account has scheduled in the order in which it was read."""
    schedule_changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when something was scheduled, which may be due before anything else."""
    whowas: Whowas = field(default_factory=Whowas)
    fixed_lines: FixedLines[Any] = field(default_factory=FixedLines)
    pace: ReportRate = field(default_factory=ReportRate)
    most_users: int = 0
    measure_sources: list[Callable[[], Iterable[Measure]]] = field(default_factory=list)
    """Other sources of metrics for ``/metrics``."""

    @property
    def config(self) -> Config:
        return self.settings.now

    @config.setter
    def config(self, config: Config) -> None:
        self.settings.now = config

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something in the background; the server waits for it before it stops."""
        return self.tasks.spawn(work)

    def read(self, account: UserId, log: LogId, at: int) -> None:
        """An account has read a conversation up to a time, in ms since 1970."""
        for listener in self.read_listeners:
            listener(account, log, at)

    @staticmethod
    def fresh_guest() -> UserId:
        return UserId("g" + secrets.token_hex(8))

    def channel_name(self, log: LogId) -> str:
        channel = self.chat.channels.get(log)
        return channel.name if channel else ""
