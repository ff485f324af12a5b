"""Abandoned channels: anybody can create one with a single message, so their age and number are limited."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from chover.engine.model import Channel
from chover.engine.verbs.endings import close_left_behind, left_behind
from chover.ports import Direction, Selector, StoreError
from chover.server.pipeline.ledger import NotKept

if TYPE_CHECKING:
    from chover.server.session.session import Node

_log = logging.getLogger(__name__)

DAY: Final = 86_400_000
"""In milliseconds."""
SLACK: Final = 100
"""How many more channels may be abandoned before the next check, so that one check serves many."""


class Forgetting:
    """Ends those that are too old, and the oldest of those that are too many."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._look_at = 0
        self._looking = False

    def emptied(self) -> None:
        """The last member has left a channel."""
        most = self._node.config.channels.left_behind
        if len(self._node.chat.empty) >= max(self._look_at, most + SLACK) and not self._looking:
            self._looking = True
            self._node.spawn(self._look_beside())

    async def _look_beside(self) -> None:
        await self.look(self._node.ledger.clock.confirmed())

    async def look(self, now: int) -> int:
        """End abandoned channels. Returns how many. Those that fail are tried again next time."""
        self._looking = True
        try:
            doomed = await self._doomed(now)
            for channel in doomed:
                await self._node.ledger.commit(partial(close_left_behind, self._node.chat, channel))
        except (NotKept, StoreError) as error:
            _log.error("could not end abandoned channels: %s", error)
            return 0
        finally:
            self._looking = False
            self._look_at = len(self._node.chat.empty) + SLACK
        return len(doomed)

    async def _doomed(self, now: int) -> list[Channel]:
        chat, settings = self._node.chat, self._node.config.channels
        found = [channel for log in list(chat.empty) if left_behind(chat, channel := chat.channels[log])]
        for channel in found:
            await self._date(channel)
        found.sort(key=lambda channel: channel.left_at)
        oldest = now - settings.forget_days * DAY if settings.forget_days else 0
        many = len(found) - settings.left_behind
        return [channel for place, channel in enumerate(found) if place < many or channel.left_at < oldest]

    async def _date(self, channel: Channel) -> None:
        """When it was abandoned; for channels that were empty at the start, only the log knows."""
        if not channel.left_at:
            page = await self._node.store.page(channel.log, Selector(), Direction.BEFORE, 1, messages_only=False)
            channel.left_at = page[-1].at if page else channel.created_at
