"""Push notifications: private messages and mentions, for devices that asked for them and are not watching.

Which messages there are, and what happens when a node dies, is in push_job.py. Once a connected device has read a
message (MARKREAD), no more devices are notified, and those that were are told.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from chover.engine.events import Event, Said
from chover.engine.ids import NOBODY, LogId, UserId, is_pair, pair_of
from chover.engine.mentions import answered
from chover.engine.model import Channel
from chover.ports import AccountSettings, StoreError
from chover.ports.push import Push
from chover.server.delivery.render import render, render_key_of, text_of
from chover.server.history.read_markers import shown
from chover.server.profile import mentions, preferences
from chover.wire.capabilities import Cap

if TYPE_CHECKING:
    from chover.server.session.session import Node

PATIENCE_SECONDS: Final = 5.0
"""Time for a connected device to report that it has read the message."""
CALLED: Final = 10_000
"""Conversations with a notification, as far as is known; the oldest are forgotten, and all by a restart."""
NAMES: Final = 5
"""Remembered nicks of somebody who changes them between messages; the oldest are forgotten."""
CONTENT_BYTES: Final = 3900
"""Bytes of a pushed line; in a longer one, the tags except the msgid are left out."""


class LastCall(NamedTuple):
    """The last notification about a conversation: its time, and the names under which devices show it."""

    at: int
    """Milliseconds since 1970."""
    targets: tuple[str, ...]


class PushNotifier:
    """Decides whose devices a message notifies, and notifies them."""

    def __init__(self, node: Node, push: Push) -> None:
        self._node = node
        self._push = push
        self._called: dict[tuple[UserId, LogId], LastCall] = {}
        self._secret = secrets.token_bytes(16)

    def concerns(self, log: LogId) -> bool:
        """Whether what is said in a conversation may notify anybody."""
        asked = self._push.accounts
        if is_pair(log):
            return not asked.isdisjoint(pair_of(log))
        channel = self._node.chat.channels.get(log)
        return channel is not None and not asked.isdisjoint(channel.members)

    def whom(self, event: Event) -> tuple[UserId, ...] | None:
        """The accounts that a message notifies, without the author of what it answers; None if it notifies nobody."""
        if type(event.body) is not Said or event.body.rank:
            return None
        told = tuple(called(self._node, event, self._push.accounts))
        answers = answered(event.body.tags) and not is_pair(event.log)
        return told if told or answers else None

    async def notify(self, event: Event, told: Iterable[UserId]) -> None:
        """Returns when all pushes about a message were sent or given up. Raises StoreError before the first one."""
        accounts = set(told)
        if (author := await self._answered(event)) is not None:
            accounts.add(author)
        await asyncio.gather(*[self._call(account, event) for account in accounts])

    async def _answered(self, event: Event) -> UserId | None:
        """The author of the message that this one answers, if that notifies them."""
        assert isinstance(event.body, Said)
        channel, msgid = self._node.chat.channels.get(event.log), answered(event.body.tags)
        if channel is None or not msgid:
            return None
        before = await self._node.store.find(event.log, msgid)
        who = before.source.id if before is not None else NOBODY
        if who not in self._push.accounts or who not in channel.members or who == event.source.id:
            return None
        return who if _may_call(self._node, who, channel, event) else None

    async def _call(self, account: UserId, event: Event) -> None:
        if account in self._node.fanout.sessions or self._node.presence.devices(account):
            await asyncio.sleep(PATIENCE_SECONDS)
        if not await self._is_read(account, event):
            await self._tell(account, event)

    async def _is_read(self, account: UserId, event: Event) -> bool:
        try:
            read = await self._node.accounts.read_markers.get(account, event.log)
        except StoreError:
            return False
        again = preferences.unread_from(settings_of(self._node, account), _conversation(self._node, event))
        return event.at <= (min(read, again - 1) if again else read)

    async def _tell(self, account: UserId, event: Event) -> None:
        channel = self._node.channel_name(event.log)
        self._note(account, event, event.source.nick if is_pair(event.log) else channel)
        devices = self._push.subscribed(account)
        await asyncio.gather(*[self._push.tell(one, line_of(event, Cap(one.caps), channel)) for one in devices])

    def _note(self, account: UserId, event: Event, target: str) -> None:
        before = self._called.pop((account, event.log), LastCall(0, ()))
        others = [name for name in before.targets if name != target]
        self._called[account, event.log] = LastCall(max(before.at, event.at), (*others, target)[-NAMES:])
        while len(self._called) > CALLED:
            del self._called[next(iter(self._called))]

    def read(self, account: UserId, log: LogId, at: int) -> None:
        """A device of an account has read a conversation up to a time: notifications about it can be removed."""
        call = self._called.get((account, log))
        if call is None or at < call.at:
            return
        del self._called[account, log]
        for target in call.targets:
            line = f":{self._node.name} MARKREAD {target} {shown(at)}".encode()
            topic = self._topic(account, log, target)
            for one in self._push.subscribed(account):
                if Cap.READ_MARKER in Cap(one.caps):
                    self._push.tell(one, line, urgent=False, topic=topic)

    def _topic(self, *about: str) -> str:
        """A name for it that reveals nothing to the push service."""
        return hashlib.blake2b("\0".join(about).encode(), key=self._secret, digest_size=16).hexdigest()


def called(node: Node, event: Event, asked: frozenset[UserId]) -> Iterator[UserId]:
    """The accounts with a subscription that a message should notify, never its author."""
    body, author = event.body, event.source.id
    assert isinstance(body, Said)
    if is_pair(event.log):
        name = node.chat.rules.same_nick(event.source.nick)
        for who in pair_of(event.log):
            if who != author and who in asked and not preferences.silent(settings_of(node, who), name):
                yield who
        return
    channel = node.chat.channels.get(event.log)
    if channel is None:
        return
    text = mentions.text_of(body)
    for who in asked & channel.members.keys():
        # It may be looked at when somebody has joined who was not there when it was said.
        if event.seq <= channel.members[who].since:
            continue
        named = who != author and (
            preferences.wants_all(settings_of(node, who), channel.folded) or mentions.matcher_of(node, who).finds(text)
        )
        if named and _may_call(node, who, channel, event):
            yield who


def _may_call(node: Node, who: UserId, channel: Channel, event: Event) -> bool:
    """Whether anything in a channel may notify somebody, and whether the author may."""
    return not preferences.silent(settings_of(node, who), channel.folded) and not mentions.ignores(node, who, event)


def _conversation(node: Node, event: Event) -> str:
    """The folded name under which the reader of a message has preferences."""
    if is_pair(event.log):
        return node.chat.rules.same_nick(event.source.nick)
    channel = node.chat.channels.get(event.log)
    return channel.folded if channel is not None else ""


def settings_of(node: Node, who: UserId) -> AccountSettings:
    account = node.accounts.get(who)
    return account.settings if account is not None else AccountSettings()


def line_of(event: Event, caps: Cap, channel: str) -> bytes:
    """The line of a push message (draft/webpush), without its end; the first one if there are several."""
    body = event.body
    assert isinstance(body, Said)
    text = next((piece for piece, _ in body.pieces() if piece), body.text)
    single = msgspec.structs.replace(event, body=msgspec.structs.replace(body, text=text, joints=()))
    line = _drawn(single, render_key_of(caps), channel)
    if len(line) > CONTENT_BYTES:
        bare = msgspec.structs.replace(single, body=msgspec.structs.replace(body, text=text, joints=(), tags={}))
        line = _drawn(bare, render_key_of(caps), channel)
    return line


def _drawn(event: Event, render_key: int, channel: str) -> bytes:
    line = render(event, render_key, channel)
    assert line is not None
    return text_of(line).removesuffix("\r\n").encode()
