"""WHO, WHOIS, AWAY, ISON: about those who are on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from chover import names
from chover.engine.model import Channel, Membership, User, visible_to
from chover.engine.modes import BOT
from chover.engine.refusals import Refusal
from chover.names import is_channel
from chover.server.command import Command
from chover.server.registration import REALNAME_BYTES
from chover.wire.capabilities import Cap
from chover.wire.message import Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session import Session


def who(session: Session, message: Message) -> None:
    mask = message.params[0] if message.params else "*"
    chat = session.node.chat
    if is_channel(mask):
        try:
            _who_channel(session, chat.find_channel(mask))
        except Refusal:
            pass
    else:
        for user in _matching(session, mask):
            _who_line(session, user, None, None)
    session.reply(Rpl.ENDOFWHO, mask, "End of WHO list")


def _who_channel(session: Session, channel: Channel) -> None:
    if not visible_to(channel, session.me):
        return
    inside = session.me.id in channel.members
    for membership in channel.members.values():
        if inside or "i" not in membership.user.modes:
            _who_line(session, membership.user, channel, membership)


def _matching(session: Session, mask: str) -> Iterator[User]:
    """The user of that nick, or those whose nick, user name or host a mask covers and who may be seen."""
    chat = session.node.chat
    if not {"*", "?"} & set(mask):
        try:
            yield chat.find_user(mask)
        except Refusal:
            pass
        return
    pattern = names.mask_pattern(mask.lower())
    for user in list(chat.users.values()):
        seen = "i" not in user.modes or user is session.me or user.channels.keys() & session.me.channels.keys()
        if seen and any(pattern.fullmatch(label.lower()) for label in (user.folded, user.host, user.username)):
            yield user


def _who_line(session: Session, user: User, channel: Channel | None, membership: Membership | None) -> None:
    flags = ("G" if user.away else "H") + (BOT if BOT in user.modes else "")
    if membership is not None:
        flags += membership.prefixes if Cap.MULTI_PREFIX in session.caps else membership.prefixes[:1]
    name = channel.name if channel else "*"
    server = session.node.name
    session.reply(Rpl.WHOREPLY, name, user.username, user.host, server, user.nick, flags, f"0 {user.realname}")


def whois(session: Session, message: Message) -> None:
    nick = message.params[-1].split(",")[0] if message.params else ""
    if not nick:
        session.reply(Err.NONICKNAMEGIVEN, "No nickname given")
        return
    try:
        _whois_lines(session, session.node.chat.find_user(nick))
    except Refusal as refusal:
        session.refuse(refusal)
    session.reply(Rpl.ENDOFWHOIS, nick, "End of WHOIS list")


def _whois_lines(session: Session, user: User) -> None:
    node, nick = session.node, user.nick
    devices = node.fanout.sessions.get(user.id, [])
    session.reply(Rpl.WHOISUSER, nick, user.username, user.host, "*", user.realname)
    shown = _channels_of(session, user)
    if shown:
        session.reply(Rpl.WHOISCHANNELS, nick, " ".join(shown))
    session.reply(Rpl.WHOISSERVER, nick, node.name, node.config.server.network)
    if user.away:
        session.reply(Rpl.AWAY, nick, user.away)
    if user.account:
        session.reply(Rpl.WHOISACCOUNT, nick, user.account, "is logged in as")
    if BOT in user.modes:
        session.reply(Rpl.WHOISBOT, nick, f"is a bot on {node.config.server.network}")
    if devices and all(device.peer.tls for device in devices):
        session.reply(Rpl.WHOISSECURE, nick, "is using a secure connection")
    if user is session.me:
        session.reply(Rpl.WHOISHOST, nick, f"is connecting from {session.peer.address}")
    if devices:
        idle = time.monotonic() - max(device.last_spoke for device in devices)
        since = min(device.since for device in devices) // 1000
        session.reply(Rpl.WHOISIDLE, nick, f"{idle:.0f}", str(since), "seconds idle, signon time")


def _channels_of(session: Session, user: User) -> list[str]:
    shown = []
    for channel in user.channels.values():
        hidden = "i" in user.modes and user is not session.me and session.me.id not in channel.members
        if visible_to(channel, session.me) and not hidden:
            prefixes = channel.members[user.id].prefixes
            shown.append((prefixes if Cap.MULTI_PREFIX in session.caps else prefixes[:1]) + channel.name)
    return shown


async def away(session: Session, message: Message) -> None:
    text = message.params[0] if message.params else ""
    if session.user is not None:
        await session.commit(lambda: session.node.chat.set_away(session.me, text))
    elif Cap.PRE_AWAY in session.caps:
        session.registration.away = text
    else:
        session.reply(Err.NOTREGISTERED, "You have not registered; send NICK and USER first")
        return
    if text:
        session.reply(Rpl.NOWAWAY, "You have been marked as being away")
    else:
        session.reply(Rpl.UNAWAY, "You are no longer marked as being away")


async def setname(session: Session, message: Message) -> None:
    """https://ircv3.net/specs/extensions/setname: who has not asked for the capability gets no answer."""
    text = message.params[0]
    if not text or len(text.encode()) > REALNAME_BYTES:
        session.fail("SETNAME", "INVALID_REALNAME", text=f"A real name has 1 to {REALNAME_BYTES} bytes")
        return
    await session.commit(lambda: session.node.chat.set_realname(session.me, text))


def ison(session: Session, message: Message) -> None:
    found = []
    for nick in [word for param in message.params for word in param.split()]:
        try:
            found.append(session.node.chat.find_user(nick).nick)
        except Refusal:
            continue
    session.reply(Rpl.ISON, " ".join(found))


ROWS: Final = (
    Command("WHO", who, "WHO <#channel|nick|mask>", "lists users"),
    Command("WHOIS", whois, "WHOIS <nick>", "tells about a user"),
    Command("AWAY", away, "AWAY [:text]", "says that you are away, or back", before=True),
    Command("SETNAME", setname, "SETNAME :<real name>", "changes your real name", 1),
    Command("ISON", ison, "ISON <nick> [nick…]", "asks who of them is on", 1),
)
