"""CAP, PASS, NICK, USER, PING, PONG, QUIT."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

from chover import names
from chover.engine import nicks, verbs
from chover.engine.ids import NOBODY, UserId
from chover.engine.lines import cut
from chover.engine.refusals import Refusal, Why
from chover.engine.rights import require_new_nick, silenced
from chover.server.access.bans import words
from chover.server.identity import sasl
from chover.server.identity.welcome import register
from chover.server.info.capabilities import offered, sts
from chover.server.pipeline.ledger import NotKept
from chover.server.session.command import Command
from chover.server.session.registration import REALNAME_BYTES
from chover.server.users.nick_ownership import may_wait, require_own
from chover.wire.capabilities import CAPABILITIES, Cap, lines_of, names_of, offer
from chover.wire.hello import VERSION_TAG
from chover.wire.message import LINE_BYTES, Message, format_line
from chover.wire.numerics import Err

if TYPE_CHECKING:
    from chover.server.session.session import Session

USERNAME_CHARS: Final = 10
"""So that a line of WHO or WHOIS with it is at most 512 bytes long."""
VERSION_CHARS: Final = 64
DEVICE_CHARS: Final = 64
_NOT_IN_USERNAME: Final = re.compile(r"[^A-Za-z0-9_.\-]")


def cap(session: Session, message: Message) -> Awaitable[None] | None:
    """https://ircv3.net/specs/extensions/capability-negotiation"""
    sub = message.params[0].upper()
    handler = _CAP.get(sub)
    if handler is None:
        session.reply(Err.INVALIDCAPCMD, message.params[0], "Invalid CAP subcommand")
        return None
    return handler(session, message.params[1:])


def _cap_line(session: Session, sub: str, names_: str) -> None:
    session.say("CAP", session.nick_or_star, sub, names_)


def _cap_answer(session: Session, sub: str, asked: str) -> None:
    """The requested capabilities: in one line, as clients count, and in several only if they do not fit after our
    names.

    Source: https://ircv3.net/specs/extensions/capability-negotiation#the-cap-ack-subcommand
    """
    room = LINE_BYTES - len(format_line("CAP", session.nick_or_star, sub, " ", source=session.node.name).encode()) - 1
    for line in lines_of(asked, room):
        # A capability's name is never longer than a line.
        _cap_line(session, sub, cut(line, room))


def _cap_ls(session: Session, params: list[str]) -> None:
    if session.user is None:
        session.registration.negotiating = True
    version = params[0] if params else ""
    if version.isascii() and version.isdigit():
        session.cap_version = max(session.cap_version, int(version))
    if session.cap_version >= 302:
        session.change_caps(session.caps | Cap.CAP_NOTIFY)
    there, policy = offered(session.node), sts(session)
    if policy and session.cap_version >= 302:
        there["sts"] = policy  # never requested: no row of the table
    _cap_lines(session, "LS", offer(there, values=session.cap_version >= 302))


def _cap_list(session: Session, _: list[str]) -> None:
    _cap_lines(session, "LIST", names_of(session.caps))


def _cap_lines(session: Session, sub: str, listed: str) -> None:
    """In several lines for clients with version 302; others are shown what fits in one."""
    *more, last = lines_of(listed)
    if session.cap_version < 302:
        _cap_line(session, sub, (more or [last])[0])
        return
    for line in more:
        session.say("CAP", session.nick_or_star, sub, "*", line)
    _cap_line(session, sub, last)


def _cap_req(session: Session, params: list[str]) -> None:
    if session.user is None:
        session.registration.negotiating = True
    asked = params[0] if params else ""
    caps, there = session.caps, offered(session.node)
    for word in asked.split():
        row = CAPABILITIES.get(word.removeprefix("-"))
        if row is None or row.name not in there:
            _cap_answer(session, "NAK", asked)
            return
        caps = caps & ~row.cap if word.startswith("-") else caps | row.cap
    if session.cap_version >= 302:
        # Clients with version 302 cannot disable cap-notify.
        caps |= Cap.CAP_NOTIFY
    _cap_answer(session, "ACK", asked)
    session.change_caps(caps)


def _cap_end(session: Session, _: list[str]) -> Awaitable[None] | None:
    session.registration.negotiating = False
    if session.user is None:
        sasl.abort(session)
    return _if_complete(session)


_CAP: Final = {"LS": _cap_ls, "LIST": _cap_list, "REQ": _cap_req, "END": _cap_end}


def _if_complete(session: Session) -> Awaitable[None] | None:
    return register(session) if session.user is None and session.registration.complete else None


def password(session: Session, message: Message) -> None:
    if session.user is not None:
        session.reply(Err.ALREADYREGISTERED, "You may not reregister")
    else:
        session.registration.password = message.params[0]


