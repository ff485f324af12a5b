"""JOIN, PART, NAMES, INVITE, KICK: who is in a channel."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine.decision import Append
from chover.engine.events import Joined
from chover.engine.lines import cut
from chover.engine.model import Channel, visible_to
from chover.engine.refusals import Refusal, Why
from chover.engine.renaming import held_name, rename_channel
from chover.ports import AccountSettings
from chover.server import markers, metadata
from chover.server.command import Command, targets
from chover.server.introduction import introduce, member_lines, topic_lines
from chover.server.playback import play_channel
from chover.server.replay import replay
from chover.server.reporting import remind
from chover.wire.capabilities import Cap
from chover.wire.message import Message
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
    target = _elsewhere(session, name, refusal)
    if not target:
        session.refuse(refusal)
        return
    text = "The channel has been renamed" if refusal.why is Why.CHANNEL_RENAMED else CANNOT_JOIN
    session.reply(Err.LINKCHANNEL, name, target, text)
    try:
        await enter(session, target)
    except Refusal as further:
        session.refuse(further)


def _elsewhere(session: Session, name: str, refusal: Refusal) -> str:
    """The channel to go to instead; empty for none. Who knows of new names goes there by itself."""
    chat = session.node.chat
    if refusal.why is Why.CHANNEL_RENAMED:
        return "" if Cap.CHANNEL_RENAME in session.caps else refusal.subject[-1]
    channel = chat.by_name.get(chat.rules.same_channel(name)) if refusal.why in FORWARDED else None
    return channel.modes.get("f", "") if channel is not None else ""


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
    await remind(session, channel)
    for device in session.node.fanout.sessions.get(session.me.id, ()):
        if device is not session:
            await _introduce(device, channel)


async def remember(session: Session, channel: Channel, *, parted: bool) -> None:
    """A channel that everybody joins and that an account has left is not joined by itself again."""
    account = session.node.accounts.get(session.me.id)
    if account is None or channel.folded not in session.node.chat.rules.permanent:
        return
    if (channel.folded in account.settings.parted) is not parted:
        await session.node.accounts.change(account.id, partial(_noted, channel.folded, parted=parted))


def _noted(folded: str, settings: AccountSettings, *, parted: bool) -> AccountSettings:
    left = tuple(name for name in settings.parted if name != folded)
    return msgspec.structs.replace(settings, parted=(*left, folded) if parted else left)


async def show(session: Session, channel: Channel) -> None:
    """What a session is told of a channel that it has come into."""
    await _introduce(session, channel)
    await replay(session, channel)
    if session.registration.playing is not None:
        await play_channel(session, channel)


async def _introduce(session: Session, channel: Channel) -> None:
    if Cap.READ_MARKER in session.caps:
        markers.show(session, channel.name, await markers.marker(session, channel.log, channel.folded))
    introduce(session, channel)
    metadata.show_channel(session, channel)


async def part(session: Session, message: Message) -> None:
    chat = session.node.chat
    reason = message.params[1] if len(message.params) > 1 else ""
    for name in targets(message.params[0]):
        try:
            channel = chat.known_channel(session.me, name)
            await session.commit(partial(chat.part, session.me, channel, cut(reason, chat.rules.kick_len)))
            await remember(session, channel, parted=True)
        except Refusal as refusal:
            session.refuse(refusal)


def names(session: Session, message: Message) -> None:
    """One end for all channels that were asked for (RFC 2812, 3.2.5); of what is not there nothing is said."""
    asked = message.params[0] if message.params else "*"
    for name in targets(asked):
        try:
            member_lines(session, session.node.chat.find_channel(name))
        except Refusal:
            continue
    session.reply(Rpl.ENDOFNAMES, asked, "End of NAMES list")


async def invite(session: Session, message: Message) -> None:
    """Without parameters: where somebody has invited the one who asks (modern.ircdocs.horse, "INVITE")."""
    if not message.params:
        _invitations(session)
        return
    if len(message.params) < 2:
        session.reply(Err.NEEDMOREPARAMS, "INVITE", f"Not enough parameters; usage: {INVITE_USAGE}")
        return
    chat = session.node.chat
    nick, name = message.params[0], message.params[1]
    channel = chat.known_channel(session.me, name)
    await session.commit(partial(chat.invite, session.me, channel, nick))
    target = chat.find_user(nick)
    session.reply(Rpl.INVITING, target.nick, channel.name)
    if target.away:
        session.reply(Rpl.AWAY, target.nick, target.away)


def _invitations(session: Session) -> None:
    for channel in list(session.node.chat.channels.values()):
        if session.me.id in channel.invited:
            session.reply(Rpl.INVITELIST, channel.name)
    session.reply(Rpl.ENDOFINVITELIST, "End of invitations that an operator gave you")


async def rename(session: Session, message: Message) -> None:
    """https://ircv3.net/specs/extensions/channel-rename"""
    chat = session.node.chat
    channel, name = chat.known_channel(session.me, message.params[0]), message.params[1]
    reason = message.params[2] if len(message.params) > 2 else ""
    with held_name(chat, channel.id):
        await session.commit(partial(rename_channel, chat, session.me, channel, name, reason))


