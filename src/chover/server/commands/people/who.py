"""WHO, with the fields of WHOX (https://ircv3.net/specs/extensions/whox)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from chover import names
from chover.engine.model import Channel, Membership, User, sees, visible_to
from chover.engine.modes import BOT, OPERATOR
from chover.engine.refusals import Refusal
from chover.names import is_channel
from chover.server.access.cloaks import shown
from chover.server.operators import privileges
from chover.server.session.command import Command
from chover.server.users.devices import idle_seconds
from chover.wire.capabilities import Cap
from chover.wire.message import Message
from chover.wire.numerics import Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session

TOKEN_DIGITS: Final = 3
NO_ADDRESS: Final = "255.255.255.255"
"""Replaces a private address."""


class WhoRow(NamedTuple):
    """Somebody matched by a mask; the channel if it was asked for."""

    user: User
    channel: Channel | None = None
    membership: Membership | None = None


def who(session: Session, message: Message) -> None:
    mask = message.params[0] if message.params else "*"
    _, percent, asked = message.params[1].partition("%") if len(message.params) > 1 else ("", "", "")
    for found in _covered(session, mask):
        if percent:
            _fields(session, found, asked)
        else:
            _line(session, found)
    session.reply(Rpl.ENDOFWHO, mask, "End of WHO list")


def _covered(session: Session, mask: str) -> Iterator[WhoRow]:
    if is_channel(mask):
        return _in_channel(session, mask)
    return map(WhoRow, _matching(session, mask))


def _in_channel(session: Session, name: str) -> Iterator[WhoRow]:
    try:
        channel = session.node.chat.find_channel(name)
    except Refusal:
        return
    inside = session.me.id in channel.members
    for membership in list(channel.members.values()) if visible_to(channel, session.me) else ():
        if (inside or "i" not in membership.user.modes) and sees(channel, session.me, membership):
            yield WhoRow(membership.user, channel, membership)


def _matching(session: Session, mask: str) -> Iterator[User]:
    """The user with that nick, or visible users whose nick, user name or host matches a mask."""
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


def _flags(session: Session, found: WhoRow) -> str:
    """Here or gone, a bot, and the prefixes in the channel."""
    marks = [mark for mode, mark in ((OPERATOR, "*"), (BOT, BOT)) if mode in found.user.modes]
    flags = ("G" if found.user.away else "H") + "".join(marks)
    if found.membership is not None:
        prefixes = found.membership.prefixes
        flags += prefixes if Cap.MULTI_PREFIX in session.caps else prefixes[:1]
    return flags


def _line(session: Session, found: WhoRow) -> None:
    user, server = found.user, session.node.name
    name = found.channel.name if found.channel else "*"
    flags = _flags(session, found)
    session.reply(Rpl.WHOREPLY, name, user.username, user.host, server, user.nick, flags, f"0 {user.realname}")


def _fields(session: Session, found: WhoRow, asked: str) -> None:
    letters, _, token = asked.partition(",")
    given = token if token.isascii() and token.isdigit() and len(token) <= TOKEN_DIGITS else "0"
    fields = [show(session, found) for letter, show in _SHOWN.items() if letter in letters]
    if "t" in letters:
        fields.insert(0, given)
    if fields:
        session.reply(Rpl.WHOSPCRPL, *fields)


def _server(session: Session, _: WhoRow) -> str:
    return session.node.name


def _address(session: Session, found: WhoRow) -> str:
    """The user's own address, and everybody's for operators with the right to see it."""
    node, who = session.node, found.user.id
    elsewhere = (each for devices in node.presence.devices(who) for each in devices.addresses)
    here = (device.peer.address for device in node.fanout.sessions.get(who, ()))
    address = next(chain(here, elsewhere), "")
    if not address or not (found.user is session.me or privileges.may(session, "see")):
        return NO_ADDRESS
    return shown(address)


def _idle(session: Session, found: WhoRow) -> str:
    return f"{idle_seconds(session.node, found.user):.0f}"


_SHOWN: Final[dict[str, Callable[[Session, WhoRow], str]]] = {
    "c": lambda _, found: found.channel.name if found.channel else "*",
    "u": lambda _, found: found.user.username,
    "i": _address,
    "h": lambda _, found: found.user.host,
    "s": _server,
    "n": lambda _, found: found.user.nick,
    "f": _flags,
    "d": lambda _, __: "0",
    "l": _idle,
    "a": lambda _, found: found.user.account or "0",
    "o": lambda _, __: "n/a",
    "r": lambda _, found: found.user.realname,
}
"""The fields in the order of the reply; the token comes first."""

ROWS: Final = (
    Command("WHO", who, "WHO <#channel|nick|mask> [%fields[,token]]", "lists users"),
)  # fmt: skip
