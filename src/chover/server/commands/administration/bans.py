"""DLINE, KLINE, UNDLINE, UNKLINE, STATS: OperServ's bans under their names on other servers."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from chover.ports import BanKind
from chover.server.access.ban_syntax import BadBan, BanTarget, target_of
from chover.server.access.bans import until
from chover.server.operators import privileges
from chover.server.services import operserv
from chover.server.session.command import Command
from chover.wire.message import Message
from chover.wire.numerics import Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


def _words(message: Message) -> list[str]:
    return " ".join(message.params).split()


def _setting(kinds: frozenset[BanKind], name: str, render_key: str) -> Callable[[Session, Message], Awaitable[None]]:
    """A command that sets bans of some kinds; without parameters or with LIST it shows all of them."""

    async def checked(session: Session, words: list[str]) -> None:
        whom = operserv.wanted(words).whom
        if target_of(whom).kind not in kinds:
            raise BadBan(f"{whom} is not a valid {render_key}; {name} takes only those, /msg OperServ BAN takes all")
        await operserv.ban(session, words)

    async def run(session: Session, message: Message) -> None:
        words = _words(message)
        shows = not words or words[0].upper() == "LIST"
        await operserv.allowed("ban", operserv.bans if shows else checked)(session, words)

    return run


async def unban(session: Session, message: Message) -> None:
    await operserv.allowed("ban", operserv.unban)(session, _words(message))


def _bans(kinds: frozenset[BanKind], numeric: Rpl, letter: str) -> Callable[[Session], None]:
    def show(session: Session) -> None:
        privileges.require(session, "ban")
        for ban in session.node.moderation.bans:
            if ban.kind in kinds:
                what = str(BanTarget(ban.kind, ban.what))
                session.reply(numeric, letter, what, until(ban), ban.by, ban.reason or "no reason given")

    return show


def _uptime(session: Session) -> None:
    seconds = int(time.time() - session.node.started)
    days, clock = divmod(seconds, 86400)
    session.reply(Rpl.STATSUPTIME, f"Server Up {days} days {clock // 3600}:{clock // 60 % 60:02}:{clock % 60:02}")


def _operators(session: Session) -> None:
    privileges.require(session, "see")
    for name, rights in privileges.every(session.node):
        session.reply(Rpl.STATSOLINE, "O", "*", "*", name, ",".join(rights))


def stats(session: Session, message: Message) -> None:
    """k: bans of masks, cloaks and accounts; d: of addresses; o: possible operators; u: the uptime."""
    letter = message.params[0][:1] if message.params else "*"
    show = _STATS.get(letter.lower())
    try:
        if show is not None:
            show(session)
    finally:
        session.reply(Rpl.ENDOFSTATS, letter or "*", "End of STATS report")


_ADDRESSES: Final[frozenset[BanKind]] = frozenset({"address"})
_LABELS: Final[frozenset[BanKind]] = frozenset({"mask", "cloak", "account"})
_STATS: Final[dict[str, Callable[[Session], None]]] = {
    "k": _bans(_LABELS, Rpl.STATSKLINE, "K"),
    "d": _bans(_ADDRESSES, Rpl.STATSDLINE, "D"),
    "o": _operators,
    "u": _uptime,
}

# fmt: off
ROWS: Final = (
    Command("DLINE", _setting(_ADDRESSES, "DLINE", "address or range"),
            "DLINE [FORCE] <address|range> [duration] [reason]", "keeps an address off the server (operators)"),
    Command("KLINE", _setting(_LABELS, "KLINE", "mask, cloak or account"),
            "KLINE [FORCE] <mask|cloak|account:name> [duration] [reason]", "keeps a mask off the server (operators)"),
    Command("UNDLINE", unban, "UNDLINE <number|address|range>", "lifts a ban from the server (operators)", 1),
    Command("UNKLINE", unban, "UNKLINE <number|mask|cloak|account:name>", "lifts a ban from the server (operators)", 1),
    Command("STATS", stats, "STATS k|d|o|u", "lists the server's bans and operators (operators) or shows its uptime"),
)
# fmt: on
