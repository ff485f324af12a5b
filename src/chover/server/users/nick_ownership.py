"""The owner of a nick: an account's nick belongs to everybody who can log in to it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chover.engine import verbs
from chover.engine.ids import UserId, is_account
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState
from chover.names import BadName
from chover.ports import Account
from chover.server.users import lookalikes

if TYPE_CHECKING:
    from chover.server.session.session import Node, Session


def folded_nick(chat: ChatState, nick: str) -> str:
    """The folded form of a nick in use; ``""`` for an invalid nick."""
    try:
        return chat.rules.same_nick(nick)
    except BadName:
        return ""


def owner(node: Node, nick: str) -> Account | None:
    """The account of that name, if there is one."""
    folded = folded_nick(node.chat, nick)
    return node.accounts.named(folded) if folded else None


def protected(node: Node, account: Account) -> bool:
    """Whether others may not use its nick: ``accounts.protect_nicks``, or its owner's choice if that is optional."""
    policy = node.config.accounts.protect_nicks
    return policy == "strict" or (policy == "optional" and account.settings.protect_nick != "off")


def require_own(node: Node, nick: str, asker: UserId) -> None:
    """Raises NICK_RESERVED, with how to log in, if the nick is somebody else's;

    NICK_IN_USE if it is a displayed name.
    """
    try:
        account = node.accounts.resembling(node.chat.rules.same_nick(nick))
    except BadName:
        return
    if account is None or account.id == asker or not protected(node, account):
        lookalikes.require_unseen(node, nick, asker)
        return
    raise Refusal(Why.NICK_RESERVED, nick, hint=how_to_log_in(account.name))


async def confirm_own(node: Node, nick: str, asker: UserId) -> None:
    """The same, with the accounts that other nodes have made just now."""
    await node.accounts.registration.catch_up()
    require_own(node, nick, asker)


def how_to_log_in(name: str) -> str:
    """Instructions for people whose client cannot get further."""
    return (
        f"if it is yours, use /msg NickServ IDENTIFY {name} <your password> (here and now, or under another nick),"
        f" or log in with SASL, or connect with the server password {name}:<your password>"
    )


async def take_own_nick(session: Session, account: Account) -> None:
    """Give a user who has logged in the account's nick, if nobody has it."""
    node, user = session.node, session.me
    if user.nick == account.name or node.chat.reservations.holder(account.folded) not in {"", user.id}:
        return
    node.chat.reservations.claim(account.folded, user.id)
    try:
        await node.presence.claims.take(account.folded, account.name, user.id)
    except Refusal:
        node.chat.reservations.release(account.folded, user.id)
        node.chat.reservations.claim(user.folded, user.id)
        return
    await session.commit(partial(verbs.rename, user, account.name))


def may_wait(node: Node, nick: str) -> bool:
    """Whether a nick that is taken may turn out to be the user's: it belongs to an account."""
    try:
        folded = node.chat.rules.fold_nick(nick)
    except BadName:
        return False
    return is_account(node.chat.reservations.holder(folded)) or node.accounts.named(folded) is not None
