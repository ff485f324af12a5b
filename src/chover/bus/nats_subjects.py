"""The subjects that a node hears: a subscription for each channel and user whose talk it follows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.aio.subscription import Subscription


class NatsSubjects:
    """What is wanted is asked for at the end of the turn, before anything is published."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._prefix = ""
        self._everything: Subscription | None = None
        self._wanted: dict[str, bool] = {}
        """Subjects that are to be heard from now on, or no longer."""
        self._heard: dict[str, Subscription] = {}
        self.asked = asyncio.Event()
        """Set while everything wanted has been asked for."""

    def begin(self, prefix: str, everything: Subscription) -> None:
        """``everything``: the subscription to what all nodes hear, which brings the messages of all subjects."""
        self._prefix, self._everything = prefix, everything

    @property
    def followed(self) -> int:
        """The number of channels and users."""
        return sum(subject.startswith("talk.") for subject in self._heard)

    def want(self, subjects: Iterable[str], *, follows: bool) -> None:
        self._wanted |= dict.fromkeys(subjects, follows)
        self.asked.clear()

    async def ask(self) -> None:
        """Subscribe and unsubscribe. Raises OSError and nats.errors.Error; what is left then is asked for next time."""
        while self._wanted:
            subject, follows = next(iter(self._wanted.items()))
            if follows and subject not in self._heard:
                await self._subscribe(subject)
            elif not follows and (known := self._heard.pop(subject, None)) is not None:
                await known.unsubscribe()
            if self._wanted.get(subject) is follows:
                del self._wanted[subject]
        self.asked.set()

    async def _subscribe(self, subject: str) -> None:
        assert self._everything is not None, "the bus was entered"
        new = await self._client.subscribe(f"{self._prefix}.{subject}", pending_bytes_limit=0)
        # One queue for all: what a node has sent arrives in its order, and no subject needs a task of its own.
        new._pending_queue = self._everything._pending_queue  # noqa: SLF001
        self._heard[subject] = new
