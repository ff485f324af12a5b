"""JOIN, PART, NAMES, INVITE, KICK: who is in a channel."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine.chat import cut
from chover.engine.decision import Append
from chover.engine.events import Joined
from chover.engine.model import Channel, visible_to
from chover.engine.refusals import Refusal, Why
from chover.server import markers
from chover.server.command import Command, targets
from chover.server.replay import replay
from chover.server.roll import packed, shown
from chover.wire.capabilities import Cap
from chover.wire.message import LINE_BYTES, Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session import Session


async def join(session: Session, message: Message) -> None:
    if message.params[0] == "0":
        for channel in list(session.me.channels.values()):
            with suppress(Refusal):  # put out of it meanwhile
                await session.commit(partial(session.node.chat.part, session.me, channel, ""))
        return
    keys = message.params[1].split(",") if len(message.params) > 1 else []
    # Paired before a name that stands twice is dropped, so that each keeps its own key.
    wanted = dict(reversed(list(zip_longest(message.params[0].split(","), keys, fillvalue=""))))
    names = targets(message.params[0])
    await join_each(session, names, [wanted[name] for name in names])


async def join_each(session: Session, names: Sequence[str], keys: Sequence[str] = ()) -> None:
    """Join channels one after the other, each with its key; each refusal is answered."""
    for name, key in zip_longest(names, keys[: len(names)], fillvalue=""):
        try:
            await enter(session, name, key)
        except Refusal as refusal:
            await _led_elsewhere(session, name, refusal)


async def _led_elsewhere(session: Session, name: str, refusal: Refusal) -> None:
    """Who cannot join is led to the channel that this one names (+f), else told why."""
    chat = session.node.chat
    channel = chat.by_name.get(chat.rules.same_channel(name)) if refusal.why in FORWARDED else None
    target = channel.modes.get("f") if channel is not None else None
    if target is None:
        session.refuse(refusal)
        return
    session.reply(Err.LINKCHANNEL, name, target, "You cannot join it and are led to another channel")
    try:
        await enter(session, target)
    except Refusal as further:
        session.refuse(further)


async def enter(session: Session, name: str, key: str = "") -> None:
    """Join one channel and be told about it. Raises Refusal."""
    await entered(session, await session.commit(partial(session.node.chat.join, session.me, name, key)))


async def entered(session: Session, done: Append) -> None:
    """Tell a session, and the user's other devices, of the channel that was joined, if one was."""
    joined = next((event for event in done.events if isinstance(event.body, Joined)), None)
    channel = session.node.chat.channels.get(joined.log) if joined is not None else None
    if channel is None:
        return
    await remember(session, channel, parted=False)
    await show(session, channel)
    for device in session.node.fanout.sessions.get(session.me.id, ()):
        if device is not session:
            await _introduce(device, channel)


async def remember(session: Session, channel: Channel, *, parted: bool) -> None:
    """A channel that everybody joins and that an account has left is not joined by itself again."""
    account = session.node.accounts.get(session.me.id)
    if account is None or channel.folded not in session.node.chat.rules.permanent:
        return
    held = account.settings.parted
    left = tuple(name for name in held if name != channel.folded) + ((channel.folded,) if parted else ())
    if left != held:
        await session.node.accounts.change(account.id, msgspec.structs.replace(account.settings, parted=left))


async def show(session: Session, channel: Channel) -> None:
    """What a session is told of a channel that it has come into."""
    await _introduce(session, channel)
    await replay(session, channel)


async def _introduce(session: Session, channel: Channel) -> None:
    if Cap.READ_MARKER in session.caps:
        markers.show(session, channel.name, await markers.marker(session, channel.log))
    if channel.topic:
        _topic_lines(session, channel)
    if Cap.NO_IMPLICIT_NAMES not in session.caps:
        names_lines(session, channel)


