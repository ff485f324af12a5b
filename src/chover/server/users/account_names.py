"""The name that a session may register, which is its nick."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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


@asynccontextmanager
async def held_name(session: Session, name: str) -> AsyncIterator[None]:
    """While somebody registers a name who has no nick yet, no other node gives it away. Raises Denied and NotKept."""
    node, holder = session.node, session.node.fresh_guest()
    if session.user is not None or node.store.cluster.alone:
        yield
        return
    folded = node.chat.rules.same_nick(name)
    try:
        await node.presence.claims.take(folded, name, holder)
    except Refusal as taken:
        raise Denied("ACCOUNT_EXISTS", f"The nick {name} is taken: choose another one") from taken
    try:
        yield
    finally:
        await node.presence.claims.give_back(folded, holder)


def _same_nick(session: Session, one: str, other: str) -> bool:
    fold = session.node.chat.rules.same_nick
    try:
        return fold(one) == fold(other)
    except BadName:
        return False