def nick(session: Session, message: Message) -> Awaitable[None] | None:
    if not message.params or not message.params[0]:
        session.reply(Err.NONICKNAMEGIVEN, "No nickname given")
        return None
    wanted = session.registration.wanted = message.params[0]
    if session.user is not None:
        return _rename(session, wanted)
    try:
        _check_early(session, wanted)
    except Refusal as refusal:
        if refusal.why is not Why.NICK_IN_USE or not session.registration.may_log_in:
            raise
        return _check_once_more(session, wanted)
    session.registration.nick = wanted
    return _if_complete(session)


def _check_early(session: Session, wanted: str) -> None:
    """So that a client can try another one while it negotiates; claimed at the end. Raises Refusal."""
    if not (session.registration.may_log_in and may_wait(session.node, wanted)):
        free_for(session, wanted, NOBODY)


async def _check_once_more(session: Session, wanted: str) -> None:
    """Its account may be one that another node has made just now. Raises Refusal."""
    await session.node.accounts.registration.catch_up()
    _check_early(session, wanted)
    session.registration.nick = wanted
    if registering := _if_complete(session):
        await registering


def free_for(session: Session, nick: str, asker: UserId) -> str:
    """The folded nick. Raises Refusal if it belongs to somebody else, by use or by registration."""
    require_own(session.node, nick, asker)
    return nicks.require_free(session.node.chat, nick, asker)


async def _rename(session: Session, wanted: str) -> None:
    chat, user = session.node.chat, session.me
    folded = free_for(session, wanted, user.id)
    if ban := session.node.moderation.ban_of(session, wanted):
        raise Refusal(Why.BAD_NICK, wanted, hint=words(ban))
    if not user.account or folded != chat.rules.same_nick(user.account):
        # Anybody may use the name of their account.
        require_new_nick(user, wanted, chat.now)
    chat.reservations.claim(folded, user.id)
    try:
        await session.node.presence.claims.take(folded, wanted, user.id)
        await session.commit(lambda: verbs.rename(user, wanted))
    except (Refusal, NotKept) as error:
        if isinstance(error, NotKept) and names.skeleton(folded) != names.skeleton(user.folded):
            await session.node.presence.claims.give_back(folded, user.id)
        chat.reservations.release(folded, user.id)
        # It may look like the old one, which still belongs to them.
        chat.reservations.claim(user.folded, user.id)
        raise


def _printable(text: str, most: int) -> str:
    return text[:most] if text.isprintable() else "".join([c for c in text if c.isprintable()])[:most]


def user(session: Session, message: Message) -> Awaitable[None] | None:
    if session.user is not None:
        session.reply(Err.ALREADYREGISTERED, "You may not reregister")
        return None
    if not message.params[3]:
        session.reply(Err.NEEDMOREPARAMS, "USER", "Your real name may be any text, but not empty")
        return None
    said = session.registration
    name, _, device = message.params[0].partition("@")
    said.user_device = _printable(device, DEVICE_CHARS)
    username = _NOT_IN_USERNAME.sub("", names.as_nick(name or "user"))[:USERNAME_CHARS].lstrip("-.")
    said.username = "~" + (username or "user")
    said.realname = cut(message.params[3], REALNAME_BYTES)
    version = message.tags.get(VERSION_TAG, "")
    session.version = _printable(version, VERSION_CHARS)
    return _if_complete(session)


def ping(session: Session, message: Message) -> None:
    session.say("PONG", session.node.name, message.params[0])


def pong(_: Session, __: Message) -> None:
    """Receiving it is enough."""


def _silenced(session: Session) -> bool:
    """Whether some channel must not be shown the reason for leaving."""
    user, now = session.me, session.node.chat.now
    return any(silenced(channel, user, now) for channel in user.channels.values())


def quit_(session: Session, message: Message) -> None:
    reason = message.params[0] if message.params else ""
    if reason and session.user is not None and _silenced(session):
        reason = ""
    session.end(f"Quit: {cut(reason, session.node.chat.rules.kick_len)}" if reason else "Quit")


def error(session: Session, message: Message) -> None:
    """A client that reports an error is about to leave; there is nothing to answer."""


ROWS: Final = (
    Command("CAP", cap, "CAP LS|LIST|REQ|END [capabilities]", "negotiates capabilities", 1, before=True),
    Command("PASS", password, "PASS <password>", "gives the server's password before NICK and USER", 1, before=True),
    Command("NICK", nick, "NICK <nick>", "sets or changes your nick", before=True),
    Command("USER", user, "USER <name> 0 * :<real name>", "sets your user name and real name", 4, before=True),
    Command("PING", ping, "PING <token>", "is answered with PONG when everything before it is done", 1, before=True),
    Command("PONG", pong, "PONG <token>", "answers PING", before=True),
    Command("QUIT", quit_, "QUIT [:reason]", "leaves the server", before=True),
    Command("ERROR", error, "ERROR :<text>", "is meant for servers and ignored", before=True),
)
