"""From a connection that has said NICK and USER to a user in the lobby."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from chover import __version__
from chover.engine.decision import Append
from chover.engine.events import Arrived, Change, Event, Known, Source, UserModesSet
from chover.engine.ids import NOWHERE
from chover.engine.modes import CHANNEL_MODES, USER_MODES, Kind
from chover.engine.refusals import Refusal
from chover.server import isupport
from chover.server.arrivals import introduce
from chover.server.commands.joining import join_each
from chover.server.commands.server import lusers, motd
from chover.server.ledger import NotKept
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session import Session


_INVISIBLE: Final = UserModesSet((Change(add=True, mode="i"),))


async def register(session: Session) -> None:
    """Make the session a user, if what it said allows it; a refused nick may be tried again."""
    node, said = session.node, session.registration
    if not _knows_password(node.config.server.password, said.password):
        session.reply(Err.PASSWDMISMATCH, "Password incorrect; send PASS with the server's password first")
        session.end("Password incorrect")
        return
    user_id = node.fresh_guest()
    try:
        folded = node.chat.require_free(said.nick, user_id)
    except Refusal:
        said.nick = ""
        raise
    node.chat.claim(folded, user_id)
    source = Source(user_id, said.nick, said.username, node.cloak(session.peer.address))
    bodies: list[Known] = [Arrived(said.realname), *([_INVISIBLE] if node.config.server.invisible else [])]
    arrived = Append([Event(NOWHERE, source, body) for body in bodies])
    try:
        await node.ledger.commit(lambda: arrived)
    except NotKept:
        node.chat.release(folded, user_id)
        raise
    session.registered(node.chat.users[user_id])
    _burst(session)
    introduce(session)
    if session.me.modes:
        session.reply(Rpl.UMODEIS, "+" + "".join(sorted(session.me.modes)))
    if said.away:
        await session.commit(partial(node.chat.set_away, session.me, said.away))
    await join_each(session, node.config.channels.autojoin)


def _knows_password(wanted: str, given: str) -> bool:
    return not wanted or hmac.compare_digest(wanted.encode(), given.encode())


def _burst(session: Session) -> None:
    node = session.node
    name, version = node.name, f"chover-{__version__}"
    created = datetime.fromtimestamp(node.started, UTC).strftime("%Y-%m-%d %H:%M UTC")
    params = [mode.letter for mode in CHANNEL_MODES.values() if mode.kind is not Kind.FLAG]
    session.reply(Rpl.WELCOME, f"Welcome to {node.config.server.network}, {session.me.nick}")
    session.reply(Rpl.YOURHOST, f"Your host is {name}, running version {version}")
    session.reply(Rpl.CREATED, f"This server was started {created}")
    session.reply(Rpl.MYINFO, name, version, "".join(USER_MODES), "".join(CHANNEL_MODES), "".join(params))
    for words in isupport.lines(node.config):
        session.reply(Rpl.ISUPPORT, *words, "are supported by this server")
    lusers(session)
    motd(session)