def _topic_lines(session: Session, channel: Channel) -> None:
    session.reply(Rpl.TOPIC, channel.name, channel.topic)
    session.reply(Rpl.TOPICWHOTIME, channel.name, channel.topic_by, str(channel.topic_at // 1000))


async def part(session: Session, message: Message) -> None:
    chat = session.node.chat
    reason = message.params[1] if len(message.params) > 1 else ""
    for name in targets(message.params[0]):
        try:
            channel = chat.find_channel(name)
            await session.commit(partial(chat.part, session.me, channel, cut(reason, chat.rules.kick_len)))
            await remember(session, channel, parted=True)
        except Refusal as refusal:
            session.refuse(refusal)


def names(session: Session, message: Message) -> None:
    """One end for all channels that were asked for (RFC 2812, 3.2.5); of what is not there nothing is said."""
    asked = message.params[0] if message.params else "*"
    for name in targets(asked):
        try:
            _members(session, session.node.chat.find_channel(name))
        except Refusal:
            continue
    session.reply(Rpl.ENDOFNAMES, asked, "End of NAMES list")


def names_lines(session: Session, channel: Channel) -> None:
    """Who is in a channel, and the end."""
    _members(session, channel)
    session.reply(Rpl.ENDOFNAMES, channel.name, "End of NAMES list")


def _members(session: Session, channel: Channel) -> None:
    """Who is in a channel, as this session may see it, in lines within the limit."""
    if visible_to(channel, session.me):
        symbol = "@" if "s" in channel.modes else "="
        # Room for the longest nick, so that all who ask get the same lines.
        nick_len = max(session.node.chat.rules.nick_len, len(session.me.nick.encode()))
        room = LINE_BYTES - 2 - nick_len - len(f":{session.node.name} 353  {symbol} {channel.name} :".encode())
        lines = (_inside if session.me.id in channel.members else _outside)(session, channel, room)
        session.reply_each(Rpl.NAMREPLY, [f"{symbol} {channel.name} :{line}" for line in lines])


def _inside(session: Session, channel: Channel, room: int) -> list[str]:
    return session.node.fanout.room(channel.log).roll.lines(channel, session.caps, room)


def _outside(session: Session, channel: Channel, room: int) -> list[str]:
    seen = [membership for membership in channel.members.values() if "i" not in membership.user.modes]
    return list(packed(shown(seen, session.caps), room))


async def invite(session: Session, message: Message) -> None:
    chat = session.node.chat
    nick, name = message.params[0], message.params[1]
    channel = chat.find_channel(name)
    await session.commit(partial(chat.invite, session.me, channel, nick))
    target = chat.find_user(nick)
    session.reply(Rpl.INVITING, target.nick, channel.name)
    if target.away:
        session.reply(Rpl.AWAY, target.nick, target.away)


async def kick(session: Session, message: Message) -> None:
    chat = session.node.chat
    channel = chat.find_channel(message.params[0])
    reason = message.params[2] if len(message.params) > 2 and message.params[2] else session.me.nick
    for nick in targets(message.params[1]):
        try:
            await session.commit(partial(chat.kick, session.me, channel, nick, reason))
        except Refusal as refusal:
            session.refuse(refusal)


async def topic(session: Session, message: Message) -> None:
    chat = session.node.chat
    channel = chat.find_channel(message.params[0])
    if len(message.params) > 1:
        await session.commit(partial(chat.set_topic, session.me, channel, message.params[1]))
    elif not visible_to(channel, session.me):
        session.reply(Err.NOTONCHANNEL, channel.name, "You're not on that channel")
    elif channel.topic:
        _topic_lines(session, channel)
    else:
        session.reply(Rpl.NOTOPIC, channel.name, "No topic is set")


FORWARDED: Final = frozenset({Why.BANNED, Why.INVITE_ONLY, Why.ACCOUNT_NEEDED, Why.BAD_KEY, Why.FULL})
"""Refusals that +f leads around."""

ROWS: Final = (
    Command("JOIN", join, "JOIN <#channel>[,<#channel>…] [key[,key…]]", "enters channels", 1),
    Command("PART", part, "PART <#channel>[,<#channel>…] [:reason]", "leaves channels", 1),
    Command("NAMES", names, "NAMES [#channel[,#channel…]]", "lists who is in channels"),
    Command("INVITE", invite, "INVITE <nick> <#channel>", "asks somebody in", 2),
    Command("KICK", kick, "KICK <#channel> <nick>[,<nick>…] [:reason]", "puts somebody out (operators)", 2),
    Command("TOPIC", topic, "TOPIC <#channel> [:text]", "shows or sets what a channel is about", 1),
)
