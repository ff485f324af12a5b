"""Nicks are claimed from the other nodes of a cluster before they are used. A node that is alone asks nobody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

from chover import names
from chover.engine.events import Event, Identified, Quit, Renamed
from chover.engine.ids import NOWHERE, UserId, is_account
from chover.engine.model import User
from chover.engine.refusals import Refusal, Why
from chover.engine.state import ChatState
from chover.ports import StoreError
from chover.ports.bus import Cluster
from chover.server.pipeline.ledger import NotKept

_log = logging.getLogger(__name__)

AGAIN_SECONDS: Final = 1.0
ENTRANCE: Final = "@"
"""No nick begins with it: a row that begins so is held by a node, while something of that account is under way."""
ENTRANCE_SECONDS: Final = 0.02
"""Between two attempts to get it."""


async def _nobody_asks(_nick: str, _user: UserId) -> None:
    """There are no accounts."""


class NickClaims:
    """What this node holds. It comes after what users do (another nick, another id) in the order of the events."""

    def __init__(self, chat: ChatState, cluster: Cluster) -> None:
        self._chat = chat
        self._cluster = cluster
        self._held: dict[UserId, set[str]] = {}
        """What the nicks look like that this node holds for each user."""
        self._happened: asyncio.Queue[Event] = asyncio.Queue()
        self._failing = False
        self.confirm: Callable[[str, UserId], Awaitable[None]] = _nobody_asks
        """Raises Refusal for a nick of somebody else's account; set by the composition of the server."""
        self._steps: dict[type, Callable[[Event], Awaitable[None]]] = {
            Renamed: self._rename,
            Identified: self._identify,
            Quit: self._end,
        }

    async def take(self, folded: str, nick: str, user: UserId) -> None:
        """Claim a nick that is free here. Raises Refusal if somebody elsewhere has it, NotKept if nobody can say."""
        if self._cluster.alone:
            return
        if not self._failing:
            await self._happened.join()
        look = names.skeleton(folded)
        try:
            granted = await self._cluster.claim(look, nick, user)
        except StoreError as error:
            raise NotKept(str(error)) from error
        if not granted:
            raise Refusal(Why.NICK_IN_USE, nick)
        self._held.setdefault(user, set()).add(look)
        await self._confirm(look, nick, user)

    async def _confirm(self, look: str, nick: str, user: UserId) -> None:
        """An account gets the nick of somebody who has claimed it. So none that is alike can be made from now on."""
        present = self._chat.users.get(user)
        own = names.skeleton(present.folded) if present is not None else ""
        if look == own:
            return
        try:
            await self.confirm(nick, user)
        except Refusal:
            await self._release(look, user)
            raise

    async def give_back(self, folded: str, user: UserId) -> None:
        """Let go of a nick that is not used after all."""
        if not self._cluster.alone:
            await self._release(names.skeleton(folded), user)

    async def let_go(self, user: User) -> bool:
        """A user has no session here any more. Returns whether there is none anywhere, so that they quit."""
        if self._cluster.alone:
            return True
        await self._happened.join()
        own = names.skeleton(user.folded)
        for look in self._held.pop(user.id, set()) - {own}:
            await self._release(look, user.id)
        gone = await self._release(own, user.id)
        if gone and is_account(user.id):
            # Another node may still hold it under the nick before this one.
            return user.id not in await self._insist(lambda: self._cluster.present([user.id]))
        return gone

    @asynccontextmanager
    async def entrance(self, account: UserId) -> AsyncIterator[bool]:
        """While it lasts, no other node has devices of an account come, or its user leave.

        Gives whether other nodes or this one hold the account's user. Raises NotKept.
        """
        if self._cluster.alone:
            yield account in self._chat.users
            return
        look, own = f"{ENTRANCE}{account}", UserId(self._cluster.node)
        try:
            while not await self._cluster.claim(look, "", own):  # noqa: ASYNC110 - another node has it
                await asyncio.sleep(ENTRANCE_SECONDS)
        except StoreError as error:
            raise NotKept(str(error)) from error
        try:
            yield account in await self._holders(account)
        finally:
            if not self._failing:
                await self._happened.join()
            await self._insist(partial(self._cluster.release, look, own))

    async def _holders(self, account: UserId) -> set[UserId]:
        try:
            return await self._cluster.present([account])
        except StoreError as error:
            raise NotKept(str(error)) from error

    async def claim_again(self, here: Collection[UserId]) -> set[UserId]:
        """Claim the nicks of those who outlived a restart; returns whom other nodes hold. Raises StoreError."""
        elsewhere = await self._cluster.present()
        for user in [self._chat.users[who] for who in here if who in self._chat.users and not self._cluster.alone]:
            look = names.skeleton(user.folded)
            if await self._cluster.claim(look, user.nick, user.id):
                self._held.setdefault(user.id, set()).add(look)
        return elsewhere

    def follow(self, event: Event) -> None:
        """Somebody has another nick or another id, or has left; whichever node has said it."""
        if event.log == NOWHERE and event.source.id in self._held:
            self._happened.put_nowait(event)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            event = await self._happened.get()
            await self._steps[type(event.body)](event)
            self._happened.task_done()

    async def _rename(self, event: Event) -> None:
        assert isinstance(event.body, Renamed)
        who, nick, same = event.source.id, event.body.nick, self._chat.rules.same_nick
        before, after = names.skeleton(same(event.source.nick)), names.skeleton(same(nick))
        held = self._held.get(who, set())
        if before == after or before not in held:
            return
        if after not in held:
            # On another node, where the user has devices, too.
            await self._insist(lambda: self._cluster.claim(after, nick, who))
            held.add(after)
        await self._release(before, who)

    async def _identify(self, event: Event) -> None:
        assert isinstance(event.body, Identified)
        before, after = event.source.id, event.body.who
        for look in self._held.pop(before, set()):
            await self._insist(partial(self._cluster.hand_over, look, before, after))
            self._held.setdefault(after, set()).add(look)

    async def _end(self, event: Event) -> None:
        for look in self._held.pop(event.source.id, set()):
            await self._release(look, event.source.id)

    async def _release(self, look: str, user: UserId) -> bool:
        self._held.get(user, set()).discard(look)
        return bool(await self._insist(partial(self._cluster.release, look, user)))

    async def _insist(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Ask again while the store is away."""
        while True:
            try:
                answer = await ask()
            except StoreError as error:
                _log.debug("cannot change a claim yet: %s", error)
                self._failing = True
                await asyncio.sleep(AGAIN_SECONDS)
            else:
                self._failing = False
                return answer
