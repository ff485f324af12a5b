"""An account is deleted: what was its in channels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chover.engine import verbs
from chover.engine.events import Source
from chover.engine.ids import SERVER, UserId
from chover.engine.verbs.endings import bequeath

if TYPE_CHECKING:
    from chover.server.session.session import Node

CHANSERV = "ChanServ"


async def succeed(node: Node, account: UserId) -> list[str]:
    """Names of the channels that have another founder now, or none. Raises NotKept."""
    granter = Source(SERVER, CHANSERV, CHANSERV, node.name)
    named = []
    for channel in [channel for channel in node.chat.channels.values() if account in channel.access]:
        if channel.access[account].role == "q":
            named.append(channel.name)
        await node.ledger.commit(partial(bequeath, channel, account, granter))
        await node.ledger.commit(partial(verbs.close_forsaken, node.chat, channel))
    return named


async def settle(node: Node) -> None:
    """What accounts were in channels that were deleted while no server ran. Raises NotKept."""
    named = {account for channel in node.chat.channels.values() for account in channel.access}
    for account in sorted(named):
        if node.accounts.get(account) is None:
            await succeed(node, account)
