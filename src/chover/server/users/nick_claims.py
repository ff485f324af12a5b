"""Nicks are claimed from the other nodes of a cluster before they are used. A node that is alone asks nobody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from chover import names
from chover.engine.events import Event, Identified, Renamed
from chover.engine.ids import NOWHERE, UserId
from chover.engine.model import User
from chover.engine.refusals import Refusal, Why
from chover.ports import StoreError
from chover.server.pipeline.ledger import NotKept

if TYPE_CHECKING:
    from chover.server.session.session import Node

_log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 1.0


async def take(node: Node, folded: str, nick: str, user: UserId) -> None:
    """Claim a nick that is free here. Raises Refusal if somebody elsewhere has it, NotKept if nobody can say."""
    cluster = node.store.cluster
    if cluster.alone:
        return
    try:
        granted = await cluster.claim(names.skeleton(folded), nick, user)
    except StoreError as error:
        raise NotKept(str(error)) from error
    if not granted:
        raise Refusal(Why.NICK_IN_USE, nick)


async def give_back(node: Node, folded: str, user: UserId) -> bool:
    """Let go of a nick; whether nobody holds it for that user now. Asked again while the store is away."""
    cluster = node.store.cluster
    if cluster.alone:
        return True
    while True:
        try:
            return await cluster.release(names.skeleton(folded), user)
        except StoreError as error:
            _log.debug("cannot give a nick back yet: %s", error)
            await asyncio.sleep(AGAIN_SECONDS)


async def let_go(node: Node, user: User) -> bool:
    """Say that a user has no session here any more; whether there is none anywhere, so that the user quits."""
    return node.store.cluster.alone or await give_back(node, user.folded, user.id)


async def claim_again(node: Node, here: Collection[UserId]) -> set[UserId]:
    """Claim the nicks of those who outlived a restart; returns whom other nodes hold. Raises StoreError."""
    cluster = node.store.cluster
    elsewhere = await cluster.present()
    for user in [node.chat.users[who] for who in here if who in node.chat.users and not cluster.alone]:
        await cluster.claim(names.skeleton(user.folded), user.nick, user.id)
    return elsewhere


class ClaimFollower:
    """Brings the claims after what this node's users did: another nick, another id. In the order of the events."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._happened: asyncio.Queue[Event] = asyncio.Queue()

    def receive(self, events: Sequence[Event]) -> None:
        for event in events:
            if event.log == NOWHERE and isinstance(event.body, Renamed | Identified):
                self._happened.put_nowait(event)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._follow(await self._happened.get())

    async def _follow(self, event: Event) -> None:
        chat, source, body = self._node.chat, event.source, event.body
        before = chat.rules.same_nick(source.nick)
        if isinstance(body, Identified):
            await self._hand_over(names.skeleton(before), source.id, body.who)
        elif isinstance(body, Renamed) and names.skeleton(chat.rules.same_nick(body.nick)) != names.skeleton(before):
            await give_back(self._node, before, source.id)

    async def _hand_over(self, look: str, before: UserId, after: UserId) -> None:
        while True:
            try:
                await self._node.store.cluster.hand_over(look, before, after)
            except StoreError:
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                return
