"""Somebody comes: from now on there is a user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chover.engine.decision import Append
from chover.engine.events import Arrived, Change, Event, Known, MetadataSet, Source, UserModesSet
from chover.engine.ids import NOWHERE
from chover.engine.model import User
from chover.server.ledger import NotKept

if TYPE_CHECKING:
    from chover.server.node import Node

_INVISIBLE: Final = UserModesSet((Change(add=True, mode="i"),))


async def arrive(node: Node, source: Source, realname: str) -> User:
    """Raises Refusal for a nick that is not free, and NotKept."""
    folded = node.chat.require_free(source.nick, source.id)
    node.chat.claim(folded, source.id)
    account = node.accounts.get(source.id)
    bodies: list[Known] = [Arrived(realname), *([_INVISIBLE] if node.config.server.invisible else [])]
    if account is not None and account.settings.metadata:
        bodies.append(MetadataSet({**account.settings.metadata}))
    arrived = Append([Event(NOWHERE, source, body) for body in bodies])
    try:
        await node.ledger.commit(lambda: arrived)
    except NotKept:
        node.chat.release(folded, source.id)
        raise
    return node.chat.users[source.id]
