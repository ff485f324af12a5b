"""The chat's side of hooks: posting messages, and managing hooks."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Generic

import msgspec

from chover import names
from chover.engine import nicks
from chover.engine.ids import LogId, UserId
from chover.engine.lines import cut
from chover.engine.refusals import Refusal
from chover.engine.state import ChatState
from chover.engine.verbs import hook_speech
from chover.ports import BY_OPERATOR, Accounts, AuditEntry, Denied, Hook, HookRow, Hooks, NewHook, NotPosted, Store
from chover.server.access.limits import Bucket
from chover.server.delivery.channel_notices import notify, present
from chover.server.delivery.recipient import R
from chover.server.pipeline.ledger import Ledger, NotKept
from chover.server.session.refusal_lines import line_of
from chover.wire.capabilities import MULTILINE_BYTES

if TYPE_CHECKING:
    from chover.server.session.session import Node

_log = logging.getLogger(__name__)

RATE: Final = 1.0
"""Messages of one hook per second."""
OFFERS: Final = 100
"""How many variants of the wanted name are tried."""
BURST: Final = 20
CUT: Final = " …"


class HookVoice(Generic[R]):
    """Implements ports.Voice."""

    def __init__(
        self,
        name: str,
        store: Store,
        accounts: Accounts,
        chat: ChatState,
        ledger: Ledger[R],
        sessions: Mapping[UserId, Sequence[R]],
    ) -> None:
        """``name`` is the server's."""
        self._name = name
        self._store = store
        self._accounts = accounts
        self._chat = chat
        self._ledger = ledger
        self._sessions = sessions
        self._buckets: dict[str, Bucket] = {}

    def channel(self, log: LogId) -> str:
        channel = self._chat.channels.get(log)
        return channel.name if channel is not None else ""

    def patience(self, hook: Hook) -> float:
        now = time.monotonic()
        return self._buckets.setdefault(hook.id, Bucket(RATE, BURST, now)).take(now)

    async def head(self, log: LogId) -> int:
        return await self._store.head(log)

    def warn(self, text: str) -> None:
        """See ports.Voice."""
        _log.warning("%s", text)
        for user in present(self._chat, self._sessions, self._chat.operators):
            notify(self._sessions, self._name, user, [text])

    async def say(self, hook: Hook, name: str, text: str) -> None:
        """See ports.Voice."""
        text = _within(text)
        decide = partial(hook_speech.say, self._chat, hook.channel, hook.id, self._nick(hook, name), text)
        try:
            await self._ledger.commit(decide)
        except Refusal as refusal:
            raise NotPosted(410, "The channel of this hook has just ended") from refusal
        except NotKept as error:
            raise NotPosted(503, f"Nothing was posted: {error}", 5) from error

    def _nick(self, hook: Hook, name: str) -> str:
        """A name that neither a user nor an account has."""
        chat, who = self._chat, hook_speech.hook_id(hook.id)
        limit = chat.rules.nick_len
        nick = chat.rules.as_nick(name or hook.name)
        offers = itertools.islice(itertools.chain([nick], names.variants(nick, limit)), OFFERS)
        free = (one for one in offers if self._accounts.shown_as(names.looks(one), who) is None)
        return next((one for one in free if nicks.free_nick(chat, one, who) == one), hook_speech.USER)


def _within(text: str) -> str:
    """As much as a message may contain."""
    if len(text.encode()) <= MULTILINE_BYTES:
        return text
    return cut(text, MULTILINE_BYTES - len(CUT.encode())).rstrip() + CUT


async def _no_pin() -> str:
    return ""


class OperatorHooks:
    """Implements ports.HookKeeper, whether the server runs or not."""

    def __init__(self, node: Node, hooks: Hooks, pin: Callable[[], Awaitable[str]] = _no_pin) -> None:
        """``pin`` returns the pin of the server's key, or "" if an authority vouches for its certificate."""
        self._node = node
        self._hooks = hooks
        self._pin = pin

    async def add(self, channel: str, name: str, url: str = "") -> NewHook:
        try:
            found = self._node.chat.find_channel(channel)
        except Refusal as refusal:
            raise Denied("INVALID", f"{channel}: {line_of(refusal)[1][-1]}; somebody has to join it first") from refusal
        if url:
            hook = await self._hooks.add_outgoing(found.log, name, BY_OPERATOR, url)
            made = NewHook(row(self._node, hook), key=hook.key)
        else:
            made = await make(self._node, self._hooks, found.log, name, BY_OPERATOR)
            made = msgspec.structs.replace(made, pin=await self._pin())
        await self._note("hook", made.hook)
        return made

    async def list(self) -> list[HookRow]:
        return [row(self._node, hook) for hook in self._hooks.everywhere()]

    async def revoke(self, hook: str) -> None:
        found = next((held for held in self._hooks.everywhere() if held.id == hook), None)
        if found is None or not await self._hooks.revoke(hook):
            raise Denied("INVALID", f"there is no hook {hook}; hook list shows them")
        await self._note("revoke-hook", row(self._node, found))

    async def _note(self, did: str, hook: HookRow) -> None:
        now = time.time_ns() // 1_000_000
        await self._node.store.records.note(
            AuditEntry(now, BY_OPERATOR, did, f"{hook.channel} {hook.name} ({hook.id})")
        )


async def make(node: Node, hooks: Hooks, channel: LogId, name: str, made_by: str) -> NewHook:
    """A hook with its address. Raises Denied."""
    hook, token = await hooks.add(channel, name, made_by)
    site = node.config.web.url or f"https://{node.reached_at}"
    return NewHook(row(node, hook), f"{site}/hooks/{token}")


def row(node: Node, hook: Hook) -> HookRow:
    channel = node.channel_name(hook.channel) or "(ended)"
    return HookRow(hook.id, channel, hook.name, _maker(node, hook), hook.made_at, hook.url, hook.off)


def _maker(node: Node, hook: Hook) -> str:
    account = next((account for account in node.accounts.everybody() if account.id == hook.made_by), None)
    return account.name if account is not None else hook.made_by
