"""WHOIS, WHOWAS, AWAY, SETNAME, ISON, USERHOST: about people who are or were online."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from chover.engine import verbs
from chover.engine.model import User, sees, visible_to
from chover.engine.modes import BOT, OPERATOR
from chover.engine.refusals import Refusal
from chover.server.access import cloaks
from chover.server.delivery.render import timestamp
from chover.server.operators import privileges
from chover.server.profile import metadata
from chover.server.session.command import Command
from chover.server.session.registration import REALNAME_BYTES
from chover.server.users.devices import idle_seconds, keep_realname, set_away
from chover.server.users.nick_ownership import folded_nick
from chover.wire.capabilities import Cap
from chover.wire.message import Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


USERHOSTS: Final = 5
"""The number of nicks that one USERHOST answers (modern.ircdocs.horse)."""


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
    here, elsewhere = node.fanout.sessions.get(user.id, ()), node.presence.devices(user.id)
    session.reply(Rpl.WHOISUSER, nick, user.username, user.host, "*", user.realname)
    shown = _channels_of(session, user)
    if shown:
        session.reply(Rpl.WHOISCHANNELS, nick, " ".join(shown))
    session.reply(Rpl.WHOISSERVER, nick, node.name, node.config.server.network)
    if OPERATOR in user.modes:
        session.reply(Rpl.WHOISOPERATOR, nick, "is an operator of this server")
    if user.away:
        session.reply(Rpl.AWAY, nick, user.away)
    if user.account:
        session.reply(Rpl.WHOISACCOUNT, nick, user.account, "is logged in as")
    if BOT in user.modes:
        session.reply(Rpl.WHOISBOT, nick, f"is a bot on {node.config.server.network}")
    metadata.show_in_whois(session, user)
    secure = [*[device.peer.tls for device in here], *[devices.secure for devices in elsewhere]]
    if secure and all(secure):
        session.reply(Rpl.WHOISSECURE, nick, "is using a secure connection")
    if user is session.me or privileges.may(session, "see"):
        addresses = [device.peer.address for device in here]
        for address in dict.fromkeys([*addresses, *[each for devices in elsewhere for each in devices.addresses]]):
            real = cloaks.shown(address)
            session.reply(Rpl.WHOISHOST, nick, f"is connecting from {address}")
            session.reply(Rpl.WHOISACTUALLY, nick, f"{user.username}@{real}", real, "Actual user@host, Actual IP")
    since = [*[device.since for device in here], *[devices.since for devices in elsewhere]]
    if since:
        idle, signon = f"{idle_seconds(node, user):.0f}", str(min(since) // 1000)
        session.reply(Rpl.WHOISIDLE, nick, idle, signon, "seconds idle, signon time")


def _channels_of(session: Session, user: User) -> list[str]:
    shown = []
    for channel in user.channels.values():
        hidden = "i" in user.modes and user is not session.me and session.me.id not in channel.members
        membership = channel.members[user.id]
        shows = user is session.me or sees(channel, session.me, membership)
        if visible_to(channel, session.me) and shows and not hidden:
            prefixes = membership.prefixes
            shown.append((prefixes if Cap.MULTI_PREFIX in session.caps else prefixes[:1]) + channel.name)
    return shown


async def away(session: Session, message: Message) -> None:
    text = message.params[0] if message.params else ""
    if session.user is not None:
        await set_away(session, text)
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
    """https://ircv3.net/specs/extensions/setname: clients without the capability get no answer."""
    text = message.params[0]
    if not text or len(text.encode()) > REALNAME_BYTES:
        session.fail("SETNAME", "INVALID_REALNAME", text=f"A real name has 1 to {REALNAME_BYTES} bytes")
        return
    await session.commit(lambda: verbs.set_realname(session.me, text))
    await keep_realname(session.node, session.me)


def ison(session: Session, message: Message) -> None:
    found = []
    for nick in [word for param in message.params for word in param.split()]:
        try:
            found.append(session.node.chat.find_user(nick).nick)
        except Refusal:
            continue
    session.reply(Rpl.ISON, " ".join(found))


def userhost(session: Session, message: Message) -> None:
    """Up to five nicks that are online: ``nick=+~user@host``, with a minus for those who are away."""
    found = []
    for nick in message.params[:USERHOSTS]:
        try:
            user = session.node.chat.find_user(nick)
        except Refusal:
            continue
        star = "*" if OPERATOR in user.modes else ""
        found.append(f"{user.nick}{star}={'-' if user.away else '+'}{user.username}@{user.host}")
    session.reply(Rpl.USERHOST, " ".join(found))


def whowas(session: Session, message: Message) -> None:
    if not message.params or not message.params[0]:
        session.reply(Err.NONICKNAMEGIVEN, "No nickname given")
        return
    nick, node = message.params[0], session.node
    count = message.params[1] if len(message.params) > 1 else ""
    most = int(count[:9]) if count.isascii() and count.isdigit() and int(count[:9]) else None
    known = list(islice(node.whowas.find(folded_nick(node.chat, nick)), most))
    for gone in known:
        source = gone.source
        session.reply(Rpl.WHOWASUSER, source.nick, source.user, source.host, "*", gone.realname)
        session.reply(Rpl.WHOISSERVER, source.nick, node.name, timestamp(gone.at))
    if not known:
        session.reply(Err.WASNOSUCHNICK, nick, "There was no such nickname lately")
    session.reply(Rpl.ENDOFWHOWAS, nick, "End of WHOWAS")


ROWS: Final = (
    Command("WHOIS", whois, "WHOIS <nick>", "shows information about a user"),
    Command("AWAY", away, "AWAY [:text]", "marks you as away or back", before=True),
    Command("SETNAME", setname, "SETNAME :<real name>", "changes your real name", 1),
    Command("WHOWAS", whowas, "WHOWAS <nick> [count]", "shows information about users who have left"),
    Command("USERHOST", userhost, "USERHOST <nick> [nick…]", "shows the hosts of up to five users", 1),
    Command("ISON", ison, "ISON <nick> [nick…]", "shows which of these nicks are online", 1),
)
