"""ACCEPT: the people whose messages somebody with +g or +R accepts.

The numerics are those of Solanum, InspIRCd and UnrealIRCd.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from chover.engine.ids import UserId, is_account
from chover.engine.refusals import Refusal
from chover.engine.verbs import accepting
from chover.server.users.nick_ownership import owner
from chover.wire.numerics import Err, Rpl

if TYPE_CHECKING:
    from chover.server.session.session import Session


def show(session: Session) -> None:
    """The list: people who are online by nick, others by account."""
    chat, accounts = session.node.chat, session.node.accounts
    for who in _held(session):
        user, account = chat.users.get(who), accounts.get(who)
        name = user.nick if user is not None else account.name if account is not None else ""
        if name:
            session.reply(Rpl.ACCEPTLIST, name)
    session.reply(Rpl.ENDOFACCEPT, "End of /ACCEPT list")


async def change(session: Session, nick: str, *, add: bool) -> None:
    """Add somebody to the list, or remove them. Raises NO_SUCH_NICK, NotKept and StoreError."""
    who, held = _id_of(session, nick), _held(session)
    if (who in held) is add:
        known = (Err.ACCEPTEXIST, "is already on your accept list"), (Err.ACCEPTNOT, "is not on your accept list")
        numeric, text = known[0] if add else known[1]
        session.reply(numeric, nick, text)
        return
    if add and len(held) >= accepting.MOST:
        session.reply(Err.ACCEPTFULL, "Accept list is full; remove somebody first")
        return
    await _keep(session, who, add=add)
    own = (who,) if add else ()
    await session.commit(
        lambda: accepting.set_accepts(session.me, (*[other for other in _held(session) if other != who], *own))
    )


def _held(session: Session) -> dict[UserId, None]:
    return session.node.chat.accepts.get(session.me.id, {})


def _id_of(session: Session, nick: str) -> UserId:
    """The user that a nick means: its current owner, or the account of that name."""
    try:
        return session.node.chat.find_user(nick).id
    except Refusal:
        account = owner(session.node, nick)
        if account is None:
            raise
        return account.id


async def _keep(session: Session, who: UserId, *, add: bool) -> None:
    """An account keeps the accounts that it accepts; a guest is gone when the connection ends."""
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
