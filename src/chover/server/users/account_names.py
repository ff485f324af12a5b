"""The name that a session may register, which is its nick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.engine import nicks
from chover.engine.refusals import Refusal
from chover.names import BadName
from chover.ports import Denied

if TYPE_CHECKING:
    from chover.server.session.session import Session


def own_nick(session: Session) -> str:
    return session.user.nick if session.user is not None else session.registration.wanted or "*"


def require_own_name(session: Session, name: str) -> None:
    """Require that a session registers its own nick. Raises Denied."""
    node = session.node
    if session.user is None and not node.config.accounts.register_before_connect:
        raise Denied("COMPLETE_CONNECTION_REQUIRED", "Finish connecting first, then register")
    if session.user is not None and session.user.account:
        raise Denied("ALREADY_AUTHENTICATED", f"You are already logged in as {session.user.account}")
    if name in {"", "*"}:
        raise Denied("NEED_NICK", "Choose a nick first: it becomes your account")
    if not _same_nick(session, name, own_nick(session)):
        raise Denied("ACCOUNT_NAME_MUST_BE_NICK", "Change to the nick that you want to register first")
    node.moderation.require_account(node.chat.rules.same_nick(name))
    if session.user is None:
        try:
            nicks.require_free(node.chat, name, node.fresh_guest())
        except Refusal as taken:
            raise Denied("ACCOUNT_EXISTS", f"This nick is taken; {taken.hint} is free") from taken


def _same_nick(session: Session, one: str, other: str) -> bool:
    fold = session.node.chat.rules.same_nick
    try:
        return fold(one) == fold(other)
    except BadName:
        return False
