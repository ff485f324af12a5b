"""Web push: notifies devices that are not connected of messages for their owner (draft/webpush)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from chover.engine.ids import UserId
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


class PushRows(Protocol):
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

    def subscribed(self, account: UserId) -> list[Subscription]: ...

    @property
    def accounts(self) -> frozenset[UserId]:
        """The accounts with a subscription."""

    def tell(self, subscription: Subscription, line: bytes, *, urgent: bool = True, topic: str = "") -> None:
        """Queue a notification; returns at once. ``line`` is without its line ending.

        An urgent one wakes a device (RFC 8030, 5.3). One with a ``topic`` replaces an earlier one of the same topic
        that the device has not fetched: at most 32 characters of URL-safe base64 (5.4). The push service sees the
        topic.
        """
