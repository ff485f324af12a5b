"""JOIN, PART, NAMES, INVITE, KICK: members of channels."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from chover.engine import verbs
from chover.engine.lines import cut
from chover.engine.model import visible_to
from chover.engine.refusals import Refusal
from chover.engine.verbs.renaming import held_name, rename_channel
from chover.server.membership.entering import join_each, remember
from chover.server.session.channel_introduction import member_lines, topic_lines
from chover.server.session.command import Command, targets
from chover.wire.message import Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


async def join(session: Session, message: Message) -> None:
    if message.params[0] == "0":
        for channel in list(session.me.channels.values()):
            with suppress(Refusal):  # put out of it meanwhile
                await session.commit(partial(verbs.part, session.node.chat, session.me, channel, ""))
        return
    keys = message.params[1].split(",") if len(message.params) > 1 else []
    # Keys are assigned before repeated names are dropped, so that each name keeps its own key.
    wanted = dict(reversed(list(zip_longest(message.params[0].split(","), keys, fillvalue=""))))
    names = targets(message.params[0])
    await join_each(session, names, [wanted[name] for name in names])


async def part(session: Session, message: Message) -> None:
    chat = session.node.chat
    reason = message.params[1] if len(message.params) > 1 else ""
    for name in targets(message.params[0]):
        try:
            channel = chat.known_channel(session.me, name)
            await session.commit(partial(verbs.part, chat, session.me, channel, cut(reason, chat.rules.kick_len)))
            await remember(session, channel, parted=True)
        except Refusal as refusal:
            session.refuse(refusal)


def names(session: Session, message: Message) -> None:
    """One end for all requested channels (RFC 2812, 3.2.5); unknown ones are ignored."""
    asked = message.params[0] if message.params else "*"
    for name in targets(asked):
        try:
            member_lines(session, session.node.chat.find_channel(name))
        except Refusal:
            continue
    session.reply(Rpl.ENDOFNAMES, asked, "End of NAMES list")


async def invite(session: Session, message: Message) -> None:
    """Without parameters: the channels that the user is invited to (modern.ircdocs.horse, "INVITE")."""
    if not message.params:
        _invitations(session)
        return
    if len(message.params) < 2:
        session.reply(Err.NEEDMOREPARAMS, "INVITE", f"Not enough parameters; usage: {INVITE_USAGE}")
        return
    chat = session.node.chat
    nick, name = message.params[0], message.params[1]
    channel = chat.known_channel(session.me, name)
    await session.commit(partial(verbs.invite, chat, session.me, channel, nick))
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
            await session.commit(partial(verbs.kick, chat, session.me, channel, nick, reason))
        except Refusal as refusal:
            session.refuse(refusal)


async def topic(session: Session, message: Message) -> None:
    chat = session.node.chat
    channel = chat.known_channel(session.me, message.params[0])
    if len(message.params) > 1:
        await session.commit(partial(verbs.set_topic, chat, session.me, channel, message.params[1]))
    elif not visible_to(channel, session.me):
        session.reply(Err.NOTONCHANNEL, channel.name, "You're not on that channel")
    elif channel.topic:
        topic_lines(session, channel)
    else:
        session.reply(Rpl.NOTOPIC, channel.name, "No topic is set")


INVITE_USAGE: Final = "INVITE [<nick> <#channel>]"

ROWS: Final = (
    Command("JOIN", join, "JOIN <#channel>[,<#channel>…] [key[,key…]]", "enters channels", 1),
    Command("PART", part, "PART <#channel>[,<#channel>…] [:reason]", "leaves channels", 1),
    Command("NAMES", names, "NAMES [#channel[,#channel…]]", "lists the members of channels"),
    Command("INVITE", invite, INVITE_USAGE, "invites somebody, or lists your invitations"),
    Command("RENAME", rename, "RENAME <#channel> <#name> [:reason]", "renames a channel (operators)", 2),
    Command(
        "KICK",
        kick,
        "KICK <#channel>[,<#channel>…] <nick>[,<nick>…] [:reason]",
        "removes somebody from a channel (operators)",
        2,
    ),
    Command("TOPIC", topic, "TOPIC <#channel> [:text]", "shows or sets the topic of a channel", 1),
)
