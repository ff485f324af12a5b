"""The channels of a deleted account."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chover.engine import verbs
from chover.engine.events import Source
from chover.engine.ids import SERVER, UserId
from chover.engine.model import User
from chover.engine.verbs.endings import bequeath, strike
from chover.names import ACCOUNT, complete_mask

if TYPE_CHECKING:
    from chover.server.session.session import Node

CHANSERV = "ChanServ"


async def succeed(node: Node, account: UserId) -> list[str]:
    """Pass on the ranks of a deleted account. Returns the channels with another founder, or none. Raises NotKept.

    Nothing that names the account applies to the next owner of the name.
    """
    granter = Source(SERVER, CHANSERV, CHANSERV, node.name)
    named = []
    for channel in list(node.chat.channels.values()):
        await node.ledger.commit(partial(strike, channel, account, granter))
        if account not in channel.access:
            continue
        if channel.access[account].role == "q":
            named.append(channel.name)
        await node.ledger.commit(partial(bequeath, channel, account, granter))
        await node.ledger.commit(partial(verbs.close_forsaken, node.chat, channel))
    await _forget_name(node, account)
    return named


async def _forget_name(node: Node, account: UserId) -> None:
    """Remove an account that is about to be deleted from all block lists.

    A ban of the server stays: nobody can register the name until it is lifted, so it hits no next owner.
    """
    gone = node.accounts.get(account)
    if gone is None:
        return
    mask = complete_mask(f"{ACCOUNT}{gone.name}")
    for who in [who for who, masks in node.chat.blocks.items() if mask in masks]:
        kept = tuple(other for other in node.chat.blocks[who] if other != mask)
        user = node.chat.users.get(who) or User(who, str(who), str(who), "~", node.name)
        await node.ledger.commit(partial(verbs.set_blocks, user, kept))


async def settle(node: Node) -> None:
    """Pass on the ranks of accounts that were deleted while no server was running. Raises NotKept."""
    channels = node.chat.channels.values()
    named = {account for channel in channels for account in channel.access}
    listed = (entry for channel in channels for entries in channel.lists.values() for entry in entries.values())
    named |= {entry.account for entry in listed if entry.account}
    for account in sorted(named):
        if node.accounts.get(account) is None:
            await succeed(node, account)
