"""A new user arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.engine import nicks
from chover.engine.append import Append
from chover.engine.events import Arrived, Event, Known, MetadataSet, ModeChange, Source, UserModesSet
from chover.engine.ids import NOWHERE, UserId
from chover.engine.model import User
from chover.engine.refusals import Refusal
from chover.server.pipeline.ledger import NotKept
from chover.server.users import lookalikes

if TYPE_CHECKING:
    from chover.server.session.session import Node

_INVISIBLE: Final = UserModesSet((ModeChange(add=True, mode="i"),))


def kept_modes(node: Node, who: UserId) -> str:
    """The user modes that an account always has."""
    account = node.accounts.get(who)
    return account.settings.modes if account is not None else ""


async def arrive(node: Node, source: Source, realname: str) -> User:
    """Make a user present. Raises Refusal for a nick that is not free, and NotKept."""
    folded = nicks.require_free(node.chat, source.nick, source.id)
    node.chat.reservations.claim(folded, source.id)
    try:
        await node.presence.claims.take(folded, source.nick, source.id)
    except (Refusal, NotKept):
        node.chat.reservations.release(folded, source.id)
        raise
    account = node.accounts.get(source.id)
    bodies: list[Known] = [Arrived(realname), *([_INVISIBLE] if node.config.server.invisible else [])]
    if kept := kept_modes(node, source.id):
        bodies.append(UserModesSet(tuple([ModeChange(add=True, mode=mode) for mode in kept])))
    if account is not None and account.settings.metadata:
        newcomer = User(source.id, source.nick, folded, source.user, source.host)
        bodies.append(MetadataSet({**lookalikes.own_only(node, newcomer, account.settings.metadata)}))
    arrived = Append([Event(NOWHERE, source, body) for body in bodies])
    try:
        await node.ledger.commit(lambda: arrived)
    except NotKept:
        node.chat.reservations.release(folded, source.id)
        await node.presence.claims.give_back(folded, source.id)
        raise
    return node.chat.users[source.id]
