"""Creates the parts of a server process, each with its collaborators."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from chover.config import Config
from chover.engine.ids import RUN_CHARS, UserId
from chover.engine.state import ChatState
from chover.ports import (
    Accounts,
    Bus,
    Exports,
    Files,
    Hooks,
    NoFiles,
    Observer,
    Store,
    Voice,
)
from chover.ports.files import EmojiSet, Previews
from chover.ports.push import Push
from chover.server.access.cloaks import Cloaks
from chover.server.access.connection_log import ConnectionLog
from chover.server.access.edit_rate import EditRate
from chover.server.access.limits import Gate
from chover.server.access.moderation import Moderation
from chover.server.access.read_budget import ReadBudget
from chover.server.access.whowas import Whowas
from chover.server.delivery.caller_notices import CallerNotices
from chover.server.delivery.fanout import Fanout
from chover.server.delivery.send_queue import SendQueue
from chover.server.info import capabilities
from chover.server.operators.hooks import HookVoice
from chover.server.pipeline.event_clock import EventClock
from chover.server.pipeline.ledger import Ledger
from chover.server.pipeline.live_settings import LiveSettings
from chover.server.pipeline.msgids import Msgids
from chover.server.pipeline.tasks import Tasks
from chover.server.presence.presence import Presence
from chover.server.rules import rules_of
from chover.server.session.context import Context
from chover.server.session.session import Node, Session
from chover.server.table import COMMANDS
from chover.server.users import devices
from chover.wire.invite import InvitationLink


@dataclass(slots=True)
class Equipment:
    """What a server may have besides its store, its bus and its accounts."""

    files: Files
    hooks: Hooks | None = None
    push: Push | None = None
    reload: Callable[[], Awaitable[list[str]]] | None = None
    """Reloads the settings and returns what changed. Raises ValueError."""
    link: Callable[[str], Awaitable[InvitationLink]] | None = None
    """Makes a link from an invitation's token."""
    exports: Exports | None = None
    previews: Previews | None = None
    emoji: EmojiSet | None = None


def nothing_more(_: Voice) -> Equipment:
    return Equipment(NoFiles())


def account_id(accounts: Accounts, name: str) -> UserId | None:
    """The id of the account with this name."""
    account = accounts.find(name)
    return account.id if account is not None else None


def _presence(
    chat: ChatState, sessions: set[Session], fanout: Fanout[Session], bus: Bus, store: Store
) -> Presence[Session]:
    presence: Presence[Session] = Presence(chat, fanout.sessions, bus, store.cluster)
    fanout.devices_changed = presence.changed
    presence.unregistered.now = lambda: max(0, len(sessions) - fanout.attached)
    return presence


def build(
    config: Config,
    store: Store,
    bus: Bus,
    accounts: Accounts,
    cloak_key: bytes,
    observer: Observer | None,
    equip: Callable[[Voice], Equipment],
) -> Node:
    """Create the parts of a server."""
    settings, tasks, whowas, records = LiveSettings(config), Tasks(), Whowas(), store.records
    sessions: set[Session] = set()
    chat = ChatState(rules_of(config), partial(secrets.token_hex, 8), devices.now, partial(account_id, accounts))
    outbox: SendQueue[Session] = SendQueue(asyncio.get_running_loop().call_soon)
    fanout = Fanout(chat, outbox, config.channels.quiet_above)
    ledger: Ledger[Session] = Ledger(store, bus, Msgids(secrets.token_hex(RUN_CHARS // 2), EventClock()), fanout.flush)
    cloaks, name = Cloaks(cloak_key, shown=config.server.cloak), config.server.server_name
    more = equip(HookVoice(name, store, accounts, chat, ledger, fanout.sessions))
    return Context(
        name=name,
        settings=settings,
        store=store,
        accounts=accounts,
        chat=chat,
        sessions=sessions,
        outbox=outbox,
        fanout=fanout,
        ledger=ledger,
        gate=Gate(config.limits, time.monotonic),
        cloaks=cloaks,
        presence=_presence(chat, sessions, fanout, bus, store),
        moderation=Moderation(settings, records, accounts, chat, ledger, cloaks, whowas, sessions),
        connections=ConnectionLog(settings, records, chat, fanout.sessions, tasks.spawn),
        whowas=whowas,
        callers=CallerNotices(name, chat, fanout.sessions),
        tasks=tasks,
        edit_notices=EditRate(lambda: settings.now.limits),
        reads=ReadBudget(lambda: settings.now.limits),
        commands=COMMANDS,
        offered=capabilities.offered(capabilities.OfferInputs(config, accounts, more.push)),
        observer=observer,
        files=more.files,
        hooks=more.hooks,
        push=more.push,
        reload=more.reload,
        link=more.link,
        exports=more.exports,
        previews=more.previews,
        emoji=more.emoji,
        started=time.time(),
        reached_at=f"{name}:{config.server.port}",
    )
