"""Web push: notifies devices that are not connected of messages for their owner (draft/webpush)."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Final, Protocol

import msgspec

from chover.engine.ids import LogId, UserId
from chover.ports.measures import Measure


class Subscription(msgspec.Struct, frozen=True):
    """Where a device is notified, and the keys that encrypt the notification for it (RFC 8291).

    ``caps`` are the capabilities that it had when it subscribed: they decide how messages are rendered. ``at`` in ms
    since 1970.
    """

    account: UserId
    endpoint: str
    p256dh: str
    auth: str
    caps: int
    at: int


UNSURE_MS: Final = 300_000
"""Clocks of nodes, and the time that a commit takes, differ by less: what is older than that is finished for sure."""


class PushPlace(msgspec.Struct, frozen=True):
    """Up to which place of a log everything was pushed, and when that was noted (ms since 1970)."""

    place: int
    at: int


class PushCursor(msgspec.Struct, frozen=True):
    """How far pushes have come, for the node that goes on.

    ``at``: whatever was said more than UNSURE_MS before is finished (ms since 1970). ``mark``: the logs to look at are
    those that have moved since (LogHeads.moved). ``places``: in the logs where something was pushed lately.
    """

    at: int
    mark: str
    places: Mapping[LogId, PushPlace]


class PushProgress(Protocol):
    """How far pushes have come. Each method is one transaction. Raises StoreError."""

    async def cursor(self) -> PushCursor | None:
        """What was saved last; None if nothing ever was."""

    async def advance(self, cursor: PushCursor) -> None:
        """Save it. Nothing moves back, and places of logs that it does not name stay until ``at`` is far beyond."""


class PushRows(PushProgress, Protocol):
    """Each method is one transaction, as durable as an append. Raises StoreError if it cannot be written or read."""

    async def all(self) -> list[Subscription]:
        """All subscriptions, the oldest first. Called once, at the start."""

    async def put(self, subscription: Subscription, most: int) -> None:
        """Add a subscription or replace the one of that endpoint. The account's oldest beyond ``most`` are deleted."""

    async def drop(self, endpoint: str) -> bool:
        """Delete a subscription. Returns whether it existed."""


class Push(Protocol):
    """Notifies the devices of accounts."""

    @property
    def key(self) -> str:
        """The VAPID public key (RFC 8292) in URL-safe base64; it never changes."""

    def measures(self) -> Sequence[Measure]:
        """The metrics of web push."""

    async def subscribe(self, account: UserId, endpoint: str, p256dh: str, auth: str, caps: int) -> None:
        """Add a subscription. Raises Denied if it could not be used."""

    async def unsubscribe(self, account: UserId, endpoint: str) -> None:
        """Remove a subscription. Does nothing if it is not the account's."""

    @property
    def progress(self) -> PushProgress: ...

    def subscribed(self, account: UserId) -> list[Subscription]: ...

    @property
    def accounts(self) -> frozenset[UserId]:
        """The accounts with a subscription."""

    def tell(self, subscription: Subscription, line: bytes, *, urgent: bool = True, topic: str = "") -> Awaitable[None]:
        """Queue a notification; returns at once. What it returns is done when it was sent, or given up.

        ``line`` is without its line ending. An urgent one wakes a device (RFC 8030, 5.3). One with a ``topic`` replaces
        an earlier one of the same topic that the device has not fetched: at most 32 characters of URL-safe base64
        (5.4). The push service sees the topic.
        """
