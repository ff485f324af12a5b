"""Caller-id: who is on an accept list, and the word to somebody with +g that another wants to write to them.

The numerics are those of Solanum, InspIRCd and UnrealIRCd.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine import accepting
from chover.engine.ids import UserId, is_account
from chover.engine.refusals import Refusal
from chover.server.ownership import owner
from chover.wire.message import format_line
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.answers import Answers
    from chover.server.session import Session

EVERY_SECONDS: Final = 60.0
"""Somebody with +g is told no more often that others want to write, whoever they are."""
REMEMBERED: Final = 10_000


class Callers:
    """When each user was told last that somebody wants to write to them, in seconds of a steady clock."""

    def __init__(self) -> None:
        self._told: OrderedDict[UserId, float] = OrderedDict()

    def may_tell(self, user: UserId, now: float) -> bool:
        """Whether it is time again; then it counts as done."""
        if now - self._told.get(user, -EVERY_SECONDS) < EVERY_SECONDS:
            return False
        self._told.pop(user, None)
        self._told[user] = now
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        return True


def knock(session: Answers, nick: str, *, answered: bool = True) -> None:
    """Tell somebody with +g who wants to write to them, and that one that it was told.

    Of whom they block they hear nothing; the blocked are answered as ever.
    """
    node, user = session.node, session.me
    target = node.chat.find_user(nick)
    if not node.callers.may_tell(target.id, time.monotonic()):
        return
    if answered:
        session.reply(Rpl.TARGNOTIFY, target.nick, "has been told that you want to write to them")
    if node.chat.blocked(target, user):
        return
    words = f"wants to write to you, and you have +g; ACCEPT {user.nick} lets them"
    mask = f"{user.username}@{user.host}"
    line = format_line(Rpl.UMODEGMSG.value, target.nick, user.nick, mask, words, source=node.name)
    for device in node.fanout.sessions.get(target.id, ()):
        device.send(f"{line}\r\n".encode())


def show(session: Session) -> None:
    """The list: those who are here by nick, the others by account."""
    chat, accounts = session.node.chat, session.node.accounts
    for who in _held(session):
        user, account = chat.users.get(who), accounts.get(who)
        name = user.nick if user is not None else account.name if account is not None else ""
        if name:
            session.reply(Rpl.ACCEPTLIST, name)
    session.reply(Rpl.ENDOFACCEPT, "End of /ACCEPT list")


async def change(session: Session, nick: str, *, add: bool) -> None:
    """Put somebody on the list, or take them off. Raises NO_SUCH_NICK, NotKept and StoreError."""
    who, held = _id_of(session, nick), _held(session)
    if (who in held) is add:
        known = (Err.ACCEPTEXIST, "is already on your accept list"), (Err.ACCEPTNOT, "is not on your accept list")
        numeric, text = known[0] if add else known[1]
        session.reply(numeric, nick, text)
        return
    if add and len(held) >= accepting.MOST:
        session.reply(Err.ACCEPTFULL, "Accept list is full; take somebody off it first")
        return
    await _keep(session, who, add=add)
    own = (who,) if add else ()
    await session.commit(
        lambda: accepting.set_accepts(session.me, (*[other for other in _held(session) if other != who], *own))
    )


def _held(session: Session) -> dict[UserId, None]:
    return session.node.chat.accepts.get(session.me.id, {})


def _id_of(session: Session, nick: str) -> UserId:
    """Whom a nick means: who has it, or else the account of that name."""
    try:
        return session.node.chat.find_user(nick).id
    except Refusal:
        account = owner(session.node, nick)
        if account is None:
            raise
        return account.id


async def _keep(session: Session, who: UserId, *, add: bool) -> None:
    """An account keeps which accounts it accepts; a guest is gone when the connection ends."""
    account = session.node.accounts.get(session.me.id)
    if account is None or not is_account(who):
        return
    own = (who,) if add else ()
    await session.node.accounts.change(
        account.id,
        lambda held: msgspec.structs.replace(
            held, accepted=(*[other for other in held.accepted if other != who], *own)[-accepting.MOST :]
        ),
    )
