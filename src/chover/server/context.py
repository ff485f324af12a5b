"""What handlers find beside their session: the chat's state, and the collaborators of one server process."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic

from chover.config import Config
from chover.engine.chat import Chat
from chover.engine.ids import LogId, UserId
from chover.ports import Accounts, Files, Hooks, Observer, Store
from chover.ports.push import Push
from chover.server.callers import Callers
from chover.server.cloaks import Cloaks
from chover.server.command import Command
from chover.server.edit_notices import EditNotices
from chover.server.entrances import Entrances
from chover.server.fanout import Fanout
from chover.server.ledger import Ledger
from chover.server.limits import Gate
from chover.server.live import LiveSettings
from chover.server.moderation import Moderation
from chover.server.outbox import Outbox
from chover.server.pace import Pace
from chover.server.reader import C
from chover.server.tasks import Tasks
from chover.server.visits import Visits
from chover.server.whowas import Whowas
from chover.wire.invite import Link


@dataclass(eq=False, slots=True)
class Context(Generic[C]):
    """Everything is given when it is made (host.py); handlers only read it. ``C`` is the session."""

    settings: LiveSettings
    store: Store
    accounts: Accounts
    chat: Chat
    sessions: set[C]
    outbox: Outbox[C]
    fanout: Fanout[C]
    ledger: Ledger[C]
    gate: Gate
    cloaks: Cloaks
    moderation: Moderation[C]
    visits: Visits[C]
    commands: Mapping[str, Command[C]]
    offered: dict[str, str]
    """Each capability's value, empty for none, in the order of CAP LS."""
    observer: Observer | None
    files: Files
    hooks: Hooks | None
    push: Push | None
    reload: Callable[[], Awaitable[list[str]]] | None
    """Rereads the settings; what changed. Raises ValueError."""
    link: Callable[[str], Awaitable[Link]] | None
    """Makes a link of an invitation's token."""
    started: float
    name: str
    reached_at: str
    """Host and port under which people reach this server, as far as it knows."""
    edit_notices: EditNotices
    tasks: Tasks
    callers: Callers[C]
    read_listeners: list[Callable[[UserId, LogId, int], None]] = field(default_factory=list)
    entrances: Entrances = field(default_factory=Entrances)
    whowas: Whowas = field(default_factory=Whowas)
    pace: Pace = field(default_factory=Pace)
    most_users: int = 0

    @property
    def config(self) -> Config:
        return self.settings.now

    @config.setter
    def config(self, config: Config) -> None:
        self.settings.now = config

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside; it is waited for at the end."""
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
