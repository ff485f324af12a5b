"""Where somebody may search: for SEARCH, for SearchServ, and for missed messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chover.engine.ids import LogId, pair_log
from chover.engine.refusals import Refusal
from chover.engine.visibility import readable_from
from chover.names import is_channel
from chover.ports import Scope
from chover.server.history.conversations import former

if TYPE_CHECKING:
    from chover.server.session.session import Session


class NoSuchConversation(Exception):
    """There is no such conversation, or not for this user; it is not revealed which."""


def everything(session: Session) -> Scope:
    """The user's channels and private conversations."""
    me = session.me
    rules = session.node.chat.rules
    readable = {channel.log: readable_from(channel, me, rules) for channel in me.channels.values()}
    return Scope({log: first for log, first in readable.items() if first is not None}, me.id)


async def scope_of(session: Session, target: str) -> Scope:
    """One conversation, or all of them if the target is empty. Raises NoSuchConversation."""
    if not target:
        return everything(session)
    log = await _log_of(session, target)
    readable = everything(session)
    if log in readable.logs or not is_channel(target):
        return Scope({log: readable.logs.get(log, 1)})
    raise NoSuchConversation(target)


async def _log_of(session: Session, target: str) -> LogId:
    chat = session.node.chat
    try:
        if is_channel(target):
            return chat.find_channel(target).log
        return pair_log(session.me.id, chat.find_user(target).id)
    except Refusal:
        if not is_channel(target) and (gone := await former(session, target)):
            return gone.log
    raise NoSuchConversation(target)
