"""The notifications for the front end, in order, and the progress of what is being sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from chover.client.notifications import Delivered, Ended, Notification, Undelivered

MOST_WAITING: Final = 1000
"""Notifications that may wait for the front end. Beyond that, nothing is read from the server."""


class NotificationQueue:
    """Adding to it waits while it is full. ``changed`` is called after each."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.refused = 0
        """How many messages the server has refused."""
        self.complaint = ""
        """Why the first of them was refused, or why the connection has ended."""
        self.ended = False
        self._changed = changed
        self._waiting: asyncio.Queue[Notification] = asyncio.Queue(MOST_WAITING)
        self._progress = asyncio.Event()

    async def next(self) -> Notification:
        return await self._waiting.get()

    def taken(self) -> list[Notification]:
        """Take all notifications."""
        return [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]

    async def tell(self, notification: Notification) -> None:
        # Before the front end is told: a caller who waits for progress continues at once and looks here.
        if isinstance(notification, Undelivered):
            self.refused += 1
            self.complaint = self.complaint or notification.reason
        if isinstance(notification, Delivered | Undelivered):
            self._progress.set()
        await self._waiting.put(notification)
        self._changed()

    async def end(self, reason: str) -> None:
        """Add the last notification."""
        self.ended = True
        self.complaint = self.complaint or reason
        self._progress.set()
        await self.tell(Ended(reason))

    async def progress(self) -> None:
        """Wait until a message is acknowledged or refused, or everything is over."""
        self._progress.clear()
        await self._progress.wait()
