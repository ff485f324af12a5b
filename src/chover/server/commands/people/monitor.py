"""MONITOR: notifications when a nick comes online or leaves (https://ircv3.net/specs/extensions/monitor)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from chover.engine.refusals import Refusal
from chover.names import BadName
from chover.server.delivery.monitor import MOST
from chover.server.delivery.names_cache import packed
from chover.server.profile import metadata
from chover.server.session.command import Command, targets
from chover.wire.message import LINE_BYTES, Message
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


def monitor(session: Session, message: Message) -> None:
    handler = _SUBCOMMANDS.get(message.params[0].upper())
    if handler is None:
        session.reply(Err.UNKNOWNERROR, "MONITOR", "Unknown subcommand; use one of + - C L S")
        return
    handler(session, targets(message.params[1]) if len(message.params) > 1 else [])


def _add(session: Session, nicks: list[str]) -> None:
    watched = session.node.fanout.monitor.watched
    added: dict[str, str] = {}
    for place, nick in enumerate(nicks):
        folded = _folded(session, nick)
        if folded is None:
            session.reply(Err.ERRONEUSNICKNAME, nick, "Erroneous nickname: only nicks can be monitored")
            continue
        if folded not in watched(session) and len(watched(session)) >= MOST:
            left = ",".join(nicks[place:])
            session.reply(Err.MONLISTFULL, str(MOST), left, "Monitor list is full; remove a nick first")
            break
        session.node.fanout.monitor.watch(session, folded, nick)
        added[folded] = nick
    _status(session, added.values())
    for folded in added:
        if (user := session.node.chat.nicks.get(folded)) is not None:
            metadata.show_watched(session, user)


def _remove(session: Session, nicks: list[str]) -> None:
    for nick in nicks:
        folded = _folded(session, nick)
        if folded is not None:
            session.node.fanout.monitor.unwatch(session, folded)


def _clear(session: Session, _: list[str]) -> None:
    session.node.fanout.monitor.clear(session)


def _list(session: Session, _: list[str]) -> None:
    _lines(session, Rpl.MONLIST, session.node.fanout.monitor.watched(session).values())
    session.reply(Rpl.ENDOFMONLIST, "End of MONITOR list")


def _show(session: Session, _: list[str]) -> None:
    _status(session, session.node.fanout.monitor.watched(session).values())


def _status(session: Session, nicks: Iterable[str]) -> None:
    """Report which of them are online, and which are not."""
    online, offline = [], []
    for nick in nicks:
        try:
            online.append(session.node.chat.find_user(nick).mask)
        except Refusal:
            offline.append(nick)
    _lines(session, Rpl.MONONLINE, online)
    _lines(session, Rpl.MONOFFLINE, offline)


def _lines(session: Session, numeric: Rpl, words: Iterable[str]) -> None:
    room = LINE_BYTES - 2 - len(f":{session.node.name} {numeric.value} {session.nick_or_star} :".encode())
    for line in packed(iter(words), room, ","):
        session.reply(numeric, line)


def _folded(session: Session, nick: str) -> str | None:
    try:
        return session.node.chat.rules.fold_nick(nick)
    except BadName:
        return None


_SUBCOMMANDS: Final[dict[str, Callable[[Session, list[str]], None]]] = {
    "+": _add,
    "-": _remove,
    "C": _clear,
    "L": _list,
    "S": _show,
}

ROWS: Final = (
    Command(
        "MONITOR", monitor, "MONITOR +|- <nick>[,<nick>…] | C|L|S", "tells you when nicks come online and leave", 1
    ),
)
