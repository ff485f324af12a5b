"""The job of the node that does what is due for all: scheduled messages, reminders, and the ends of bans and mutes.

What must not happen twice is decided by the store: a message is said under a nonce of its own, which its log takes
once, and a reminder leaves the state "waiting" once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Set as AbstractSet
from functools import partial
from typing import TYPE_CHECKING, Final

from chover.engine import lines
from chover.engine.append import Append
from chover.engine.events import Event, Kicked, ModesSet, Parted, Said, Source
from chover.engine.ids import SERVER, LogId, UserId, is_account
from chover.engine.model import User
from chover.engine.refusals import Refusal, Why
from chover.engine.verbs.endings import lift_expired, next_end
from chover.engine.verbs.scheduled_speech import say_scheduled
from chover.ports import Account, StoreError
from chover.ports.push import Push
from chover.ports.registry import ScheduledItem
from chover.server.delivery.channel_notices import SERVICE as CHANSERV
from chover.server.delivery.render import timestamp
from chover.server.pipeline.ledger import NotKept
from chover.server.scheduling import telling
from chover.server.session.refusal_lines import line_of
from chover.wire.capabilities import Cap
from chover.wire.message import format_line

if TYPE_CHECKING:
    from chover.server.session.session import Node

_log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 60.0
"""How long the job sleeps at most; it is woken when something is scheduled."""
AGAIN_SECONDS: Final = 1.0
"""How long it waits while the storage is away, or the lease of its node has ended."""
PAGE: Final = 100
KEPT_DAYS: Final = 30
"""How long past reminders and refused messages are kept."""
_REASONS: Final = {
    Why.NO_SUCH_NICK: "they were not connected",
    Why.NO_SUCH_CHANNEL: "the channel does not exist any more",
}


class ScheduledJob:
    """Does what is due. ``push`` tells devices that are not connected."""

    def __init__(self, node: Node, push: Push | None) -> None:
        self._node = node
        self._push = push
        self._rows = node.accounts.scheduled

    async def run(self) -> None:
        """Do what is due, again and again, until it is cancelled."""
        failing = False
        while True:
            self._node.schedule_changed.clear()
            try:
                await self.look()
                failing = False
            except (StoreError, NotKept) as error:
                if not failing:
                    _log.warning("cannot do yet what is scheduled, trying again every second: %s", error)
                failing = True
            await self._rest(AGAIN_SECONDS if failing else await self._seconds_to_next())

    async def _seconds_to_next(self) -> float:
        try:
            due = await self._rows.next_due()
        except StoreError:
            return AGAIN_SECONDS
        ends = [at for at in (due, next_end(self._node.chat.channels.values())) if at]
        return min([LOOK_SECONDS, *(max(0.0, (at - self._now()) / 1000) for at in ends)])

    async def _rest(self, seconds: float) -> None:
        # Not wait_for: in Python 3.11 it forgets that it was cancelled if it is done in the same moment.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._node.schedule_changed.wait()

    def _now(self) -> int:
        return self._node.chat.now()

    async def look(self) -> None:
        """Do once what is due now. Raises StoreError and NotKept."""
        await self._rows.purge(self._now() - KEPT_DAYS * 86_400_000)
        await lift_bans(self._node)
        unknown: set[UserId] = set()
        while due := [item for item in await self._rows.due(self._now(), PAGE) if item.account not in unknown]:
            for item in due:
                if self._node.store.cluster.lease_left <= 0:
                    raise StoreError("the lease of this node has ended, and another one may do it by now")
                if self._node.accounts.get(item.account) is None:
                    unknown.add(item.account)
                else:
                    await self._do(item)
        if unknown:
            raise StoreError(f"this node does not know the accounts {', '.join(sorted(unknown))} yet")

    async def _do(self, item: ScheduledItem) -> None:
        if item.kind == "say":
            await self._say(item)
        elif await self._rows.settle(item.id, "due"):
            await self._tell(item)

    async def _say(self, item: ScheduledItem) -> None:
        try:
            await self._node.ledger.commit(partial(said, self._node, item))
        except Refusal as refusal:
            if await self._rows.settle(item.id, "refused", _REASONS.get(refusal.why) or line_of(refusal)[1][-1]):
                await self._tell(item)
        else:
            await self._rows.remove(item.account, item.id)
            await telling.tell(self._node, item.account)

    async def _tell(self, item: ScheduledItem) -> None:
        """Tell all devices what became of it, those that are not connected by push."""
        now = next((one for one in await telling.held(self._node, item.account) if one.id == item.id), None)
        if now is None or self._push is None:
            await telling.tell(self._node, item.account)
            return
        for subscription in self._push.subscribed(item.account):
            self._push.tell(subscription, _pushed(self._node, now, Cap(subscription.caps)))
        await telling.tell(self._node, item.account)


async def lift_bans(node: Node) -> None:
    """End the bans and mutes of channels whose time is over. Raises NotKept."""
    by = Source(SERVER, CHANSERV, CHANSERV, node.name)
    now = node.chat.now()
    for channel in [each for each in node.chat.channels.values() if 0 < next_end([each]) <= now]:
        await node.ledger.commit(partial(lift_expired, channel, by, now))


def said(node: Node, item: ScheduledItem) -> Append:
    """The message, as its author says it now. Raises Refusal."""
    account = node.accounts.get(item.account)
    if account is None or account.suspended or node.moderation.bans.of_account(account.folded):
        raise Refusal(Why.CANNOT_SEND, item.target, hint="your account may not speak on this server at the moment")
    author = node.chat.users.get(account.id) or _absent(node, account)
    room = lines.room(f":{author.mask} PRIVMSG  :", node.chat.rules.channel_len)
    tags = {"+draft/reply": item.msgid} if item.msgid else {}
    body = Said(item.text, tags=tags, joints=lines.joints(item.text, room))
    return say_scheduled(node.chat, author, item.log, body, f"later-{item.id}")


def _absent(node: Node, account: Account) -> User:
    """The user of an account without a device."""
    host = node.cloaks.of_account(account.id)
    return User(account.id, account.name, account.folded, "~user", host, account=account.name)


def _pushed(node: Node, item: telling.ShownItem, caps: Cap) -> bytes:
    """The line of a push message: for other clients a notice."""
    if Cap.SCHEDULED in caps:
        words = ("SCHEDULED", item.id, item.target, item.kind, item.state, f"timestamp={timestamp(item.due)}")
        text = item.why if item.state == "refused" else item.text
        line = format_line(*words, item.msgid or "*", item.author or "*", text, source=node.name)
    else:
        line = format_line("NOTICE", item.target, telling.notice(item), source=node.name)
    return line.encode()


def notice_end(node: Node, body: ModesSet) -> None:
    """Modes were set: the end of a ban or mute among them may come before anything else."""
    if any(change.until for change in body.changes):
        node.schedule_changed.set()


def notice_departure(node: Node, event: Event) -> None:
    """Somebody has left a channel here, or was put out: what they have scheduled there is not done any more."""
    body = event.body
    who = body.who if isinstance(body, Kicked) else event.source.id
    if isinstance(body, Parted | Kicked) and is_account(who):
        why = "you were put out of the channel" if isinstance(body, Kicked) else "you have left the channel"
        node.spawn(_end(node, who, event.log, why))


async def _end(node: Node, account: UserId, log: LogId, why: str) -> None:
    try:
        held = await node.accounts.scheduled.of(account)
        ended = [item for item in held if item.log == log and item.state == "waiting"]
        if any([await node.accounts.scheduled.settle(item.id, "refused", why) for item in ended]):
            await telling.tell(node, account)
    except StoreError as error:
        _log.warning("could not end what %s had scheduled in a channel they have left: %s", account, error)


async def reread(node: Node, accounts: AbstractSet[str]) -> None:
    """Another node has changed what some accounts have scheduled; an empty one among them: any. Raises StoreError."""
    node.schedule_changed.set()
    for account in list(node.fanout.sessions) if "" in accounts else [UserId(each) for each in accounts]:
        if account in node.fanout.sessions and is_account(account):
            await telling.tell(node, account)