async def kick(session: Session, message: Message) -> None:
    """From one channel, or from as many channels as there are users, each from its own (RFC 2812, 3.2.8)."""
    chat = session.node.chat
    channels, nicks = ([word for word in param.split(",") if word] for param in message.params[:2])
    if len(channels) == 1:
        channels *= len(nicks)
    if not nicks or len(channels) != len(nicks):
        session.reply(Err.NEEDMOREPARAMS, "KICK", "KICK takes one channel, or as many channels as users")
        return
    reason = message.params[2] if len(message.params) > 2 and message.params[2] else session.me.nick
    for name, nick in dict.fromkeys(zip(channels, nicks, strict=True)):
        try:
            channel = chat.known_channel(session.me, name)
            await session.commit(partial(chat.kick, session.me, channel, nick, reason))
        except Refusal as refusal:
            session.refuse(refusal)


async def topic(session: Session, message: Message) -> None:
    chat = session.node.chat
    channel = chat.known_channel(session.me, message.params[0])
    if len(message.params) > 1:
        await session.commit(partial(chat.set_topic, session.me, channel, message.params[1]))
    elif not visible_to(channel, session.me):
        session.reply(Err.NOTONCHANNEL, channel.name, "You're not on that channel")
    elif channel.topic:
        topic_lines(session, channel)
    else:
        session.reply(Rpl.NOTOPIC, channel.name, "No topic is set")


INVITE_USAGE: Final = "INVITE [<nick> <#channel>]"
CANNOT_JOIN: Final = "You cannot join it and are led to another channel"
FORWARDED: Final = frozenset({Why.BANNED, Why.INVITE_ONLY, Why.ACCOUNT_NEEDED, Why.BAD_KEY, Why.FULL, Why.THROTTLED})
"""Refusals that +f leads around."""

ROWS: Final = (
    Command("JOIN", join, "JOIN <#channel>[,<#channel>…] [key[,key…]]", "enters channels", 1),
    Command("PART", part, "PART <#channel>[,<#channel>…] [:reason]", "leaves channels", 1),
    Command("NAMES", names, "NAMES [#channel[,#channel…]]", "lists who is in channels"),
    Command("INVITE", invite, INVITE_USAGE, "asks somebody in, or lists where you are asked in"),
    Command("RENAME", rename, "RENAME <#channel> <#name> [:reason]", "gives a channel another name (operators)", 2),
    Command(
        "KICK", kick, "KICK <#channel>[,<#channel>…] <nick>[,<nick>…] [:reason]", "puts somebody out (operators)", 2
    ),
    Command("TOPIC", topic, "TOPIC <#channel> [:text]", "shows or sets what a channel is about", 1),
)
