"""MOTD, LUSERS, VERSION, TIME, INFO, HELP, LIST: information about the server."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from time import time as now
from typing import TYPE_CHECKING, Final

from chover import names
from chover.engine.model import Channel, visible_to
from chover.engine.refusals import Refusal
from chover.server.info import greeting, isupport
from chover.server.session.command import Command, targets
from chover.version import __version__
from chover.wire.capabilities import Cap
from chover.wire.message import Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


def motd(session: Session, _: Message) -> None:
    greeting.motd(session)


def lusers(session: Session, _: Message) -> None:
    greeting.lusers(session)


def version(session: Session, _: Message) -> None:
    node = session.node
    session.reply(Rpl.VERSION, f"chover-{__version__}", node.name, "ChatOverSockets")
    isupport.send(session)


def isupport_(session: Session, _: Message) -> None:
    """https://ircv3.net/specs/extensions/extended-isupport: before registration, for clients that have requested it."""
    if session.user is None and Cap.EXTENDED_ISUPPORT not in session.caps:
        session.reply(Err.NOTREGISTERED, "Request draft/extended-isupport first, or finish NICK and USER")
        return
    isupport.send(session)


def time(session: Session, _: Message) -> None:
    now = datetime.now(UTC)
    session.reply(Rpl.TIME, session.node.name, now.strftime("%Y-%m-%dT%H:%M:%SZ"))


def info(session: Session, _: Message) -> None:
    for line in (
        f"ChatOverSockets (chover) {__version__}: your own chat, on one port",
        "It grew out of the script ChatOverSockets, (c) 2025 ljzh04",
        "Nothing acknowledged is ever lost; no cloud, no telemetry",
    ):
        session.reply(Rpl.INFO, line)
    session.reply(Rpl.ENDOFINFO, "End of INFO list")


def links(session: Session, _: Message) -> None:
    """There is one server, so there is nothing to list."""
    session.reply(Rpl.ENDOFLINKS, "*", "End of LINKS list: this is the only server")


Test = Callable[[Channel], bool]


def list_(session: Session, message: Message) -> None:
    """ELIST: C, T (created, topic set so many minutes ago), M (mask), N (not this mask), U (members)."""
    words = targets(message.params[0]) if message.params else []
    limits = [_condition(session, word) for word in words if _is_limit(word)]
    places = [_condition(session, word) for word in words if not _is_limit(word)]
    session.reply(Rpl.LISTSTART, "Channel", "Users  Name")
    for channel in list(session.node.chat.channels.values()):
        if visible_to(channel, session.me) and _passes(channel, limits, places):
            session.reply(Rpl.LIST, channel.name, str(len(channel.members)), channel.topic)
    session.reply(Rpl.LISTEND, "End of LIST")


def _passes(channel: Channel, limits: list[Test], places: list[Test]) -> bool:
    """Whether all limits hold, and it is one of the named channels if there are any."""
    return all(test(channel) for test in limits) and (not places or any(test(channel) for test in places))


_LIMIT: Final = re.compile("([CTct]?)([<>])([0-9]{1,9})")


def _is_limit(word: str) -> bool:
    return word[0] in "<>!" or _LIMIT.fullmatch(word) is not None


def _minutes_since(moment: int) -> float | None:
    """Minutes since a time in milliseconds; None if it is 0."""
    return (now() * 1000 - moment) / 60_000 if moment else None


_MEASURES: Final[dict[str, Callable[[Channel], float | None]]] = {
    "": lambda channel: len(channel.members),
    "C": lambda channel: _minutes_since(channel.created_at),
    "T": lambda channel: _minutes_since(channel.topic_at) if channel.topic else None,
}


def _limit(kind: str, sign: str, number: int) -> Test:
    measure = _MEASURES[kind.upper()]
    passes = operator.gt if sign == ">" else operator.lt

    def test(channel: Channel) -> bool:
        measured = measure(channel)
        return measured is not None and passes(measured, number)

    return test


def _condition(session: Session, word: str) -> Test:
    if found := _LIMIT.fullmatch(word):
        return _limit(found[1], found[2], int(found[3]))
    if word[0] == "!":
        unwanted = names.mask_pattern(word[1:].lower())
        return lambda c: unwanted.fullmatch(c.folded) is None
    if {"*", "?"} & set(word):
        wanted = names.mask_pattern(word.lower())
        return lambda c: wanted.fullmatch(c.folded) is not None
    try:
        named = session.node.chat.find_channel(word)
    except Refusal:
        return lambda _: False
    return lambda c: c is named


def users(session: Session, _: Message) -> None:
    """RFC 2812, 4.6: the reply of a server that does not support it."""
    session.reply(Err.USERSDISABLED, "USERS has been disabled; WHO and NAMES list who is online")


def summon(session: Session, _: Message) -> None:
    """RFC 2812, 4.5."""
    session.reply(Err.SUMMONDISABLED, "SUMMON has been disabled; INVITE asks somebody in")


ROWS: Final = (
    Command("USERS", users, "USERS", "is not offered here"),
    Command("SUMMON", summon, "SUMMON <user>", "is not offered here"),
    Command("MOTD", motd, "MOTD", "shows the message of the day"),
    Command("LUSERS", lusers, "LUSERS", "counts the people who are online"),
    Command("VERSION", version, "VERSION", "shows the server's version and what it supports"),
    Command("ISUPPORT", isupport_, "ISUPPORT", "shows what this server supports", before=True),
    Command("TIME", time, "TIME", "shows the server's time in UTC"),
    Command("INFO", info, "INFO", "shows information about this program"),
    Command("LINKS", links, "LINKS", "lists the servers of the network, which is this one"),
    Command("LIST", list_, "LIST [#channel,…|mask|!mask|>members|<members|C>minutes|T<minutes]", "lists channels"),
)
