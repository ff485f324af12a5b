"""Accepting an invitation: an account if there is none yet, then its channels, with its role."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chover.engine import nicks
from chover.engine.events import Source
from chover.engine.ids import SERVER
from chover.engine.refusals import Refusal, Why
from chover.engine.verbs.admission import admit
from chover.ports import Denied, Invite, Login
from chover.server.identity.login import log_in
from chover.server.membership.entering import entered
from chover.server.session.waits import tell
from chover.server.users import nick_ownership

if TYPE_CHECKING:
    from chover.server.session.session import Session

GRANTER = "ChanServ"
"""The nick that gives the role."""


async def redeem(session: Session, token: str, name: str, password: str) -> str:
    """Use an invitation once. Somebody who is not logged in gets an account of that name.

    The key of its first device, or nothing. Raises Denied and NotKept.
    """
    account = session.node.accounts.get(session.user.id) if session.user else None
    login = session.registration.login
    if account is None and login is None:
        return await _begin(session, token, name, password)
    name = account.name if account is not None else login.account.name if login else name
    invite = await session.node.accounts.invitations.accept(token, session.peer, tell(session))
    _succeeded(session, name, "", invite)
    await follow(session, invite)
    return ""


async def _begin(session: Session, token: str, name: str, password: str) -> str:
    """Create an account and log in to it. Returns its key."""
    name = own_nick(session) if name in {"", "*"} else name
    require_free(session, name)
    accounts = session.node.accounts
    welcome = accounts.invitations.welcome
    account, invite, secret = await welcome(token, name, password, session.peer, tell(session))
    _succeeded(session, account.name, secret, invite)
    session.registration.nick = session.registration.wanted = account.name
    first = next(iter(await accounts.tokens.of(account.id)), None)
    await log_in(session, Login(account, first.label, first.id) if first is not None else Login(account))
    if session.user is not None:
        await nick_ownership.take_own_nick(session, account)
    await follow(session, invite)
    return secret


def own_nick(session: Session) -> str:
    return session.user.nick if session.user is not None else session.registration.wanted


def require_free(session: Session, name: str) -> None:
    """Raises Denied for a name that somebody online has."""
    node = session.node
    if not name:
        raise Denied("NEED_NICK", "Name the account that you want: REDEEM <token> <name>")
    try:
        nicks.require_free(node.chat, name, session.user.id if session.user is not None else node.fresh_guest())
    except Refusal as refusal:
        if refusal.why is Why.BAD_NICK:
            raise Denied("BAD_ACCOUNT_NAME", f"That is not a valid name: {refusal.hint}") from refusal
        raise Denied("ACCOUNT_EXISTS", f"This name is taken; {refusal.hint} is free") from refusal


def _succeeded(session: Session, name: str, secret: str, invite: Invite) -> None:
    text = (
        "Keep the key: it is this device's password, and is shown this once" if secret else "The invitation is accepted"
    )
    session.say("REDEEM", "SUCCESS", name, secret or "*", ",".join(invite.channels) or "*", text)


async def follow(session: Session, invite: Invite) -> None:
    """Join the channels of an invitation, now or as soon as there is a user. Raises NotKept."""
    if session.user is None:
        session.registration.invite = invite
        return
    granter = Source(SERVER, GRANTER, GRANTER, session.node.name)
    for name in invite.channels:
        decide = partial(admit, session.node.chat, session.user, name, invite.role, granter)
        try:
            await entered(session, await session.commit(decide))
        except Refusal as refusal:
            session.refuse(refusal)
