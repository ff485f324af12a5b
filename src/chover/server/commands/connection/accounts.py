"""AUTHENTICATE, REGISTER, VERIFY: accounts, for programs. NickServ is the same for people."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

from chover.ports import Denied, Login
from chover.server.identity import sasl
from chover.server.identity.login import log_in
from chover.server.session.command import Command
from chover.server.session.waits import tell
from chover.server.users.account_names import own_nick, require_own_name
from chover.wire.message import Message
from chover.wire.numerics import Err

if TYPE_CHECKING:
    from chover.server.session.session import Session


def authenticate(session: Session, message: Message) -> Awaitable[None] | None:
    """https://ircv3.net/specs/extensions/sasl-3.2; at any time, and again."""
    word = message.params[0]
    if session.registration.exchange is None:
        if word == "*":
            session.reply(Err.SASLABORTED, "SASL authentication aborted")
            return None
        return sasl.begin(session, word.upper())
    if word == "*":
        sasl.abort(session)
        return None
    return sasl.go_on(session, word)


async def register(session: Session, message: Message) -> None:
    """https://ircv3.net/specs/extensions/account-registration"""
    name, email, password = message.params[:3]
    name = own_nick(session) if name == "*" else name
    try:
        require_own_name(session, name)
        account = await session.node.accounts.registration.register(
            name, password, "" if email == "*" else email, session.peer, tell(session)
        )
    except Denied as denied:
        session.fail("REGISTER", denied.code, name, text=str(denied))
        return
    if account is None:
        session.say("REGISTER", "VERIFICATION_REQUIRED", name, "A code was mailed to you: VERIFY with it")
        return
    session.say("REGISTER", "SUCCESS", account.name, "Account created")
    await log_in(session, Login(account))


async def verify(session: Session, message: Message) -> None:
    name, code = message.params[:2]
    name = session.nick_or_star if name == "*" else name
    try:
        account = await session.node.accounts.registration.verify(name, code, session.peer, tell(session))
    except Denied as denied:
        session.fail("VERIFY", denied.code, name, text=str(denied))
        return
    session.say("VERIFY", "SUCCESS", account.name, "Account verified")
    await log_in(session, Login(account))


# fmt: off
ROWS: Final = (
    Command("AUTHENTICATE", authenticate, "AUTHENTICATE <mechanism|response|*>", "logs in by SASL", 1, before=True),
    Command("REGISTER", register, "REGISTER <account|*> <e-mail|*> :<password>", "registers your nick", 3, before=True),
    Command("VERIFY", verify, "VERIFY <account|*> <code>", "finishes a registration", 2, before=True),
)
# fmt: on
