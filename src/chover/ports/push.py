"""Web push: devices that are told of what is for their owner while they are not connected (draft/webpush)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from chover.engine.ids import UserId
from chover.ports.measures import Measure


class Subscription(msgspec.Struct, frozen=True):
    """Where a device is told, and the keys with which that is sealed for it (RFC 8291).

    ``caps`` are the capabilities it had when it asked: what it is told has that shape. ``at`` in ms since 1970.
    """

    account: UserId
    endpoint: str
    p256dh: str
    auth: str
    caps: int
    at: int


class PushRows(Protocol):
    """Each method is one transaction, as durable as an append. Raises StoreError when it cannot be written or read."""

    def all(self) -> list[Subscription]:
        """The oldest first. Called once, at the start."""

    async def put(self, subscription: Subscription, most: int) -> None:
        """In place of an earlier one of that endpoint; of more than ``most`` of the account the oldest go."""

    async def drop(self, endpoint: str) -> bool:
        """Whether it was there."""


class Push(Protocol):
    """Tells the devices of accounts."""

    @property
    def key(self) -> str:
        """The VAPID public key (RFC 8292), in URL-safe base64; the same for ever."""

    def measures(self) -> Sequence[Measure]:
        """What is counted of it."""

    async def subscribe(self, account: UserId, endpoint: str, p256dh: str, auth: str, caps: int) -> None:
        """Raises Denied for what nobody could be told by."""

    async def unsubscribe(self, account: UserId, endpoint: str) -> None:
        """Does nothing for one that is not the account's."""

    def subscribed(self, account: UserId) -> list[Subscription]: ...

    @property
    def accounts(self) -> frozenset[UserId]:
        """Those with a subscription."""

    def tell(self, subscription: Subscription, line: bytes, *, urgent: bool = True, topic: str = "") -> None:
        """Returns at once. ``line`` is without its end.

        What is urgent wakes a device (RFC 8030, 5.3). One of the same ``topic``, if any, takes the place of an earlier
        one that a device has not fetched yet: at most 32 characters of URL-safe base64 (5.4). The push service sees it.
        """
