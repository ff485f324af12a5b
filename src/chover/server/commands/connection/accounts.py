"""AUTHENTICATE, REGISTER, VERIFY: accounts, for programs. For people there is NickServ."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

from chover.ports import Denied, Login
from chover.server.identity import sasl
from chover.server.identity.login import log_in
from chover.server.session.command import Command
from chover.server.session.waits import tell
from chover.server.users import devices
from chover.server.users.account_names import held_name, own_nick, require_own_name
from chover.wire.message import Message
from chover.wire.numerics import Err

if TYPE_CHECKING:
    from chover.server.session.session import Session


def authenticate(session: Session, message: Message) -> Awaitable[None] | None:
    """https://ircv3.net/specs/extensions/sasl-3.2; possible at any time, and repeatedly."""
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
        async with held_name(session, name):
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


async def recover(session: Session, message: Message) -> None:
    """docs/protocol.md, "A forgotten password": with only the account, a code is mailed; with the code, it is used."""
    name = message.params[0]
    try:
        if len(message.params) == 1:
            await session.node.accounts.passwords.send_reset(name, session.peer)
            session.say("RECOVER", "CODE_SENT", name, "If that account has an e-mail address, a code was mailed to it")
        else:
            await _set_by_code(session, *(*message.params, "")[:3])
    except Denied as denied:
        session.fail("RECOVER", denied.code, name, text=str(denied))


async def _set_by_code(session: Session, name: str, code: str, password: str) -> None:
    if not password:
        raise Denied("NEED_MORE_PARAMS", "The new password is missing: it stands behind the code")
    account = await session.node.accounts.passwords.reset(name, code, password, session.peer, tell(session))
    devices.put_out_others(session, account.id, devices.OTHER_PROOF)
    session.say("RECOVER", "SUCCESS", account.name, "The account has the new password")


# fmt: off
ROWS: Final = (
    Command("AUTHENTICATE", authenticate, "AUTHENTICATE <mechanism|response|*>", "logs in by SASL", 1, before=True),
    Command("REGISTER", register, "REGISTER <account|*> <e-mail|*> :<password>", "registers your nick", 3, before=True),
    Command("RECOVER", recover, "RECOVER <account> [<code> :<password>]", "sets a forgotten password", 1, before=True),
    Command("VERIFY", verify, "VERIFY <account|*> <code>", "finishes a registration", 2, before=True),
)
# fmt: on
