"""Deletes everything that an account has said: texts, edits and reactions, with the search index and the files."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from chover.engine.events import Event
from chover.engine.ids import UserId
from chover.engine.verbs import edits
from chover.ports import Erased
from chover.server.pipeline.ledger import NotThere

if TYPE_CHECKING:
    from chover.server.session.session import Node

STEP: Final = 500
"""Messages in one step; other work is done between two steps."""


async def erase(node: Node, account: UserId) -> Erased:
    """Delete everything. Raises NotKept and StoreError; what was deleted until then stays deleted.

    Each message is deleted as if by its author: the store blanks it, and the index and clients follow.
    """
    messages = 0
    while said := await node.store.said_by(account, STEP):
        gone = await asyncio.gather(*[_erase(node, event) for event in said])
        messages += sum(gone)
        if not any(gone):
            break
    return Erased(messages, await node.files.remove_all(account))


async def _erase(node: Node, event: Event) -> bool:
    try:
        await node.ledger.commit(partial(edits.erase, event))
    except NotThere:
        return False
    return True
